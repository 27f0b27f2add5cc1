import type { Source } from './container.ts';

/** What an MP4 file is made of (ISO 14496-12): `inside` is where its content begins. */
export type Box = { readonly type: string; readonly inside: number; readonly end: number };

/** No more than these of one level are looked at. */
export const maxBoxes = 4_096;

/** The boxes between two places, the last one as long as it says, though it may be cut. @throws what the disk says */
export async function boxesIn(source: Source, from: number, to: number): Promise<Box[]> {
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
