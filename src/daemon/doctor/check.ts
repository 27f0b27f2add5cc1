import type { Patient } from './patient.ts';

/** What a check found. `fix` is the line that mends it: a command where there is one. */
export type Answer = {
  readonly level: 'ok' | 'warn' | 'fail';
  readonly words: string;
  readonly fix: string | null;
};

/** One thing about a machine that can bite. */
export type Check = {
  /** As in `--json` and in the docs: `group-gpio`. */
  readonly id: string;
  /** What it looks at. */
  readonly looks: string;
  /** What happens to a rig where it is not as it should be. */
  readonly bites: string;
  readonly look: (patient: Patient) => Answer | Promise<Answer>;
};

export function ok(words: string): Answer {
  return { level: 'ok', words, fix: null };
}

export function warn(words: string, fix: string): Answer {
  return { level: 'warn', words, fix };
}

export function fail(words: string, fix: string): Answer {
  return { level: 'fail', words, fix };
}
