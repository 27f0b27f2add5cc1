import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isErrno } from '../errno.ts';
import { type DaemonIdentity, isRunning, processIdentity } from './process-identity.ts';

/** Who holds the lock, for the words of the refusal; the lock itself is the kernel's. */
const holderFile = 'daemon.json';
/** systemd-tmpfiles and a daemon that is just ending hold it for moments. */
const patienceMs = 2_000;
const tryEveryMs = 50;

export type FolderLock = {
  /** Lets the next one in. The end of the process does too, however it ends. */
  readonly release: () => void;
};

export type LockResult =
  | { readonly ok: true; readonly lock: FolderLock }
  | {
      readonly ok: false;
      /** The process that holds it, where it could be found out. */
      readonly pid: number | null;
      readonly message: string;
      readonly remedy: string;
    };

/**
 * Takes a folder for this process alone: of two that try at once, exactly one gets it.
 *
 * It is flock(2) on the folder itself: the kernel lets go of it when we die, so that nothing can be stale, and the cleaning
 * of /tmp passes over a folder that is locked (tmpfiles.d(5), "Age"). Node has no flock; the program of util-linux takes the
 * lock on a descriptor that it shares with us, and it stays ours when that program ends.
 *
 * @throws when the folder does not exist, or its file system knows no locks
 */
export async function lockFolder(folder: string): Promise<LockResult> {
  const descriptor = openSync(folder, 'r'); // close-on-exec: no module inherits it
  try {
    if (await wins(descriptor, folder)) {
      writeHolder(folder);
      return { ok: true, lock: { release: () => closeSync(descriptor) } };
    }
  } catch (error) {
    closeSync(descriptor);
    if (!isErrno(error, 'ENOENT')) throw error;
    const message = `${folder} cannot be locked: there is no program \`flock\``;
    return { ok: false, pid: null, message, remedy: 'Install it: apt install util-linux' };
  }
  closeSync(descriptor);
  const pid = livingHolder(folder)?.pid ?? null;
  const message =
    pid === null
      ? `${folder} is in use by another process`
      : `a daemon (PID ${pid}) already uses ${folder}`;
  return { ok: false, pid, message, remedy: 'stop it with `rigdeck down`, or name another folder' };
}

async function wins(descriptor: number, folder: string): Promise<boolean> {
  const endMs = performance.now() + patienceMs;
  while (!(await tryLock(descriptor))) {
    // A living holder that is known will not let go for our sake.
    if (livingHolder(folder) !== null || performance.now() > endMs) return false;
    await pause(tryEveryMs);
  }
  return true;
}

/** @throws ENOENT where the program is missing, and where it could not do its work */
async function tryLock(descriptor: number): Promise<boolean> {
  const child = spawn('flock', ['-n', '3'], {
    stdio: ['ignore', 'ignore', 'ignore', descriptor],
  });
  const [code] = await once(child, 'exit');
  // flock(1): 1 is for a lock that somebody else holds.
  if (code !== 0 && code !== 1) throw new Error(`flock ended with ${code}`);
  return code === 0;
}

/** Who holds the lock of a folder, as it wrote itself down there. Null: nobody that lives, or it cannot be told. */
export function livingHolder(folder: string): DaemonIdentity | null {
  try {
    const { pid, startTicks, bootId } = JSON.parse(readFileSync(join(folder, holderFile), 'utf8'));
    const holder = { pid: Number(pid), startTicks: String(startTicks), bootId: String(bootId) };
    return isRunning(holder) ? holder : null;
  } catch {
    return null; // nobody wrote down who it is
  }
}

function writeHolder(folder: string): void {
  const path = join(folder, holderFile);
  try {
    writeFileSync(`${path}.next`, `${JSON.stringify(processIdentity(process.pid))}\n`);
    renameSync(`${path}.next`, path);
  } catch {
    // Without it a second daemon is refused without our number: less good, and no reason not to record.
  }
}
