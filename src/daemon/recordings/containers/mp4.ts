import { bad, type ContainerLook, type Source, whole } from './container.ts';
import { type Box, boxesIn, maxBoxes } from './mp4-boxes.ts';
import { fragmentsMs } from './mp4-fragments.ts';

/** MP4 and MOV (ISO 14496-12): without its `moov`, which is written last, nothing of a file can be played. */

/** Looks into an MP4 file. @throws what the disk says */
export async function lookAtMp4(source: Source): Promise<ContainerLook> {
  const boxes = await boxesIn(source, 0, source.bytes);
  const first = boxes[0];
  if (
    first === undefined ||
    !['ftyp', 'wide', 'mdat', 'moov', 'free', 'skip'].includes(first.type)
  ) {
    return bad('it is no MP4 file');
  }
  const moov = boxes.find((box) => box.type === 'moov');
  if (moov === undefined) return bad('it was never finished: it has no moov, and cannot be played');
  if (moov.end > source.bytes) return bad('its moov is cut, and it cannot be played');
  const inside = await boxesIn(source, moov.inside, moov.end);
  const durationMs = await durationIn(source, inside);
  const isFragmented = inside.some((box) => box.type === 'mvex');
  const isCut = boxes.some((box) => box.end > source.bytes);
  const note = 'its end is missing';
  if (!isFragmented) return isCut ? bad(note) : whole(durationMs);
  // The header does not say how long it became; where not all of its fragments were looked through, nobody does.
  const isSeen = boxes.length < maxBoxes;
  const fragments = wholeFragments(boxes, source);
  const spanMs = isSeen ? await fragmentsMs(source, inside, durationMs, fragments) : null;
  return isCut ? { state: 'cut', durationMs: spanMs, note } : whole(spanMs);
}

/** Fragments whose samples are all there: each is a `moof` with its `mdat` behind it. */
function wholeFragments(boxes: readonly Box[], { bytes }: Source): Box[] {
  return boxes.filter(({ type }, index) => {
    const data = boxes[index + 1];
    return type === 'moof' && data?.type === 'mdat' && data.end <= bytes;
  });
}

async function durationIn(source: Source, moov: readonly Box[]): Promise<number | null> {
  const mvhd = moov.find((box) => box.type === 'mvhd');
  const head = mvhd === undefined ? Buffer.alloc(0) : await source.read(mvhd.inside, 32);
  if (head.length < 32) return null;
  const isLong = head.readUInt8(0) === 1;
  const scale = head.readUInt32BE(isLong ? 20 : 12);
  const duration = isLong ? Number(head.readBigUInt64BE(24)) : head.readUInt32BE(16);
  return scale === 0 ? null : (duration / scale) * 1_000;
}
