import type { HistoryEntry } from './frames.ts';

/** An entry of the history in words: who, what, and what became of it. */
export function sayEntry(entry: HistoryEntry): string {
  if (entry.type === 'event') return `${entry.name}: ${entry.message}`;
  if (entry.type === 'change') return `${entry.actor}: ${entry.what.join(', ') || entry.cause}`;
  // An entry of a later version.
  if (entry.type !== 'intent') return 'something that this version does not know';
  const about = entry.module === null ? '' : ` ${entry.module}`;
  const why = entry.message === null ? '' : ` (${entry.message})`;
  return `${entry.actor}: ${entry.kind}${about} -> ${entry.outcome}${why}`;
}
