import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** For a disk that does not answer. */
const answerMs = 1_000;

/** Whose word counts about a folder: that of root, ours, and of whom it belongs to; where it is not there yet, of what it would lie in. */
export async function trustedUids(folder: string): Promise<ReadonlySet<number>> {
  const owner = await Promise.race([ownerOf(folder), pause(answerMs, 0)]);
  return new Set([0, process.getuid?.() ?? 0, owner]);
}

async function ownerOf(folder: string): Promise<number> {
  try {
    return (await stat(folder)).uid;
  } catch {
    return folder === dirname(folder) ? 0 : ownerOf(dirname(folder));
  }
}

/**
 * A process other than this one that has something open, by the kernel's word: one that is stopped cannot deny it, and nobody can lie.
 *
 * @param target as /proc/PID/fd names it: a path, or `socket:[inode]` (proc_pid_fd(5))
 * @param trusted those of others are passed over
 * @returns null where nobody has, or nobody of whom we may know: without being root we see our own processes only
 */
export async function whoHas(target: string, trusted: ReadonlySet<number>): Promise<number | null> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0 && pid !== process.pid);
  for (const pid of pids) {
    if ((await hasOpen(pid, target)) && (await belongsTo(pid, trusted))) return pid;
  }
  return null;
}

async function hasOpen(pid: number, target: string): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const names = await readdir(folder).catch(() => []); // it has ended, or is not for us to see
  for (const name of names) {
    if ((await readlink(`${folder}/${name}`).catch(() => '')) === target) return true;
  }
  return false;
}

/** By all of its uids: a program that runs as root for somebody else (setuid) speaks for that somebody. */
async function belongsTo(pid: number, trusted: ReadonlySet<number>): Promise<boolean> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const uids = /^Uid:\s+(.*)$/m.exec(text)?.[1]?.split(/\s+/) ?? [];
  return uids.length > 0 && uids.every((uid) => trusted.has(Number(uid)));
}

/** The listening socket of an abstract name, as /proc/PID/fd names it (proc_net(5), "unix"). Null: there is none. */
export async function socketNamed(name: string): Promise<string | null> {
  const text = await readFile('/proc/net/unix', 'utf8').catch(() => '');
  const isListening = '00010000';
  for (const line of text.split('\n')) {
    const [, , , flags, , , inode, path] = line.trim().split(/\s+/);
    if (path === name.replace('\0', '@') && flags === isListening) return `socket:[${inode}]`;
  }
  return null;
}
