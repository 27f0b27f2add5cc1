import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { systemRunDir } from '../../protocol/names.ts';
import { sanitize } from '../../protocol/sanitize.ts';
import { isErrno } from '../errno.ts';

/** A daemon that is just ending holds it for moments. */
const patienceMs = 2_000;
const tryEveryMs = 50;
/** For a disk that does not answer, and for a holder that does not. */
const answerMs = 1_000;
/** Of what a holder says of itself. */
const maxWords = 1_024;

export type RecordingsLock =
  | { readonly ok: true; readonly release: () => void }
  | { readonly ok: false; readonly message: string; readonly remedy: string };

/**
 * One daemon for a recordings folder, whoever runs it from whichever run dir: two would take each other's open session for one that was
 * left behind, and mend files that are written on.
 *
 * The lock is a name in the kernel (unix(7), "Abstract sockets"): it is gone with the process however that ends, every user sees it, and it holds
 * no file of a disk that may hang, come later, or be unmounted. Who connects is told who holds it.
 *
 * @param folder absolute; it need not exist
 * @throws what the system says where it knows no such names
 */
export async function lockRecordings(folder: string, runDir: string): Promise<RecordingsLock> {
  const name = nameOf(await Promise.race([placeOf(folder), pause(answerMs, folder)]));
  const endMs = performance.now() + patienceMs;
  for (;;) {
    const server = await listenAt(name, JSON.stringify({ pid: process.pid, runDir }));
    if (server !== null) return { ok: true, release: () => void server.close() };
    if (performance.now() > endMs) return takenBy(await holderOf(name), folder);
    await pause(tryEveryMs);
  }
}

function nameOf(place: string): string {
  const sum = createHash('sha256').update(place).digest('hex').slice(0, 40);
  return `\0rigdeck-recordings-${sum}`;
}

/** Where a folder lies, links resolved as far as there is something. */
async function placeOf(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch {
    const above = dirname(folder); // what is not there yet is named by what is
    return above === folder ? folder : join(await placeOf(above), basename(folder));
  }
}

/** @returns null where somebody else has that name */
function listenAt(name: string, words: string): Promise<Server | null> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(words);
  });
  server.maxConnections = 8;
  server.unref();
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      if (isErrno(error, 'EADDRINUSE')) resolve(null);
      else reject(error);
    });
    server.listen(name, () => resolve(server));
  });
}

/** What the holder says of itself; empty where it says nothing. */
function holderOf(name: string): Promise<string> {
  return new Promise((resolve) => {
    let words = '';
    const socket = connect(name);
    socket.setEncoding('utf8').setTimeout(answerMs, () => socket.destroy());
    socket.on('data', (text: string) => {
      words += text;
      if (words.length > maxWords) socket.destroy();
    });
    socket.on('error', () => socket.destroy());
    socket.once('close', () => resolve(words));
  });
}

function takenBy(words: string, folder: string): RecordingsLock {
  const { pid, runDir } = readHolder(words);
  const which = pid === null ? 'another daemon' : `a daemon (PID ${pid}, run dir ${runDir})`;
  const remedy =
    runDir === systemRunDir
      ? 'it is the service of this machine: see `rigdeck service`'
      : `stop it with \`rigdeck${runDir === null ? '' : ` --run-dir ${runDir}`} down\`, or name another folder in rig.yaml`;
  return { ok: false, message: `${which} already records to ${folder}`, remedy };
}

/** Anybody on this machine may have taken the name: what is said is safe to show, and no more. */
function readHolder(words: string): {
  readonly pid: number | null;
  readonly runDir: string | null;
} {
  try {
    const { pid, runDir } = JSON.parse(words);
    return { pid: Number.isSafeInteger(pid) ? pid : null, runDir: sanitize(String(runDir), 128) };
  } catch {
    return { pid: null, runDir: null }; // it hangs, or is none of ours
  }
}
