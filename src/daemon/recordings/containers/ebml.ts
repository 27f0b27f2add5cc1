import type { Source } from './container.ts';

/** Elements of EBML (RFC 8794): an id, a size, and what is inside. */

export type Element = {
  readonly id: number;
  readonly at: number;
  readonly inside: number;
  /** Null: not known, it reaches as far as its parent or the next of its kind. */
  readonly end: number | null;
};

/** The element that begins there. Null when none does. @throws what the disk says */
export async function elementAt(source: Source, at: number): Promise<Element | null> {
  const head = await source.read(at, 12);
  const id = vint(head, 0);
  if (id === null || id.bytes > 4) return null;
  const size = vint(head, id.bytes);
  if (size === null) return null;
  const inside = at + id.bytes + size.bytes;
  return { id: id.raw, at, inside, end: size.isUnknown ? null : inside + size.value };
}

/**
 * The elements inside another, one after the other.
 *
 * @param most how many at most
 * @throws what the disk says
 */
export async function* elementsIn(
  source: Source,
  from: number,
  to: number,
  most: number,
): AsyncGenerator<Element> {
  let at = from;
  for (let count = 0; count < most && at < to; count += 1) {
    const element = await elementAt(source, at);
    if (element === null) return;
    yield element;
    if (element.end === null) return;
    at = element.end;
  }
}

/** A number of up to 8 bytes, as an element holds it. */
export async function uintIn(source: Source, { inside, end }: Element): Promise<number | null> {
  const length = (end ?? inside) - inside;
  if (length < 1 || length > 8) return null;
  const bytes = await source.read(inside, length);
  if (bytes.length < length) return null;
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}

/** A float of 4 or 8 bytes. */
export async function floatIn(source: Source, { inside, end }: Element): Promise<number | null> {
  const bytes = await source.read(inside, Math.min(8, (end ?? inside) - inside));
  if (bytes.length === 8) return bytes.readDoubleBE(0);
  return bytes.length === 4 ? bytes.readFloatBE(0) : null;
}

type Vint = {
  readonly bytes: number;
  /** With the bit that tells its length, as ids are written down. */
  readonly raw: number;
  readonly value: number;
  readonly isUnknown: boolean;
};

/** A number whose leading zeros tell its length. */
export function vint(bytes: Buffer, at: number): Vint | null {
  const first = bytes[at] ?? 0;
  const length = Math.clz32(first) - 23;
  if (first === 0 || at + length > bytes.length) return null;
  const mask = 0xff >> length;
  let value = first & mask;
  let raw = first;
  let isUnknown = value === mask;
  for (const byte of bytes.subarray(at + 1, at + length)) {
    value = value * 256 + byte;
    raw = raw * 256 + byte;
    isUnknown &&= byte === 0xff;
  }
  return { bytes: length, raw, value, isUnknown };
}
