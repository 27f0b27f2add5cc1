import { bad, type ContainerLook, empty, type Mend, type Source, whole } from './container.ts';
import { type FrameHead, frameAt, isWholeFrame } from './flac-frames.ts';

/** FLAC (RFC 9639): length by STREAMINFO, and by the last frame where a writer that was killed left none. */

const maxMetadata = 128;
/** A frame of 24 bits, 8 channels and the largest block is smaller than this. */
const tailBytes = 2_097_152;
/** So many headers from the end are tried; few of them only look like one. */
const maxHeads = 12;

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
  const found = await reachedIn(source, framesAt, start);
  return judge(found, rate, total);
}

function judge(found: Reached | null, rate: number, total: number): ContainerLook {
  const reached = found?.samples ?? null;
  // The last block is no longer than 65,535 samples.
  const isCut = reached !== null && reached + 65_535 < total;
  const samples = total === 0 || isCut ? reached : total;
  const durationMs = samples === null ? null : (samples / rate) * 1_000;
  if (total !== 0 && !isCut) return whole(durationMs);
  const note = total === 0 ? 'its header does not say how long it is' : 'its end is missing';
  return { state: 'cut', durationMs, note, ...(found?.mend && { mend: found.mend }) };
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

/** Where the stream ends by its last frames. `samples`: those before the last frame; `mend`: null where nothing is proven. */
type Reached = { readonly samples: number; readonly mend: Mend | null };

async function reachedIn(source: Source, framesAt: number, start: Buffer): Promise<Reached | null> {
  const blockSize = start.readUInt16BE(8) === start.readUInt16BE(10) ? start.readUInt16BE(8) : null;
  const from = Math.max(framesAt, source.bytes - tailBytes);
  const tail = await source.read(from, source.bytes - from);
  const heads = lastHeads(tail);
  const samples = heads[0] === undefined ? null : firstSample(heads[0], blockSize);
  return samples === null
    ? null
    : { samples, mend: provenEnd(tail, from, heads, blockSize, start) };
}

/**
 * What follows a whole frame begins exactly where that ends. What only looks like a header, in the midst of sound, is passed over:
 * nothing is cut off that a checksum does not prove.
 */
function provenEnd(
  tail: Buffer,
  from: number,
  heads: readonly FrameHead[],
  blockSize: number | null,
  start: Buffer,
): Mend | null {
  let end = tail.length;
  for (const [index, head] of heads.entries()) {
    for (const one of heads.slice(index)) {
      const first = firstSample(one, blockSize);
      if (first === null || !isWholeFrame(tail.subarray(one.at, end))) continue;
      return mendTo(start, first + one.blockSize, end === tail.length ? null : from + end);
    }
    end = head.at;
  }
  return null;
}

/** Headers at the end of the stream, the last first. */
function lastHeads(tail: Buffer): FrameHead[] {
  const heads: FrameHead[] = [];
  for (let end = tail.length; heads.length < maxHeads; ) {
    const head = frameBefore(tail, end);
    if (head === null) break;
    heads.push(head);
    end = head.at;
  }
  return heads;
}

function frameBefore(tail: Buffer, end: number): FrameHead | null {
  for (let at = end - 1; at >= 0; at -= 1) {
    const head = frameAt(tail, at);
    if (head !== null) return head;
  }
  return null;
}

function firstSample({ number, isVariable }: FrameHead, blockSize: number | null): number | null {
  if (isVariable) return number;
  return blockSize === null ? null : number * blockSize;
}

/** STREAMINFO gets the number of samples that are there, and no checksum of the sound, which nobody knows any more. */
function mendTo(start: Buffer, samples: number, cutAt: number | null): Mend {
  const bytes = Buffer.alloc(24);
  const kept = start.readBigUInt64BE(18) & ~0xf_ff_ff_ff_ffn;
  bytes.writeBigUInt64BE(kept | BigInt(samples), 0);
  const words = `its header says ${samples} samples now`;
  const whole = cutAt === null ? words : `${words}, and a frame that was cut is taken off`;
  return { words: whole, patches: [{ at: 18, bytes }], cutAt };
}
