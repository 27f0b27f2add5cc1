import { createHash } from 'node:crypto';
import { lstat, readlink, realpath } from 'node:fs/promises';
import { connect } from 'node:net';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../../core/input.ts';
import { systemRunDir } from '../../protocol/names.ts';
import { sanitize } from '../../protocol/sanitize.ts';
import { livingHolder, noteHolder } from './folder-lock.ts';
import { AwaitedName, takeName } from './kernel-name.ts';
import { socketNamed, trustedUids, whoHas } from './who-holds.ts';

/** A daemon that is just ending holds it for moments. */
const patienceMs = 2_000;
const tryEveryMs = 50;
/** For a disk that does not answer, and for a holder that does not. */
const answerMs = 1_000;
/** Of what a holder says of itself. */
const maxWords = 1_024;
/** As many as the kernel follows (path_resolution(7)). */
const maxLinks = 40;

export type RecordingsLock =
  | (HeldRecordings & { readonly ok: true })
  | { readonly ok: false; readonly message: string; readonly remedy: string };

/** `doubt`: somebody holds its name of whom nobody can say that it is a daemon; `awaited`: that name, for as long as he does. */
export type HeldRecordings = {
  readonly release: () => void;
  readonly doubt: Fault | null;
  readonly awaited: AwaitedName | null;
};

type Holder = { readonly pid: number | null; readonly runDir: string | null };

/**
 * One daemon for a recordings folder, whoever runs it from whichever run dir: two would take each other's open session for one that was
 * left behind, and mend files that are written on.
 *
 * The lock is a name in the kernel (`takeName`): it is gone with the process however that ends, every user sees it, and it holds
 * no file of a disk that may hang, come later, or be unmounted. Who connects is told who holds it. Every user may also take such a name:
 * who holds it is believed only where that can be checked, since a rig that records is worth more than one that nobody can share.
 *
 * @param folder absolute; it need not exist
 * @throws what the system says where it knows no such names
 */
export async function lockRecordings(folder: string, runDir: string): Promise<RecordingsLock> {
  const place = await Promise.race([placeOf(folder), pause(answerMs, folder)]);
  const name = nameOf(place);
  noteHolder(runDir, { recordings: place }); // before the name is taken: whoever finds it taken finds this
  const words = JSON.stringify({ pid: process.pid, runDir });
  const endMs = performance.now() + patienceMs;
  for (;;) {
    const server = await takeName(name, words);
    if (server !== null)
      return { ok: true, release: () => void server.close(), doubt: null, awaited: null };
    if (performance.now() > endMs) break;
    await pause(tryEveryMs);
  }
  const holder = await provenHolder(name, place);
  if (holder !== null) return takenBy(holder, folder);
  const awaited = new AwaitedName(name, words);
  return { ok: true, release: () => awaited.release(), doubt: doubtOf(folder), awaited };
}

/** All of its 108 bytes: shorter ones are filled up with zeros by some versions of Node and not by others, and are other names then. */
function nameOf(place: string): string {
  const sum = createHash('sha512').update(place).digest('hex').slice(0, 88);
  return `\0rigdeck-recordings-${sum}`;
}

/** Where a folder lies, links resolved as far as there is something; also one that leads to where a disk is not mounted yet. */
async function placeOf(folder: string, links = maxLinks): Promise<string> {
  try {
    return await realpath(folder);
  } catch {
    const above = dirname(folder); // what is not there yet is named by what is
    if (above === folder) return folder;
    const parent = await placeOf(above, links);
    const target = links > 0 ? await readlink(folder).catch(() => null) : null;
    if (target === null) return join(parent, basename(folder));
    return placeOf(resolve(parent, target), links - 1);
  }
}

/** Null: whoever holds the name may be anybody. */
async function provenHolder(name: string, place: string): Promise<Holder | null> {
  const trusted = await trustedUids(place);
  const said = readHolder(await wordsAt(name));
  const socket = await socketNamed(name);
  const pid = socket === null ? null : await whoHas(socket, trusted);
  if (pid !== null) return { pid, runDir: said.pid === pid ? said.runDir : null };
  const isProven = await Promise.race([isTrue(said, place, trusted), pause(answerMs, false)]);
  return isProven ? said : null;
}

/** What somebody says whose process we may not look at: the run dir has to say it, too, and nobody else may write there. */
async function isTrue(
  { pid, runDir }: Holder,
  place: string,
  trusted: ReadonlySet<number>,
): Promise<boolean> {
  if (runDir === null || !isAbsolute(runDir)) return false;
  const stat = await lstat(runDir).catch(() => null);
  const isSafe = stat?.isDirectory() && trusted.has(stat.uid) && (stat.mode & 0o022) === 0;
  if (isSafe !== true) return false;
  const holder = livingHolder(runDir);
  return holder !== null && holder.pid === pid && holder.recordings === place;
}

/** What the holder says of itself; empty where it says nothing. */
function wordsAt(name: string): Promise<string> {
  return new Promise((resolve) => {
    let words = '';
    const socket = connect(name);
    const timer = setTimeout(() => socket.destroy(), answerMs);
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      words += text;
      if (words.length > maxWords) socket.destroy();
    });
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(words);
    });
  });
}

function takenBy({ pid, runDir }: Holder, folder: string): RecordingsLock {
  const where = runDir === null ? '' : `, run dir ${runDir}`;
  const remedy =
    runDir === systemRunDir
      ? 'it is the service of the machine: see `rigdeck service`'
      : `stop it with \`rigdeck${runDir === null ? '' : ` --run-dir ${runDir}`} down\`, or name another folder in rig.yaml`;
  return {
    ok: false,
    message: `a daemon (PID ${pid}${where}) already records to ${folder}`,
    remedy,
  };
}

function doubtOf(folder: string): Fault {
  return {
    code: 'not-alone',
    message: `Another program on the machine holds the name by which one daemon keeps others from ${folder}, and it cannot be told whether it is a daemon.`,
    remedy:
      'See `ss -xlp | grep rigdeck-recordings` as root. Where no other daemon records there, acknowledge this; it is over when that program ends.',
  };
}

/** Anybody on this machine may have taken the name: what is said is safe to show, and no more. */
function readHolder(words: string): Holder {
  try {
    const { pid, runDir } = JSON.parse(words);
    return { pid: Number.isSafeInteger(pid) ? pid : null, runDir: sanitize(String(runDir), 128) };
  } catch {
    return { pid: null, runDir: null }; // it hangs, or is none of ours
  }
}
