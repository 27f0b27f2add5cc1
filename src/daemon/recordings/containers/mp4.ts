import { bad, type ContainerLook, type Source, whole } from './container.ts';

/** MP4 and MOV (ISO 14496-12): without its `moov`, which is written last, nothing of a file can be played. */

type Box = { readonly type: string; readonly inside: number; readonly end: number };

const maxBoxes = 4_096;

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
  if (boxes.some((box) => box.end > source.bytes)) {
    const note = 'its end is missing';
    return isFragmented ? { state: 'cut', durationMs: null, note } : bad(note);
  }
  // Of a fragmented one the header does not say how long it became.
  return whole(isFragmented ? null : durationMs);
}

async function boxesIn(source: Source, from: number, to: number): Promise<Box[]> {
  const boxes: Box[] = [];
  let at = from;
  while (at + 8 <= to && boxes.length < maxBoxes) {
    const box = boxIn(await source.read(at, 16), at, to);
    if (box === null) break;
    boxes.push(box);
    at = box.end;
  }
  return boxes;
}

function boxIn(head: Buffer, at: number, to: number): Box | null {
  if (head.length < 8) return null;
  const type = head.toString('latin1', 4, 8);
  const size = head.readUInt32BE(0);
  if (size === 0) return { type, inside: at + 8, end: to }; // as far as its parent reaches
  if (size !== 1) return size < 8 ? null : { type, inside: at + 8, end: at + size };
  const long = head.length < 16 ? 0 : Number(head.readBigUInt64BE(8));
  return long < 16 ? null : { type, inside: at + 16, end: at + long };
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
