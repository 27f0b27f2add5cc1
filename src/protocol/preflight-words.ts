import type { Preflight, PreflightCheck } from './preflight.ts';

/** Whether the rig can record, in a sentence; where it does already, that, and how it stands with the next one. */
export function sayVerdict({ verdict, recording = null }: Preflight): string {
  if (recording === null) return words[verdict];
  const { state, trial } = recording;
  const does = state === 'paused' ? 'is paused' : 'is being recorded';
  const what = trial === null ? 'A recording is just starting' : `Trial ${trial} ${does}`;
  return `${what}${whileRecording[verdict]}`;
}

const words = {
  ready: 'Ready to record.',
  warnings: 'Ready to record, with warnings.',
  blocked: 'Not ready to record.',
} as const;

const whileRecording = {
  ready: ', and nothing is wrong.',
  warnings: ', with warnings.',
  blocked: '. What blocks would keep the next one from starting.',
} as const;

/** The checks with the worst first: on a small screen that is what is seen. */
export function worstFirst(checks: readonly PreflightCheck[]): PreflightCheck[] {
  return [...checks].sort((a, b) => order[a.level] - order[b.level]);
}

const order: Readonly<Record<PreflightCheck['level'], number>> = { blocker: 0, warning: 1, ok: 2 };

/** A preflight as this version knows its words: of what a later one calls otherwise, the careful reading. */
export function knownPreflight(result: Preflight): Preflight {
  const checks = result.checks.map((check) =>
    Object.hasOwn(order, check.level) ? check : { ...check, level: 'warning' as const },
  );
  return Object.hasOwn(words, result.verdict)
    ? { ...result, checks }
    : { ...result, checks, verdict: 'warnings' };
}
