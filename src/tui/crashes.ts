import type { Problem } from '../protocol/problem.ts';
import type { ModuleRecord, Snapshot } from '../protocol/snapshot.ts';
import { sayDuration } from '../protocol/units.ts';

/** The end of a module that it is not back from. */
export type Crash = {
  readonly words: string;
  readonly endedMs: number;
  readonly wasRecording: boolean;
};

/** The crash that is new, as part of one that nobody has come back from yet, or that earlier one. */
export function crashOf(
  name: string,
  before: Snapshot,
  after: Snapshot,
  earlier: Crash | undefined,
): Crash | undefined {
  const [old, young] = [before.modules[name], after.modules[name]];
  const problem = young?.lastProblem ?? null;
  const isNew = problem?.exit !== undefined && old?.lastProblem?.lastAt !== problem.lastAt;
  if (old === undefined || problem === null || !isNew) return earlier;
  return {
    words: `${name} crashed (${howEnded(problem)})`,
    endedMs: earlier?.endedMs ?? Date.parse(problem.lastAt),
    wasRecording: old.state === 'recording' || earlier?.wasRecording === true,
  };
}

function howEnded({ exit }: Problem): string {
  if (exit?.signal != null) return exit.signal;
  return exit?.code == null ? 'nobody saw how' : `exit code ${exit.code}`;
}

/** Whether a module is back: what was recording is when it records again, unless the trial is over by then. */
export function isBack(
  { rig, modules }: Snapshot,
  name: string,
  crash: Crash | undefined,
): boolean {
  const module = modules[name];
  if (module === undefined || crash === undefined) return false;
  if (module.state === 'disabled' || module.state === 'recording') return true;
  const isAtRest = module.state === 'idle' && module.phase === null;
  return isAtRest && (!crash.wasRecording || rig.trial === null);
}

/** What is told of a crash that is over; null where somebody switched the module off meanwhile. */
export function sayReturn(
  crash: Crash | undefined,
  module: ModuleRecord | undefined,
): string | null {
  if (crash === undefined || module === undefined || module.state === 'disabled') return null;
  const gapMs = Math.max(0, Date.parse(module.stateSince) - crash.endedMs);
  const records = crash.wasRecording && module.state === 'recording';
  const what = records ? `records again, gap ${sayGap(gapMs)}` : 'runs again';
  return `${crash.words} and ${what}`;
}

// Of a short gap the tenths count.
function sayGap(ms: number): string {
  return ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : sayDuration(ms);
}
