/** Frames of a FLAC stream (RFC 9639, section 9): where they begin, and whether they are whole. */

/** A frame's header, as far as it is needed. `at` is where it begins; `number` counts samples or frames, as the stream has it. */
export type FrameHead = {
  readonly at: number;
  readonly number: number;
  readonly isVariable: boolean;
  /** In samples. */
  readonly blockSize: number;
};

/** Longest header: 4 bytes, 7 of the number, 2 of the block size, 2 of the rate, its checksum. */
const headBytes = 16;

/** The header of a frame that begins here; null when none does: its checksum tells. */
export function frameAt(bytes: Buffer, at: number): FrameHead | null {
  if (bytes[at] !== 0xff || ((bytes[at + 1] ?? 0) & 0xfe) !== 0xf8) return null;
  const head = bytes.subarray(at, at + headBytes);
  const coded = codedNumber(head);
  if (coded === null) return null;
  const codes = head[2] ?? 0;
  const sizeAt = 4 + coded.bytes;
  const sizeBytes = moreBytes[codes >> 4] ?? 0;
  const end = sizeAt + sizeBytes + (moreRateBytes[codes & 0xf] ?? 0);
  if (end >= head.length || crc8(head.subarray(0, end)) !== head[end]) return null;
  const blockSize = sizeOf(codes >> 4, sizeBytes === 0 ? 0 : head.readUIntBE(sizeAt, sizeBytes));
  const isVariable = ((head[1] ?? 0) & 1) === 1;
  return blockSize === null ? null : { at, number: coded.value, isVariable, blockSize };
}

/** By the code of the block size, and by that of the rate: bytes behind the number that say it. */
const moreBytes: Readonly<Record<number, number>> = { 6: 1, 7: 2 };
const moreRateBytes: Readonly<Record<number, number>> = { 12: 1, 13: 2, 14: 2 };

/** Whether these bytes are one whole frame: its last two are the checksum of the others. */
export function isWholeFrame(bytes: Buffer): boolean {
  return bytes.length > 2 && crc16(bytes.subarray(0, -2)) === bytes.readUInt16BE(bytes.length - 2);
}

function sizeOf(code: number, more: number): number | null {
  if (code === 0) return null;
  if (code === 1) return 192;
  if (code <= 5) return 576 << (code - 2);
  return code <= 7 ? more + 1 : 256 << (code - 8);
}

/** UTF-8 as it was before it was limited: up to 36 bits in up to 7 bytes. */
function codedNumber(head: Buffer): { value: number; bytes: number } | null {
  const first = head[4] ?? 0;
  if (first < 0x80) return { value: first, bytes: 1 };
  const bytes = Math.clz32(~(first << 24));
  if (bytes < 2 || bytes > 7) return null;
  let value = first & (0x7f >> bytes);
  for (const byte of head.subarray(5, 4 + bytes)) {
    if ((byte & 0xc0) !== 0x80) return null;
    value = value * 64 + (byte & 0x3f);
  }
  return { value, bytes };
}

function crc8(bytes: Buffer): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x80 ? (crc << 1) ^ 0x07 : crc << 1) & 0xff;
  }
  return crc;
}

function crc16(bytes: Buffer): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1)
      crc = (crc & 0x8000 ? (crc << 1) ^ 0x8005 : crc << 1) & 0xffff;
  }
  return crc;
}
