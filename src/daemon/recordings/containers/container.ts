import { type FileHandle, open } from 'node:fs/promises';

/** What the parsers of this folder give and take. They read only the head and the tail of a file, whatever its size. */

/**
 * What a look into a file shows.
 *
 * `cut`: it can be used as it is, only its end or its index is missing. `torn`: `mend` says how it is made whole. `bad`: it
 * cannot be used. `empty`: a header and nothing else.
 */
export type ContainerLook = {
  readonly state: 'whole' | 'cut' | 'torn' | 'bad' | 'empty';
  /** What it plays, or the span of its `monoNs`; null where it does not say. */
  readonly durationMs: number | null;
  /** Durations above this are not told: the format begins to count again. */
  readonly tellsUpToMs?: number;
  /** CLOCK_MONOTONIC of its first row, in ns, where its rows say. */
  readonly firstMonoNs?: string;
  /** What is wrong or odd about it, in words. */
  readonly note: string | null;
  readonly mend?: Mend;
};

/** How a torn file is made whole: bytes of its header are replaced, and what lies behind `cutAt` is taken off. */
export type Mend = {
  readonly words: string;
  readonly patches: readonly { readonly at: number; readonly bytes: Buffer }[];
  readonly cutAt: number | null;
};

/** A file that is looked into. */
export type Source = {
  readonly bytes: number;
  /** Fewer than `length` where the file ends before. @throws what the disk says */
  read(at: number, length: number): Promise<Buffer>;
};

/** Opens a file for a parser, and closes it whatever happens. @throws what the disk says */
export async function withSource<T>(path: string, use: (source: Source) => Promise<T>): Promise<T> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    return await use({ bytes: size, read: (at, length) => readAt(file, at, length) });
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(Math.max(0, length));
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, at + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** A file that is of this format and in order. */
export function whole(durationMs: number | null): ContainerLook {
  return { state: 'whole', durationMs, note: null };
}

/** One that cannot be used. */
export function bad(note: string): ContainerLook {
  return { state: 'bad', durationMs: null, note };
}

/** One in which nothing was recorded. */
export function empty(note: string): ContainerLook {
  return { state: 'empty', durationMs: null, note };
}
