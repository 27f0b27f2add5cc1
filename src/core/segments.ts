import type { Module, Trial } from './state.ts';
import { stepTake } from './take.ts';
import { iso } from './time.ts';
import { note, openTrial, patchTrial } from './trial.ts';
import { type Turn, wantedModules } from './turn.ts';

/**
 * Segments by length: at one common instant every module that can goes on in a new file, without a gap.
 *
 * The new number and its reason are noted before anybody is told, so that no file lies there which nobody lists. Who does not
 * confirm stays in its file and is told again with the next segment; an answer that comes late is taken when it comes.
 */

/** Modules are told so much ahead, so that all of them have read their command by then. In ms. */
const leadMs = 500;

/** When modules are told to split, CLOCK_MONOTONIC in ms, if the trial records until then; null: never. */
export function splitTellMonoMs(trial: Trial): number | null {
  if (trial.nextSegmentMs === null) return null;
  return trial.startedMonoMs + trial.pausedMs + trial.nextSegmentMs - leadMs;
}

/** Begins the next segment when it is due. One that nobody could go into is not begun. */
export function splitWhenDue(turn: Turn): void {
  const trial = openTrial(turn.state.recording);
  const tellMs = trial === null ? null : splitTellMonoMs(trial);
  if (trial === null || tellMs === null || tellMs > turn.now.monoMs) return;
  const atMs = Math.ceil(Math.max(tellMs, turn.now.monoMs)) + leadMs;
  const recordedMs = atMs - trial.startedMonoMs - trial.pausedMs;
  patchTrial(turn, { nextSegmentMs: recordedMs + turn.state.spec.segmentMs });
  const members = wantedModules(turn.state).filter(isWell);
  const able = members.filter(({ can }) => can.includes('split'));
  const others = turn.state.spec.segmentWithGap ? members.filter((one) => !able.includes(one)) : [];
  if (able.length + others.length > 0) beginSegment(turn, trial, atMs, able, others);
}

/** Whoever records nothing, or hears nothing, is left to its own trouble: a header is no evidence. */
function isWell(module: Module): boolean {
  const { life } = module;
  if (life.name !== 'up' || life.ending !== null || life.take.name !== 'recording') return false;
  const { watch, unresponsive } = module;
  return unresponsive === 'no' && (watch.verdict === 'ok' || watch.verdict === 'unknown');
}

function beginSegment(
  turn: Turn,
  trial: Trial,
  atMs: number,
  able: readonly Module[],
  others: readonly Module[],
): void {
  const segment = trial.segment + 1;
  const aheadMs = atMs - turn.now.monoMs;
  const told = Object.fromEntries(able.map(({ name }) => [name, segment]));
  patchTrial(turn, {
    segment,
    segmentShared: true,
    given: { ...trial.given, ...told },
    noted: [...trial.noted, segment],
  });
  const at = iso(turn.now.wallMs + aheadMs);
  note(turn, { is: 'segment', trial: trial.number, segment, reason: 'length', at });
  const atMonoNs = `${atMs}000000`;
  for (const { name } of able)
    stepTake(turn, name, { type: 'split', segment, atMonoNs, leadMs: aheadMs });
  for (const { name } of others) stepTake(turn, name, { type: 'reopen' });
}
