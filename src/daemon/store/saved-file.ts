import { createHash } from 'node:crypto';
import { constants, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { canonicalJson } from '../../protocol/canonical.ts';
import { wordsOf } from '../../protocol/words-of.ts';
import { isErrno } from '../errno.ts';
import { type AsideKind, setAside } from './set-aside.ts';

/** Version of `{version, checksum, data}` and of all data in it. */
const savedVersion = 1;
/** The largest that we write has some hundred kilobytes; what is larger is foreign. */
const maxSavedBytes = 8_000_000;

/**
 * A file that could not be used as it is. `file` is its path now: set aside, or still in its place where that was impossible.
 * `kind` `later`: nothing is wrong with it, a later Rigdeck wrote it.
 */
export type Damaged = {
  readonly file: string;
  readonly reason: string;
  readonly kind: AsideKind;
};

export type SavedRead<T> = {
  readonly data: T | null;
  readonly from: 'current' | 'previous' | 'none';
  readonly damaged: readonly Damaged[];
};

const envelope = z.object({ version: z.int(), checksum: z.string(), data: z.unknown() });

/**
 * Reads a saved file, or the generation before it where it is damaged, empty, cut or foreign. Such a file is set aside as
 * `<file>.damaged-<n>`. One of another version is set aside too, and what it says is used where this program
 * understands it: no wish is lost by going back to an older version.
 */
export async function readSaved<T>(path: string, schema: z.ZodType<T>): Promise<SavedRead<T>> {
  const damaged: Damaged[] = [];
  for (const from of ['current', 'previous'] as const) {
    const file = from === 'current' ? path : `${path}.previous`;
    const found = await readOne(file, schema);
    if (found.is === 'good') return { data: found.data, from, damaged };
    if (found.is === 'absent') continue;
    damaged.push(await putAside(file, found));
    if (found.is === 'other' && found.data !== null) return { data: found.data, from, damaged };
  }
  return { data: null, from: 'none', damaged };
}

/** What `readSaved` will give; nothing is set aside. */
export async function peekSaved<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  for (const file of [path, `${path}.previous`]) {
    const found = await readOne(file, schema);
    if ('data' in found && found.data !== null) return found.data;
  }
  return null;
}

/** The text of a saved file. */
export function savedText(data: object): string {
  return `${JSON.stringify({ version: savedVersion, checksum: checksumOf(data), data }, null, 1)}\n`;
}

function checksumOf(data: unknown): string {
  return createHash('sha256').update(canonicalJson(data)).digest('hex');
}

type Found<T> =
  | { readonly is: 'good'; readonly data: T }
  | { readonly is: 'absent' }
  | { readonly is: 'damaged'; readonly reason: string }
  /** Of another version. `data`: what it says, where that is of a shape that we know. */
  | {
      readonly is: 'other';
      readonly reason: string;
      readonly isLater: boolean;
      readonly data: T | null;
    };

async function readOne<T>(file: string, schema: z.ZodType<T>): Promise<Found<T>> {
  try {
    const text = await readText(file);
    return text === '' ? { is: 'damaged', reason: 'it is empty' } : parseSaved(text, schema);
  } catch (error) {
    return isErrno(error, 'ENOENT') ? { is: 'absent' } : { is: 'damaged', reason: wordsOf(error) };
  }
}

async function readText(file: string): Promise<string> {
  // A FIFO in its place would hold an ordinary open for ever.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new Error('it is no ordinary file');
    if (stat.size > maxSavedBytes) throw new Error('it is larger than anything we write');
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

function parseSaved<T>(text: string, schema: z.ZodType<T>): Found<T> {
  const outer = envelope.safeParse(jsonOf(text));
  if (!outer.success)
    return { is: 'damaged', reason: 'it is cut or was not written by this program' };
  const { version, checksum, data } = outer.data;
  const inner = schema.safeParse(data);
  const isWhole = isChecksum(checksum, data);
  if (version !== savedVersion) {
    const understood = isWhole && inner.success ? inner.data : null;
    const { reason, isLater } = sayVersion(version, savedVersion);
    return { is: 'other', reason, isLater, data: understood };
  }
  if (!isWhole) return { is: 'damaged', reason: 'its checksum does not fit' };
  if (inner.success) return { is: 'good', data: inner.data };
  return { is: 'damaged', reason: 'its content has another shape than we write' };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // which has not the shape that is asked for next
  }
}

function isChecksum(checksum: string, data: unknown): boolean {
  try {
    return checksumOf(data) === checksum;
  } catch {
    return false; // fractions and the like: nothing that we ever write
  }
}

/**
 * What is said of a file, or of a run, that another version of Rigdeck has written.
 *
 * @param version what it says
 * @param known the only one that this program knows
 */
export function sayVersion(
  version: number,
  known: number,
): { readonly reason: string; readonly isLater: boolean } {
  const isLater = version > known;
  const whose = isLater ? 'a later' : 'an older';
  return {
    isLater,
    reason: `written by ${whose} Rigdeck: format ${version}, this one knows ${known}`,
  };
}

/** Sets a file aside that cannot be used as it is. Never throws: on a read-only disk it stays where it is. */
export async function putAside(
  file: string,
  { reason, isLater = false }: { readonly reason: string; readonly isLater?: boolean },
): Promise<Damaged> {
  const kind = isLater ? 'later' : 'damaged';
  try {
    const name = await setAside(file);
    return { file: name === null ? file : join(dirname(file), name), reason, kind };
  } catch {
    return { file, reason, kind }; // it is passed over again the next time
  }
}
