import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrno } from '../errno.ts';
import { foldersIn, namesIn } from '../store/names-in.ts';

/** What a session folder says by its name alone. `startedAt` is null for one that was made with an unsynchronised clock. */
export type FolderName = {
  readonly id: string;
  readonly startedAt: string | null;
  readonly name: string;
};

/** Names of the rig's own files in a session folder. */
export const sessionFiles = {
  manifest: 'session.json',
  events: 'events.jsonl',
  readme: 'README.txt',
} as const;

/** A card could bring a folder with any number; one above this is not taken as ours. */
const highestNumber = 999_999;
/** Folder names may be 255 bytes on the file systems of cards; the number and the time need 25. */
const maxNameBytes = 120;

/** `0042`: four digits, more when the rig needs them. */
export function sessionId(number: number): string {
  return String(number).padStart(4, '0');
}

/**
 * `0042_2026-11-22_14-02-10_<name>` in UTC, or `0042_unsynced_<name>`.
 *
 * @param startedAt ISO-8601 UTC; null when the clock is not to be trusted
 */
function folderName(id: string, name: string, startedAt: string | null): string {
  const time = startedAt?.slice(0, 19).replace('T', '_').replaceAll(':', '-') ?? 'unsynced';
  return `${id}_${time}_${safeName(name)}`;
}

/** Reads a folder's name. Null when it is no session of a rig. */
export function parseFolderName(folder: string): FolderName | null {
  const match = /^(\d{4,6})_(?:unsynced|(\d{4}-\d\d-\d\d)_(\d\d)-(\d\d)-(\d\d))_(.+)$/u.exec(
    folder,
  );
  if (match === null) return null;
  const [, id = '', day, hour, minute, second, name = ''] = match;
  const startedAt = day === undefined ? null : `${day}T${hour}:${minute}:${second}.000Z`;
  return { id, startedAt, name };
}

/** Whether a session is meant by its id (`0042`), its number (`42`), or the name of its folder. */
export function isCalled(folder: string, which: string): boolean {
  const number = /^\d{1,6}$/u.test(which) ? Number(which) : null;
  return folder === which || (number !== null && Number(parseFolderName(folder)?.id) === number);
}

/** Letters, digits, `.`, `-` and `_` of any script; nothing that a shell, FAT or a path would take for something else. */
function safeName(name: string): string {
  const plain = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '_')
    .replace(/^[._-]+|[._]+$/gu, '');
  let cut = '';
  for (const character of plain) {
    if (Buffer.byteLength(cut + character) > maxNameBytes) break;
    cut += character;
  }
  return cut === '' ? 'rec' : cut;
}

/** The highest session number in the recordings folder, whatever the clock said; 0 when there is none. */
export async function highestSession(folder: string): Promise<number> {
  const names = await namesIn(folder);
  return highest(names, /^(\d{4,6})_/u);
}

function highest(names: readonly string[], pattern: RegExp): number {
  const numbers = names.map((name) => Number(pattern.exec(name)?.[1] ?? 0));
  return numbers.reduce((most, n) => (n > most && n <= highestNumber ? n : most), 0);
}

/** `trial-001`, the folder of a trial in a module's folder. */
export function trialName(trial: number): string {
  return `trial-${String(trial).padStart(3, '0')}`;
}

/** The trial whose folder this is; null when it is none. */
export function trialInName(name: string): number | null {
  const number = Number(/^trial-(\d{3,6})$/u.exec(name)?.[1] ?? 0);
  return number > 0 && number <= highestNumber ? number : null;
}

/** `mic_s001`: how the files of a module's segment begin. */
export function segmentPrefix(module: string, segment: number): string {
  return `${module}_s${String(segment).padStart(3, '0')}`;
}

/** The segment that a file name speaks of, null when it speaks of none. */
export function segmentInName(module: string, name: string): number | null {
  if (!name.startsWith(`${module}_s`)) return null;
  const digits = /^\d{3,}/u.exec(name.slice(module.length + 2))?.[0];
  return digits === undefined ? null : Number(digits);
}

/**
 * Makes the folder of a new session: a number above every one on disk and above `atLeast`, never one that exists.
 *
 * @throws what the disk says, as an Error with a `code`
 */
export async function makeSessionFolder(
  folder: string,
  name: string,
  atLeast: number,
  startedAt: string | null,
): Promise<{ number: number; path: string }> {
  let number = Math.max(atLeast, (await highestSession(folder)) + 1);
  for (;;) {
    const path = join(folder, folderName(sessionId(number), name, startedAt));
    try {
      await mkdir(path);
      return { number, path };
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error;
      number += 1;
    }
  }
}

/** Session folders, the highest number first. */
export async function sessionFolders(folder: string): Promise<string[]> {
  const names = (await foldersIn(folder)).filter((name) => parseFolderName(name) !== null);
  const number = (name: string) => Number(parseFolderName(name)?.id);
  return names.sort((a, b) => number(b) - number(a) || (a < b ? 1 : -1));
}

/** Whether a folder is there. @throws what the disk says when it cannot tell */
export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
}
