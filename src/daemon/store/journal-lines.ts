import * as z from 'zod';
import type { HistoryEntry } from '../../protocol/frames.ts';
import { sanitize } from '../../protocol/sanitize.ts';

/** The longest line that is written, in UTF-16 code units. What is longer loses its details, never its place. */
const maxLine = 64 * 1024;

const common = { at: z.string(), epoch: z.string() };
const text = z.string();
const texts = z.array(z.string());
const entrySchema: z.ZodType<HistoryEntry> = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('change'),
    ...common,
    seq: z.int(),
    actor: text,
    cause: text,
    what: texts,
    modules: texts,
  }),
  z.object({
    type: z.literal('intent'),
    ...common,
    seq: z.int(),
    actor: text,
    kind: text,
    module: text.nullable(),
    outcome: text,
    reason: text.nullable(),
    message: text.nullable(),
  }),
  z.object({
    type: z.literal('event'),
    ...common,
    name: text,
    module: text.nullable(),
    message: text,
    data: z.unknown().optional(),
  }),
]);

/** One entry as one line of the journal, newline included. */
export function lineOf(entry: HistoryEntry): string {
  const line = JSON.stringify(entry);
  return `${line.length <= maxLine ? line : JSON.stringify(shortened(entry))}\n`;
}

/** The entry of a line. Null for one that is torn, empty or foreign: normal after a power cut. */
export function entryOf(line: string): HistoryEntry | null {
  if (line === '') return null;
  try {
    const parsed = entrySchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

export type HistoryQuery = {
  /** Only entries about this module. */
  readonly module?: string | null | undefined;
  /** ISO-8601; only entries from this time on. */
  readonly since?: string | null | undefined;
  /** At most this many, the newest. */
  readonly limit?: number | null | undefined;
};

/** Tells whether an entry is one that the query asks for. */
export function matcher({ module, since }: HistoryQuery): (entry: HistoryEntry) => boolean {
  const sinceMs = since ? Date.parse(since) : Number.NEGATIVE_INFINITY;
  return (entry) => {
    if (Date.parse(entry.at) < sinceMs) return false;
    if (module === undefined || module === null) return true;
    return entry.type === 'change' ? entry.modules.includes(module) : entry.module === module;
  };
}

function shortened(entry: HistoryEntry): HistoryEntry {
  const short = (words: string) => sanitize(words, 1_000);
  switch (entry.type) {
    case 'change':
      return { ...entry, what: entry.what.slice(0, 50).map(short), cause: short(entry.cause) };
    case 'intent':
      return { ...entry, message: entry.message === null ? null : short(entry.message) };
    case 'event':
      return { ...entry, message: short(entry.message), data: 'left out: too long' };
  }
}
