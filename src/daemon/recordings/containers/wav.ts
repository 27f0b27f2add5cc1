import { bad, type ContainerLook, empty, type Mend, type Source, whole } from './container.ts';

/** WAV and RF64 (EBU Tech 3306): sizes in the header against the size of the file, duration by the byte rate. */

type Header = {
  readonly isRf64: boolean;
  /** Where the samples begin, and how many bytes of them the header claims. */
  readonly dataAt: number;
  readonly claimed: number;
  readonly byteRate: number;
  readonly frameBytes: number;
  /** A chunk right behind `WAVE` with room for 64-bit sizes: `ds64`, or what a writer left free for it. */
  readonly wideAt: number | null;
};

type Chunk = { readonly id: string; readonly at: number; readonly size: number };

const maxChunks = 64;
/** The largest size that 32 bits hold; as a claim it means that the size stands elsewhere or was never written. */
const unsaid = 0xff_ff_ff_ff;
const wideBytes = 28;

/** Looks into a WAV file. @throws what the disk says */
export async function lookAtWav(source: Source): Promise<ContainerLook> {
  const header = await readHeader(source);
  if (typeof header === 'string') return bad(header);
  const { dataAt, claimed, byteRate } = header;
  const there = source.bytes - dataAt;
  if (there <= 0) return empty('a header and no sample');
  const durationMs = byteRate > 0 ? (Math.min(claimed || there, there) / byteRate) * 1_000 : null;
  // Of a file that is too large for its header nobody can say more than that it is.
  const isOverlong = !header.isRf64 && claimed === unsaid && there >= unsaid;
  if (isOverlong)
    return { ...whole((there / byteRate) * 1_000), note: 'its header holds no size over 4 GB' };
  if (
    claimed > 0 &&
    claimed <= there &&
    (await isChunks(source, dataAt + claimed + (claimed % 2)))
  ) {
    return whole(durationMs);
  }
  const said = claimed === unsaid ? 'no size' : `${claimed} bytes of sound`;
  const note = `its header says ${said}, and ${there} follow`;
  const playsMs = byteRate > 0 ? (there / byteRate) * 1_000 : null;
  return { state: 'torn', durationMs: playsMs, note, mend: mendOf(source, header) };
}

async function readHeader(source: Source): Promise<Header | string> {
  const start = await source.read(0, 12);
  const form = start.toString('latin1', 0, 4);
  if (!['RIFF', 'RF64', 'BW64'].includes(form) || start.toString('latin1', 8, 12) !== 'WAVE') {
    return 'it is no WAV file';
  }
  const chunks = await chunksIn(source, 12);
  const data = chunks.find((chunk) => chunk.id === 'data');
  const format = chunks.find((chunk) => chunk.id === 'fmt ' && chunk.size >= 16);
  if (data === undefined)
    return source.bytes < 4_096 ? 'its header is cut' : 'it has no data chunk';
  if (format === undefined) return 'it has no format chunk';
  const about = await source.read(format.at + 8, 16);
  const wideAt = chunks[0] !== undefined && isWide(chunks[0]) ? chunks[0].at : null;
  const wide = chunks[0]?.id === 'ds64' ? await source.read(chunks[0].at + 8, wideBytes) : null;
  const claimed =
    data.size === unsaid && wide !== null ? Number(wide.readBigUInt64LE(8)) : data.size;
  const [byteRate, frameBytes] = [about.readUInt32LE(8), Math.max(1, about.readUInt16LE(12))];
  return { isRf64: wide !== null, dataAt: data.at + 8, claimed, byteRate, frameBytes, wideAt };
}

function isWide({ id, size }: Chunk): boolean {
  return size >= wideBytes && ['ds64', 'JUNK', 'junk'].includes(id);
}

/** Chunks one after the other, as far as the samples or the end. */
async function chunksIn(source: Source, from: number): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  let at = from;
  while (chunks.length < maxChunks) {
    const head = await source.read(at, 8);
    if (head.length < 8) break;
    const chunk = { id: head.toString('latin1', 0, 4), at, size: head.readUInt32LE(4) };
    chunks.push(chunk);
    if (chunk.id === 'data') break;
    at = endOf(chunk);
  }
  return chunks;
}

/** Whether nothing but whole chunks follows. */
async function isChunks(source: Source, from: number): Promise<boolean> {
  const chunks = from < source.bytes ? await chunksIn(source, from) : [];
  const last = chunks.at(-1);
  const end = last === undefined ? from : endOf(last);
  const areNamed = chunks.every(({ id }) => /^[\x20-\x7e]{4}$/.test(id));
  // A writer may leave out the last byte that makes a size even.
  return areNamed && end >= source.bytes && end <= source.bytes + 1;
}

function endOf({ at, size }: Chunk): number {
  return at + 8 + size + (size % 2);
}

function mendOf(source: Source, header: Header): Mend {
  const { dataAt, frameBytes, wideAt } = header;
  const data = Math.floor((source.bytes - dataAt) / frameBytes) * frameBytes;
  const end = dataAt + data;
  const patches =
    isLarge(end) && wideAt !== null ? wideSizes(header, wideAt, end) : sizes(header, end);
  const cutAt = end < source.bytes ? end : null;
  return { words: `its header says ${data} bytes of sound now`, patches, cutAt };
}

function isLarge(end: number): boolean {
  return end - 8 >= unsaid;
}

function sizes({ dataAt, isRf64, wideAt }: Header, end: number): Mend['patches'] {
  if (isRf64 && wideAt !== null) return wideSizes({ dataAt }, wideAt, end);
  return [
    { at: 0, bytes: Buffer.from('RIFF') },
    { at: 4, bytes: uint32(Math.min(end - 8, unsaid)) },
    { at: dataAt - 4, bytes: uint32(Math.min(end - dataAt, unsaid)) },
  ];
}

/** The sizes go into the chunk behind `WAVE`, which becomes or is `ds64`. */
function wideSizes(
  { dataAt }: Pick<Header, 'dataAt'>,
  wideAt: number,
  end: number,
): Mend['patches'] {
  const wide = Buffer.alloc(wideBytes);
  wide.writeBigUInt64LE(BigInt(end - 8), 0);
  wide.writeBigUInt64LE(BigInt(end - dataAt), 8);
  return [
    { at: 0, bytes: Buffer.from('RF64') },
    { at: 4, bytes: uint32(unsaid) },
    { at: wideAt, bytes: Buffer.from('ds64') },
    { at: wideAt + 8, bytes: wide },
    { at: dataAt - 4, bytes: uint32(unsaid) },
  ];
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
