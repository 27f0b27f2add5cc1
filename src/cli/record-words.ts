import { sayTrial } from '../protocol/rig-words.ts';
import { sayScheduled, sayStartTime, waitingStart } from '../protocol/scheduled-words.ts';
import type { RigRecord, Snapshot } from '../protocol/snapshot.ts';
import { toType } from '../protocol/typed-command.ts';
import { saySize } from '../protocol/units.ts';
import { sayReport, type TrialReport } from './trial-report.ts';

/** Before and after an intent about the recording, and what the daemon answered. */
export type RecordOutcome = {
  readonly before: Snapshot;
  readonly after: Snapshot;
  readonly outcome: 'done' | 'accepted' | 'unchanged';
  readonly partly: string | null;
  /** Whether it was waited for until it had come true. */
  readonly waited: boolean;
  /** Of the trial that was stopped, where its manifest can be read. */
  readonly report: TrialReport | null;
  /** Wall clock in ms. */
  readonly nowMs: number;
};

/** How many sentences about what is missing are printed; `sessions show` has all of them. */
const maxMissing = 5;

/** What became of it, and of a trial that is over now what it lacks; a line each. */
export function recordLines(now: RecordOutcome): string[] {
  const { before, after, outcome, partly, waited, report } = now;
  if (!waited && outcome === 'accepted') return [takenWords(now)];
  const isNews = outcome !== 'unchanged' || after.rig.trial === null;
  const words = `${isNews ? '' : 'already '}${wordsFor(now)}`;
  const first = partly === null ? words : `${words}, but ${partly}`;
  const missing = report === null ? [] : missingLines(before.rig, report);
  return [first, ...missing, ...stillSetLines(now)];
}

function takenWords({ before, after, nowMs }: RecordOutcome): string {
  const { scheduled } = after.rig;
  if (scheduled == null || before.rig.scheduled?.at === scheduled.at) {
    return toType('taken, and not waited for: see `rigdeck status`');
  }
  return `set: the recording ${sayScheduled(scheduled, nowMs)}; ${toType('`rigdeck record stop`')} calls it off`;
}

/** A stop ends what is recorded, and leaves what is set for later. */
function stillSetLines({ before, after, nowMs }: RecordOutcome): string[] {
  const start = waitingStart(after.rig);
  if (start === null || before.rig.state === 'idle') return [];
  return [
    `  the next ${sayScheduled(start, nowMs)}; ${toType('`rigdeck record stop`')} calls it off`,
  ];
}

/** What became of the trial of a rig that was stopped as a whole. */
export function stoppedLines(rig: RigRecord, report: TrialReport): string[] {
  const what = rig.trial === null ? '' : `: ${sayTrial(rig.trial)} in session ${rig.session?.id}`;
  return [`stopped${what}, ${sayReport(report)}`, ...missingLines(rig, report)];
}

function wordsFor({ before, after, partly, report, nowMs }: RecordOutcome): string {
  const { rig } = after;
  const trial = rig.trial ?? before.rig.trial;
  const session = rig.session ?? before.rig.session;
  const what = trial === null ? '' : `: ${sayTrial(trial)} in session ${session?.id ?? '?'}`;
  if (rig.state !== 'idle') return `${rig.state}${what}`;
  if (before.rig.trial === null) {
    if (before.rig.state === 'arming') return 'the start was called off: nothing was recorded';
    const set = waitingStart(before.rig);
    const isCalledOff = set !== null && rig.scheduled == null;
    return isCalledOff
      ? `the start that was set for ${sayStartTime(set.at, nowMs)} is called off`
      : 'the rig does not record';
  }
  const left = report === null ? bytesIn(after, partly) : `, ${sayReport(report)}`;
  return `stopped${what}${left}`;
}

/**
 * Counters are those of the newest segment, and all that is known where the manifest cannot be read. They are no fact of files
 * that are gone.
 */
function bytesIn({ modules }: Snapshot, partly: string | null): string {
  if (partly !== null) return '';
  const bytes = Object.values(modules).reduce((sum, { evidence }) => sum + evidence.bytes, 0);
  return `, ${saySize(bytes)} recorded`;
}

function missingLines({ session }: RigRecord, { missing }: TrialReport): string[] {
  const more = missing.length - maxMissing;
  const rest = more > 0 ? [toType(`${more} more: rigdeck sessions show ${session?.id ?? ''}`)] : [];
  return [...missing.slice(0, maxMissing), ...rest].map((words) => `  ${words}`);
}
