import { own } from './own.ts';
import type { Module } from './state.ts';
import type { TakeIn, TakeOn } from './take-state.ts';
import { deadlineIn, iso } from './time.ts';
import { note, openTrial } from './trial.ts';
import { clear, clearReported, notFitting, raise, setTake, type Turn } from './turn.ts';
import * as words from './words.ts';

/** One module goes on in a new file, or does not. When that is asked of it is decided in segments.ts. */

type Begun = TakeIn<'recording' | 'splitting' | 'pausing' | 'paused' | 'resuming' | 'finishing'>;

/** A module is told to go on in a new file. Until it confirms it counts as recording in the old one. */
export function split(
  turn: Turn,
  module: Module,
  take: TakeIn<'recording'>,
  event: TakeOn<'split'>,
): void {
  const { segment: to, atMonoNs, leadMs } = event;
  const { trial, segment, proven, since } = take;
  const deadline = deadlineIn(turn.now, leadMs + module.spec.armMs);
  setTake(turn, module.name, { name: 'splitting', trial, segment, to, proven, since, deadline });
  const run = module.runs;
  turn.effects.push({ type: 'split', module: module.name, run, trial, segment: to, atMonoNs });
}

/** It goes on in the file it has, as far as anybody knows. */
export function giveUpSplit(turn: Turn, module: Module, take: TakeIn<'splitting'>): void {
  stayInFile(turn, module, take, null);
}

/** No new file: the recording goes on in the old one. @param why what the module said; null: it did not answer in time */
export function stayInFile(
  turn: Turn,
  module: Module,
  take: TakeIn<'splitting'>,
  why: string | null,
): void {
  raise(turn, module.name, words.notSplit(module, why));
  recordIn(turn, module.name, take, take.segment);
}

function recordIn(turn: Turn, name: string, take: TakeIn<'splitting'>, segment: number): void {
  const { trial, proven, since } = take;
  setTake(turn, name, { name: 'recording', trial, segment, proven, since });
}

/** It records in the new file now. It may be paused or finishing by the time this is heard. */
export function moveOn(turn: Turn, module: Module, take: Begun, event: TakeOn<'moved'>): void {
  const { segment, said } = event;
  const trial = openTrial(turn.state.recording);
  const isIn = trial?.number === take.trial && own(trial.joined, module.name) === 'in';
  if (!isIn || segment <= take.segment) return notFitting(turn, module, 'split twice');
  clear(turn, module.name, ['not-split']);
  clearReported(turn, module);
  if (take.name === 'splitting') recordIn(turn, module.name, take, segment);
  else setTake(turn, module.name, { ...take, segment });
  const { firstSampleMonoNs, files } = said;
  const at = iso(turn.now.wallMs);
  const about = { trial: take.trial, segment, module: module.name, at };
  note(turn, { is: 'joined', ...about, firstSampleMonoNs, files, late: false });
}
