import type { Preflight, PreflightCheck } from './preflight.ts';

/** Whether the rig can record, in a sentence. */
export function sayVerdict({ verdict }: Preflight): string {
  return words[verdict];
}

const words = {
  ready: 'Ready to record.',
  warnings: 'Ready to record, with warnings.',
  blocked: 'Not ready to record.',
} as const;

/** The checks with the worst first: on a small screen that is what is seen. */
export function worstFirst(checks: readonly PreflightCheck[]): PreflightCheck[] {
  return [...checks].sort((a, b) => order[a.level] - order[b.level]);
}

const order = { blocker: 0, warning: 1, ok: 2 } as const;
