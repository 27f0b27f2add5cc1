import type { Edge, InputWish, Level, LineInfo, OutputWish } from '../lines.ts';

/**
 * The structures of the GPIO character device, uAPI v2 (linux/gpio.h, since Linux 5.10), little-endian as every Raspberry Pi.
 * They have no padding of the compiler's and are the same for 32 and 64 bits.
 */
export const requests = {
  chipInfo: 0x8044b401,
  lineInfo: 0xc100b405,
  line: 0xc250b407,
  values: 0xc010b40e,
  setValues: 0xc010b40f,
} as const;

const flags = {
  used: 1n << 0n,
  activeLow: 1n << 1n,
  input: 1n << 2n,
  output: 1n << 3n,
  risingEdge: 1n << 4n,
  fallingEdge: 1n << 5n,
  pullUp: 1n << 8n,
  pullDown: 1n << 9n,
  noBias: 1n << 10n,
} as const;
const attributes = { values: 2, debounceUs: 3 } as const;
const bias = { up: flags.pullUp, down: flags.pullDown, none: flags.noBias } as const;

const nameLength = 32;
/** How many edges the kernel keeps until they are read; the most that it keeps for one line. */
export const bufferedEdges = 1024;
export const eventSize = 48;

export const chipInfo = {
  empty: () => Buffer.alloc(68),
  decode(bytes: Buffer) {
    return { name: text(bytes, 0), label: text(bytes, 32), count: bytes.readUInt32LE(64) };
  },
};

export const lineInfo = {
  ask(line: number): Buffer {
    const bytes = Buffer.alloc(256);
    bytes.writeUInt32LE(line, 64);
    return bytes;
  },
  decode(bytes: Buffer): LineInfo {
    const set = bytes.readBigUInt64LE(72);
    const holder = text(bytes, 32);
    return {
      name: text(bytes, 0),
      direction: (set & flags.output) !== 0n ? 'out' : 'in',
      consumer: (set & flags.used) === 0n ? null : holder === '' ? 'the kernel' : holder,
    };
  },
};

export const lineRequest = {
  input(wish: InputWish): Buffer {
    const both = flags.input | flags.risingEdge | flags.fallingEdge | bias[wish.bias];
    const debounceUs = Math.round(wish.filterMs * 1000);
    const one = debounceUs > 0 ? { id: attributes.debounceUs, value: debounceUs } : null;
    return encodeRequest(wish, both, one);
  },
  output(wish: OutputWish): Buffer {
    return encodeRequest(wish, flags.output, { id: attributes.values, value: wish.level });
  },
  /** The descriptor of the line that the kernel has put in. */
  fd: (bytes: Buffer): number => bytes.readInt32LE(588),
};

export const values = {
  empty: () => Buffer.alloc(16),
  /** Asks for the only line of a request, or sets it. */
  fill(bytes: Buffer, level: Level): Buffer {
    bytes.writeBigUInt64LE(BigInt(level), 0);
    bytes.writeBigUInt64LE(1n, 8);
    return bytes;
  },
  decode: (bytes: Buffer): Level => ((bytes.readBigUInt64LE(0) & 1n) === 1n ? 1 : 0),
};

/** What the kernel tells of one line, put into words: when its level changed, and what was lost. */
export class EdgeStream {
  readonly #filterMs: number;
  #level: Level;
  /** The kernel numbers the edges of a line from 1, also those that it drops. */
  #number = 0;

  constructor(filterMs: number, level: Level) {
    this.#filterMs = filterMs;
    this.#level = level;
  }

  /** @param bytes whole events; the kernel gives no halves */
  take(bytes: Buffer): Edge[] {
    const edges: Edge[] = [];
    for (let at = 0; at + eventSize <= bytes.length; at += eventSize) {
      const level = bytes.readUInt32LE(at + 8) === 1 ? 1 : 0;
      const number = bytes.readUInt32LE(at + 20);
      const lost = (number - this.#number - 1) >>> 0;
      // The kernel looks at the level after the interrupt: a glitch that was over by then is no change.
      if (level !== this.#level || lost > 0) {
        // It stamps a debounced edge when the level has been steady for that long.
        const atMs = Number(bytes.readBigUInt64LE(at)) / 1e6 - this.#filterMs;
        edges.push({ level, atMs, lost });
      }
      this.#number = number;
      this.#level = level;
    }
    return edges;
  }
}

function encodeRequest(
  wish: InputWish | OutputWish,
  set: bigint,
  attribute: { readonly id: number; readonly value: number } | null,
): Buffer {
  const bytes = Buffer.alloc(592);
  bytes.writeUInt32LE(wish.line, 0);
  bytes.write(wish.consumer, 256, nameLength - 1);
  bytes.writeBigUInt64LE(set | (wish.activeLow ? flags.activeLow : 0n), 288);
  if (attribute !== null) {
    bytes.writeUInt32LE(1, 296);
    bytes.writeUInt32LE(attribute.id, 320);
    bytes.writeBigUInt64LE(BigInt(attribute.value), 328);
    bytes.writeBigUInt64LE(1n, 336);
  }
  bytes.writeUInt32LE(1, 560);
  bytes.writeUInt32LE(bufferedEdges, 564);
  return bytes;
}

function text(bytes: Buffer, from: number): string {
  const end = bytes.indexOf(0, from);
  const last = from + nameLength;
  return bytes.toString('utf8', from, end === -1 ? last : Math.min(end, last));
}
