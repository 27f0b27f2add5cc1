import { bad, type ContainerLook, empty, type Source, whole } from './container.ts';
import { type Element, elementAt, elementsIn, floatIn, uintIn, vint } from './ebml.ts';

/** Matroska and WebM (RFC 9559): its head, and the time of the last block in the last cluster. */

const ids = {
  ebml: 0x1a45dfa3,
  segment: 0x18538067,
  info: 0x1549a966,
  scale: 0x2ad7b1,
  duration: 0x4489,
  cluster: 0x1f43b675,
  time: 0xe7,
  simpleBlock: 0xa3,
  blockGroup: 0xa0,
  block: 0xa1,
} as const;
const clusterId = Buffer.from('1f43b675', 'hex');

const maxElements = 256;
const maxBlocks = 20_000;
const windowBytes = 262_144;
/** Writers begin a new cluster every few seconds or megabytes. */
const maxTailBytes = 33_554_432;

type Head = {
  /** Nanoseconds of one step of its times. */
  readonly scale: number;
  /** 0 or null in a file that was not finished. */
  readonly durationMs: number | null;
  readonly firstCluster: Element | null;
  readonly segment: Element;
};

/** Looks into a Matroska or WebM file. @throws what the disk says */
export async function lookAtMatroska(source: Source): Promise<ContainerLook> {
  const head = await readHead(source);
  if (head === null) return bad('it is no Matroska file');
  const { scale, firstCluster, segment } = head;
  if (firstCluster === null) return empty('a header and no frame');
  const first = await timeOf(source, firstCluster);
  const last = await lastTime(source, firstCluster.at);
  const durationMs =
    first === null || last === null ? head.durationMs : ((last - first) * scale) / 1e6;
  const isCut = segment.end !== null && segment.end > source.bytes;
  const isFinished = (head.durationMs ?? 0) > 0;
  if (isFinished && !isCut) return whole(Math.max(durationMs ?? 0, head.durationMs ?? 0));
  const note = isCut ? 'its end is missing' : 'it was not finished: it plays, without an index';
  return { state: 'cut', durationMs, note };
}

async function readHead(source: Source): Promise<Head | null> {
  const ebml = await elementAt(source, 0);
  if (ebml?.id !== ids.ebml || ebml.end === null) return null;
  const segment = await elementAt(source, ebml.end);
  if (segment?.id !== ids.segment) return null;
  let firstCluster: Element | null = null;
  let info: { scale: number; durationMs: number | null } = { scale: 1e6, durationMs: null };
  for await (const element of elementsIn(source, segment.inside, source.bytes, maxElements)) {
    if (element.id === ids.info) info = await readInfo(source, element);
    if (element.id !== ids.cluster) continue;
    firstCluster = element;
    break;
  }
  return { ...info, firstCluster, segment };
}

async function readInfo(
  source: Source,
  info: Element,
): Promise<{ scale: number; durationMs: number | null }> {
  let scale = 1e6;
  let duration: number | null = null;
  for await (const element of elementsIn(
    source,
    info.inside,
    info.end ?? info.inside,
    maxElements,
  )) {
    if (element.id === ids.scale) scale = (await uintIn(source, element)) ?? scale;
    if (element.id === ids.duration) duration = await floatIn(source, element);
  }
  return { scale, durationMs: duration === null ? null : (duration * scale) / 1e6 };
}

/** The time at which a cluster begins; null when this is none. */
async function timeOf(source: Source, cluster: Element): Promise<number | null> {
  for await (const element of elementsIn(source, cluster.inside, source.bytes, 4)) {
    if (element.id === ids.time) return uintIn(source, element);
  }
  return null;
}

/** The time of the last block of the last cluster that can be found. */
async function lastTime(source: Source, firstAt: number): Promise<number | null> {
  const least = Math.max(firstAt, source.bytes - maxTailBytes);
  for (let end = source.bytes; end > least; end -= windowBytes) {
    const from = Math.max(least, end - windowBytes);
    // So that an id that lies across two windows is found too.
    const window = await source.read(from, end - from + clusterId.length - 1);
    let found = window.lastIndexOf(clusterId);
    while (found >= 0) {
      const time = await endOfCluster(source, from + found);
      if (time !== null) return time;
      found = found === 0 ? -1 : window.lastIndexOf(clusterId, found - 1);
    }
  }
  return null;
}

/** Null where the bytes only look like a cluster. */
async function endOfCluster(source: Source, at: number): Promise<number | null> {
  const cluster = await elementAt(source, at);
  const began = cluster === null ? null : await timeOf(source, cluster);
  if (cluster === null || began === null) return null;
  let latest = 0;
  const to = Math.min(cluster.end ?? source.bytes, source.bytes);
  for await (const element of elementsIn(source, cluster.inside, to, maxBlocks)) {
    latest = Math.max(latest, await blockTime(source, element));
  }
  return began + latest;
}

/** When a block is shown, from the beginning of its cluster on. */
async function blockTime(source: Source, element: Element): Promise<number> {
  if (element.id === ids.blockGroup) {
    for await (const inner of elementsIn(source, element.inside, element.end ?? 0, 4)) {
      if (inner.id === ids.block) return blockTime(source, inner);
    }
    return 0;
  }
  if (element.id !== ids.simpleBlock && element.id !== ids.block) return 0;
  const head = await source.read(element.inside, 10);
  const track = vint(head, 0);
  if (track === null || head.length < track.bytes + 2) return 0;
  return Math.max(0, head.readInt16BE(track.bytes));
}
