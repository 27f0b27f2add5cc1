import { type FileHandle, open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { isErrno } from '../errno.ts';
import { syncFolder } from '../store/durable-file.ts';
import type { Mend } from './containers/container.ts';

const pieceBytes = 1_048_576;
const maxRests = 100;

/** Whether this is what `mendFile` took off a file: it belongs to no trial. */
export function isTornRest(path: string): boolean {
  return /\.torn(-\d+)?$/.test(path);
}

/**
 * Makes a torn file whole. What is taken off its end is kept beside it first, as `<file>.torn`, and its time of change stays:
 * that is when it was recorded.
 *
 * @returns the name of the file with what was taken off; null when nothing was
 * @throws what the disk says; what was not yet done is found again
 */
export async function mendFile(path: string, mend: Mend): Promise<string | null> {
  const file = await open(path, 'r+');
  try {
    const { size, atimeMs, mtimeMs } = await file.stat();
    const { cutAt } = mend;
    const kept = cutAt === null || cutAt >= size ? null : await keepRest(path, file, cutAt, size);
    for (const { at, bytes } of mend.patches) await file.write(bytes, 0, bytes.length, at);
    if (cutAt !== null && cutAt < size) await file.truncate(cutAt);
    await file.utimes(atimeMs / 1_000, mtimeMs / 1_000); // in s; a Date would round it to the ms
    await file.sync();
    return kept;
  } finally {
    await file.close();
  }
}

async function keepRest(path: string, file: FileHandle, from: number, to: number): Promise<string> {
  const [name, rest] = await openRest(path);
  try {
    for (let at = from; at < to; at += pieceBytes) {
      const piece = Buffer.alloc(Math.min(pieceBytes, to - at));
      const { bytesRead } = await file.read(piece, 0, piece.length, at);
      await rest.writeFile(piece.subarray(0, bytesRead));
    }
    await rest.sync();
  } finally {
    await rest.close();
  }
  await syncFolder(dirname(path));
  return basename(name);
}

async function openRest(path: string): Promise<[string, FileHandle]> {
  for (let number = 1; ; number += 1) {
    const name = `${path}.torn${number === 1 ? '' : `-${number}`}`;
    try {
      return [name, await open(name, 'wx', 0o644)];
    } catch (error) {
      if (!isErrno(error, 'EEXIST') || number >= maxRests) throw error;
    }
  }
}
