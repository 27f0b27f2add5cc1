import { bad, type ContainerLook, empty, type Source, whole } from './container.ts';

/** MPEG transport streams (ISO 13818-1): packets in step, and the time between first and last PTS. */

const windowBytes = 1_048_576;
const maxTailBytes = 16_777_216;
const packetBytes = 188;
const syncByte = 0x47;
/** PTS are 33 bits of a clock of 90 kHz: after 26.5 hours they begin again. */
const ptsRange = 2 ** 33;
const tellsUpToMs = ptsRange / 90;

/** Packets of 188 bytes, or of 192 with a time stamp before each (M2TS). */
type Steps = { readonly from: number; readonly bytes: number };

/** Looks into a transport stream. @throws what the disk says */
export async function lookAtMpegTs(source: Source): Promise<ContainerLook> {
  const head = await source.read(0, windowBytes);
  const steps = stepsIn(head);
  if (steps === null) return bad('it is no MPEG-TS file: its packets are not in step');
  const first = new Map<number, number>();
  for (const { pid, pts } of timesIn(head, steps)) if (!first.has(pid)) first.set(pid, pts);
  if (first.size === 0 && source.bytes <= windowBytes) return empty('no frame in it');
  const { last, lost } = await lastTimes(source, steps, first);
  const spans = [...first].flatMap(([pid, pts]) => spanOf(pts, last.get(pid)));
  const durationMs = spans.length === 0 ? null : Math.max(...spans);
  const rest = (source.bytes - steps.from) % steps.bytes;
  const notes = [
    ...(lost > 0 ? [`${lost} packets at its end are out of step`] : []),
    ...(rest > 0 ? [`its last packet is cut (${rest} bytes)`] : []),
  ];
  if (notes.length === 0) return { ...whole(durationMs), tellsUpToMs };
  return { state: 'cut', durationMs, tellsUpToMs, note: notes.join('; ') };
}

function stepsIn(head: Buffer): Steps | null {
  for (const bytes of [packetBytes, packetBytes + 4]) {
    const extra = bytes - packetBytes;
    for (let from = 0; from < bytes; from += 1) {
      if (isInStep(head, from + extra, bytes)) return { from, bytes };
    }
  }
  return null;
}

function isInStep(head: Buffer, from: number, bytes: number): boolean {
  if (from >= head.length) return false;
  for (let packet = 0; packet < 8 && from + packet * bytes < head.length; packet += 1) {
    if (head[from + packet * bytes] !== syncByte) return false;
  }
  return true;
}

/** The PTS of every PES packet that begins in these bytes. @param at where they lie behind the first packet */
function timesIn(bytes: Buffer, steps: Steps): { pid: number; pts: number }[] {
  const times: { pid: number; pts: number }[] = [];
  const extra = steps.bytes - packetBytes;
  for (let at = steps.from + extra; at + packetBytes <= bytes.length; at += steps.bytes) {
    const packet = bytes.subarray(at, at + packetBytes);
    const pts = packet[0] === syncByte ? ptsOf(packet) : null;
    if (pts !== null) times.push({ pid: packet.readUInt16BE(1) & 0x1fff, pts });
  }
  return times;
}

/** Null for a packet in which no PES packet with a PTS begins. */
function ptsOf(packet: Buffer): number | null {
  const isStart = (packet.readUInt8(1) & 0x40) !== 0;
  const hasPayload = (packet.readUInt8(3) & 0x10) !== 0;
  if (!isStart || !hasPayload) return null;
  const hasField = (packet.readUInt8(3) & 0x20) !== 0;
  const pes = packet.subarray(hasField ? 5 + packet.readUInt8(4) : 4);
  if (pes.length < 14 || pes.readUIntBE(0, 3) !== 1 || (pes.readUInt8(7) & 0x80) === 0) return null;
  const [a, b, c] = [pes.readUInt8(9), pes.readUInt16BE(10), pes.readUInt16BE(12)];
  return ((a >> 1) & 7) * 2 ** 30 + (b >> 1) * 2 ** 15 + (c >> 1);
}

async function lastTimes(
  source: Source,
  steps: Steps,
  first: ReadonlyMap<number, number>,
): Promise<{ last: Map<number, number>; lost: number }> {
  const last = new Map<number, number>();
  let lost = 0;
  const least = Math.max(0, source.bytes - maxTailBytes);
  for (let end = source.bytes; end > least && last.size === 0; end -= windowBytes) {
    const wanted = Math.max(least, end - windowBytes);
    const step = Math.max(0, Math.floor((wanted - steps.from) / steps.bytes));
    const from = steps.from + step * steps.bytes;
    const window = await source.read(from, end - from);
    lost += outOfStep(window, steps);
    for (const { pid, pts } of timesIn(window, { from: 0, bytes: steps.bytes })) {
      const start = first.get(pid) ?? pts;
      // The largest: frames do not come in the order in which they are shown.
      const before = last.get(pid);
      if (before === undefined || since(start, pts) > since(start, before)) last.set(pid, pts);
    }
  }
  return { last, lost };
}

function outOfStep(window: Buffer, { bytes }: Steps): number {
  let lost = 0;
  for (let at = bytes - packetBytes; at < window.length; at += bytes) {
    if (window[at] !== syncByte) lost += 1;
  }
  return lost;
}

function since(first: number, pts: number): number {
  return (pts - first + ptsRange) % ptsRange;
}

function spanOf(first: number, last: number | undefined): number[] {
  if (last === undefined) return [];
  const span = since(first, last);
  // A frame that is shown a little before the first one is no day of recording.
  return [span > ptsRange * 0.99 ? 0 : span / 90];
}
