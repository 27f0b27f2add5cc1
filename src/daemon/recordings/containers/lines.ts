import type { Mend, Source } from './container.ts';

/** What CSV and JSON lines have in common: whole lines at the head and at the tail, and what is torn at the end. */

const windowBytes = 65_536;
/** A torn end may be a long run of zeros that a power cut left; beyond this it is not looked through. */
const maxTailBytes = 16_777_216;

export type Ends = {
  /** Whole lines at the beginning, the last one of the window left out unless it is whole. */
  readonly head: readonly string[];
  /** Whole lines at the end, the first one of the window left out unless the window begins with the file. */
  readonly tail: readonly string[];
  /** Where the last whole line begins, and where it ends; 0 where there is none. */
  readonly lastAt: number;
  readonly wholeBytes: number;
  /** What follows the last line end. */
  readonly rest: string;
};

/** Reads both ends of a file of lines. Null when no line end was found within reach of the end. @throws what the disk says */
export async function readEnds(source: Source): Promise<Ends | null> {
  const wholeBytes = await findLastEnd(source);
  if (wholeBytes === null) return null;
  const head = await source.read(0, Math.min(windowBytes, wholeBytes));
  const from = Math.max(0, wholeBytes - windowBytes);
  const tail = await source.read(from, wholeBytes - from);
  const rest = await source.read(wholeBytes, Math.min(windowBytes, source.bytes - wholeBytes));
  return {
    head: linesIn(head, true),
    tail: linesIn(tail, from === 0),
    lastAt: from + tail.lastIndexOf(0x0a, -2) + 1,
    wholeBytes,
    rest: rest.toString('utf8'),
  };
}

/** The end of the last whole line; 0 when there is none in the whole file, null when it is out of reach. */
async function findLastEnd({ bytes, read }: Source): Promise<number | null> {
  const least = Math.max(0, bytes - maxTailBytes);
  for (let end = bytes; end > least; end -= windowBytes) {
    const from = Math.max(least, end - windowBytes);
    const found = (await read(from, end - from)).lastIndexOf(0x0a);
    if (found >= 0) return from + found + 1;
  }
  return least === 0 ? 0 : null;
}

function linesIn(bytes: Buffer, isFromStart: boolean): string[] {
  const lines = bytes.toString('utf8').split('\n');
  lines.pop(); // what follows the last line end: cut, or nothing
  if (!isFromStart) lines.shift();
  return lines;
}

/** Takes off everything behind a line end. */
export function cutBehind({ bytes }: Source, at: number): Mend {
  return {
    words: `${bytes - at} bytes of a torn last line were taken off`,
    patches: [],
    cutAt: at,
  };
}

/** The time between two values of CLOCK_MONOTONIC in nanoseconds, as text or number; null where one is none. */
export function spanMs(first: unknown, last: unknown): number | null {
  const [from, to] = [nsOf(first), nsOf(last)];
  return from === null || to === null || to < from ? null : Number(to - from) / 1e6;
}

/** What a look says of the `monoNs` of a first row; nothing where that is none. */
export function firstRow(monoNs: unknown): { readonly firstMonoNs?: string } {
  const ns = nsOf(monoNs);
  return ns === null ? {} : { firstMonoNs: String(ns) };
}

function nsOf(value: unknown): bigint | null {
  const text = String(value).trim();
  return /^\d{1,20}$/.test(text) ? BigInt(text) : null;
}
