import { bad, type ContainerLook, empty, type Source, whole } from './container.ts';

/** FLAC (RFC 9639): length by STREAMINFO, and by the last frame where a writer that was killed left none. */

const maxMetadata = 128;
/** A frame of 24 bits, 8 channels and the largest block is smaller than this. */
const tailBytes = 2_097_152;

/** Looks into a FLAC file. @throws what the disk says */
export async function lookAtFlac(source: Source): Promise<ContainerLook> {
  const start = await source.read(0, 42);
  if (start.toString('latin1', 0, 4) !== 'fLaC') return bad('it is no FLAC file');
  if (start.length < 42) return bad('its header is cut');
  const rate = (start.readUInt32BE(18) >>> 12) & 0xf_ff_ff;
  const total = Number(start.readBigUInt64BE(18) & 0xf_ff_ff_ff_ffn);
  if (rate === 0) return bad('it has no sample rate');
  const framesAt = await skipMetadata(source);
  if (framesAt === null || framesAt >= source.bytes) return empty('a header and no frame');
  const blockSize = start.readUInt16BE(8) === start.readUInt16BE(10) ? start.readUInt16BE(8) : null;
  const reached = await lastSample(source, framesAt, blockSize);
  // The last block is no longer than 65,535 samples.
  const isCut = reached !== null && reached + 65_535 < total;
  const samples = total === 0 || isCut ? reached : total;
  const durationMs = samples === null ? null : (samples / rate) * 1_000;
  if (total === 0)
    return { state: 'cut', durationMs, note: 'its header does not say how long it is' };
  return isCut ? { state: 'cut', durationMs, note: 'its end is missing' } : whole(durationMs);
}

async function skipMetadata(source: Source): Promise<number | null> {
  let at = 4;
  for (let blocks = 0; blocks < maxMetadata; blocks += 1) {
    const block = await source.read(at, 4);
    if (block.length < 4) return null;
    at += 4 + block.readUIntBE(1, 3);
    if (block.readUInt8(0) >= 0x80) return at;
  }
  return null;
}

/** The number of the first sample of the last frame; null when none is found. */
async function lastSample(
  source: Source,
  framesAt: number,
  blockSize: number | null,
): Promise<number | null> {
  const from = Math.max(framesAt, source.bytes - tailBytes);
  const tail = await source.read(from, source.bytes - from);
  for (let at = tail.length - 6; at >= 0; at -= 1) {
    if (tail[at] !== 0xff || ((tail[at + 1] ?? 0) & 0xfe) !== 0xf8) continue;
    const number = frameNumber(tail.subarray(at, at + 16));
    if (number === null) continue;
    const isVariable = ((tail[at + 1] ?? 0) & 1) === 1;
    if (isVariable) return number;
    return blockSize === null ? null : number * blockSize;
  }
  return null;
}

/** The coded number in a frame's header. Null when this is no frame: its checksum tells. */
function frameNumber(header: Buffer): number | null {
  const coded = codedNumber(header);
  if (coded === null) return null;
  const [sizes = 0, rates = 0] = [(header[2] ?? 0) >> 4, (header[2] ?? 0) & 0xf];
  const more = (sizes === 6 ? 1 : sizes === 7 ? 2 : 0) + (rates === 12 ? 1 : rates > 12 ? 2 : 0);
  const end = 4 + coded.bytes + more;
  return end < header.length && crc8(header.subarray(0, end)) === header[end] ? coded.value : null;
}

/** UTF-8 as it was before it was limited: up to 36 bits in up to 7 bytes. */
function codedNumber(header: Buffer): { value: number; bytes: number } | null {
  const first = header[4] ?? 0;
  if (first < 0x80) return { value: first, bytes: 1 };
  const bytes = Math.clz32(~(first << 24));
  if (bytes < 2 || bytes > 7) return null;
  let value = first & (0x7f >> bytes);
  for (const byte of header.subarray(5, 4 + bytes)) {
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
