import type { ConfigFault } from '../../protocol/config.ts';
import { sanitize } from '../../protocol/sanitize.ts';

/** Something wrong at an offset of the text, in UTF-16 code units. */
export type Finding = {
  readonly offset: number;
  readonly message: string;
  readonly suggestion: string | null;
};

export type Step = string | number;

/** Something wrong with the thing at a path, before it is known where in the text that is. */
export type Complaint = {
  readonly path: readonly Step[];
  /** Point at the key, or at what stands behind it. */
  readonly at: 'key' | 'value';
  readonly message: string;
  readonly suggestion: string | null;
};

/** One fault as one line: `FILE:LINE:COL: words (did you mean `x`?)`. Safe to print. */
export function formatFault(fault: ConfigFault): string {
  const place = `${sanitize(fault.file)}:${fault.line}:${fault.column}`;
  return `${place}: ${sanitize(fault.message)}${hint(fault.suggestion)}`;
}

function hint(suggestion: string | null): string {
  if (suggestion === null) return '';
  const word = /^\S+$/.test(suggestion);
  return word ? ` (did you mean \`${sanitize(suggestion)}\`?)` : ` (${sanitize(suggestion)})`;
}

/** A value from the file as it is quoted in a fault. */
export function quote(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return `\`${sanitize(String(value), 60)}\``;
}

/** `a, b or c`. */
export function orList(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} or ${words[words.length - 1]}`;
}
