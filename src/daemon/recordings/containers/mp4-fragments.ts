import type { Source } from './container.ts';
import { type Box, boxesIn } from './mp4-boxes.ts';

/** Fragments of an MP4 file (ISO 14496-12, 8.8): each says when its samples begin, and how long they are. */

type Track = { readonly scale: number; readonly defaultTicks: number };

/** Of one track in one fragment, in s. */
type Span = { readonly from: number; readonly to: number };

/** Flags of `tfhd` and `trun`: which fields are there. */
const has = {
  baseOffset: 0x1,
  description: 0x2,
  defaultTicks: 0x8,
  dataOffset: 0x1,
  firstFlags: 0x4,
  ticks: 0x100,
  size: 0x200,
  flags: 0x400,
  composition: 0x800,
} as const;
/** More samples than a camera takes in a fragment of an hour. */
const maxSamples = 1_000_000;

/**
 * How long the fragments play: from the first, or from the samples before it that `moov` tells of, to the end of the last.
 *
 * @param moov the boxes inside `moov`; @param moovMs how long its own samples play, 0 or null where it has none
 * @returns ms; null where there are none, or they do not say
 * @throws what the disk says
 */
export async function fragmentsMs(
  source: Source,
  moov: readonly Box[],
  moovMs: number | null,
  fragments: readonly Box[],
): Promise<number | null> {
  const [first, last] = [fragments[0], fragments.at(-1)];
  if (first === undefined || last === undefined) return moovMs || null;
  const tracks = await tracksIn(source, moov);
  const begins = (await spansIn(source, first, tracks)).map(({ from }) => from);
  const ends = (await spansIn(source, last, tracks)).map(({ to }) => to);
  const beginS = moovMs ? 0 : Math.min(...begins);
  const spanMs = (Math.max(...ends) - beginS) * 1_000;
  return Number.isFinite(spanMs) && spanMs >= 0 ? spanMs : null;
}

async function tracksIn(source: Source, moov: readonly Box[]): Promise<Map<number, Track>> {
  const ticks = new Map<number, number>();
  for (const trex of await inside(source, moov, 'mvex', 'trex')) {
    const head = await source.read(trex.inside, 16);
    if (head.length === 16) ticks.set(head.readUInt32BE(4), head.readUInt32BE(12));
  }
  const tracks = new Map<number, Track>();
  for (const trak of moov.filter(({ type }) => type === 'trak')) {
    const id = await fieldOf(source, await inside(source, [trak], 'trak', 'tkhd'), 12, 20);
    const mdia = await inside(source, [trak], 'trak', 'mdia');
    const scale = await fieldOf(source, await inside(source, mdia, 'mdia', 'mdhd'), 12, 20);
    if (id !== null && scale) tracks.set(id, { scale, defaultTicks: ticks.get(id) ?? 0 });
  }
  return tracks;
}

/** Boxes of one type in those of another. */
async function inside(
  source: Source,
  boxes: readonly Box[],
  outer: string,
  type: string,
): Promise<Box[]> {
  const found: Box[] = [];
  for (const box of boxes) {
    if (box.type !== outer) continue;
    found.push(...(await boxesIn(source, box.inside, box.end)).filter((one) => one.type === type));
  }
  return found;
}

/** 32 bits of the first of some boxes, at a place that hangs on its version. */
async function fieldOf(
  source: Source,
  [box]: readonly Box[],
  at: number,
  atLong: number,
): Promise<number | null> {
  if (box === undefined) return null;
  const head = await source.read(box.inside, 24);
  return head.length < 24 ? null : head.readUInt32BE(head.readUInt8(0) === 1 ? atLong : at);
}

async function spansIn(
  source: Source,
  moof: Box,
  tracks: ReadonlyMap<number, Track>,
): Promise<Span[]> {
  const spans: Span[] = [];
  for (const traf of await inside(source, [moof], 'moof', 'traf')) {
    const boxes = await boxesIn(source, traf.inside, traf.end);
    const span = await spanOf(source, boxes, tracks);
    if (span !== null) spans.push(span);
  }
  return spans;
}

async function spanOf(
  source: Source,
  traf: readonly Box[],
  tracks: ReadonlyMap<number, Track>,
): Promise<Span | null> {
  const [tfhd, tfdt] = ['tfhd', 'tfdt'].map((type) => traf.find((box) => box.type === type));
  if (tfhd === undefined || tfdt === undefined) return null;
  const header = await source.read(tfhd.inside, 28);
  const time = await source.read(tfdt.inside, 12);
  if (header.length < 8 || time.length < 12) return null;
  const track = tracks.get(header.readUInt32BE(4));
  if (track === undefined) return null;
  const from = time.readUInt8(0) === 1 ? Number(time.readBigUInt64BE(4)) : time.readUInt32BE(4);
  let ticks = 0;
  for (const trun of traf.filter(({ type }) => type === 'trun')) {
    ticks += await ticksIn(source, trun, defaultOf(header) ?? track.defaultTicks);
  }
  return { from: from / track.scale, to: (from + ticks) / track.scale };
}

/** How long a sample of this fragment is unless it says otherwise; null where the track has the word. */
function defaultOf(header: Buffer): number | null {
  const flags = header.readUIntBE(1, 3);
  if (!(flags & has.defaultTicks)) return null;
  const at = 8 + (flags & has.baseOffset ? 8 : 0) + (flags & has.description ? 4 : 0);
  return at + 4 <= header.length ? header.readUInt32BE(at) : null;
}

async function ticksIn(source: Source, trun: Box, defaultTicks: number): Promise<number> {
  const head = await source.read(trun.inside, 8);
  if (head.length < 8) return 0;
  const flags = head.readUIntBE(1, 3);
  const count = Math.min(head.readUInt32BE(4), maxSamples);
  if (!(flags & has.ticks)) return count * defaultTicks;
  const bytes = [has.ticks, has.size, has.flags, has.composition].filter((one) => flags & one);
  const at = 8 + (flags & has.dataOffset ? 4 : 0) + (flags & has.firstFlags ? 4 : 0);
  const step = bytes.length * 4;
  const rows = await source.read(trun.inside + at, Math.min(count * step, trun.end - trun.inside));
  let ticks = 0;
  for (let row = 0; row + step <= rows.length; row += step) ticks += rows.readUInt32BE(row);
  return ticks;
}
