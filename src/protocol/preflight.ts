import type { RigState } from './vocabulary.ts';

/** One question of the preflight, answered. */
export type PreflightCheck = {
  /** What was looked at: `storage`, `clock`, `power`, `last session`, or the name of a module. */
  readonly about: string;
  /** `blocker`: a recording cannot begin, or would lack what is required. `warning`: it begins, and somebody should know. */
  readonly level: 'ok' | 'warning' | 'blocker';
  readonly message: string;
  /** What to do; null where there is nothing to be done. */
  readonly remedy: string | null;
};

/** Whether this rig can record now. It is true of `at` (ISO-8601 UTC) and grows old. */
export type Preflight = {
  readonly version: 1;
  readonly at: string;
  /** The worst level of its checks. */
  readonly verdict: 'ready' | 'warnings' | 'blocked';
  /** What is recorded already while it was asked; null when nothing is, absent from a daemon of an earlier version. */
  readonly recording?: { readonly state: RigState; readonly trial: number | null } | null;
  readonly checks: readonly PreflightCheck[];
};
