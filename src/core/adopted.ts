import type { Heard, Input } from './input.ts';
import { own } from './own.ts';
import { notePaused } from './running.ts';
import type { Boot, Finished } from './spec.ts';
import { iso } from './time.ts';
import { note, openTrial } from './trial.ts';
import { type Turn, tell, wantedModules } from './turn.ts';

/** What the first input of an epoch tells of what earlier daemons left. */
export function toldOf(boot: Boot): Told {
  const { isPauseNoted } = boot;
  return { heard: heardOf(boot), finished: finishedOf(boot), isPauseNoted };
}

type Told = Pick<Extract<Input, { type: 'boot' }>, 'heard' | 'finished' | 'isPauseNoted'>;

/** What the runs that live on have said of the takes they are in: the first input of the epoch tells it. */
function heardOf({ modules }: Boot): Record<string, Heard> {
  return Object.fromEntries(
    Object.entries(modules).flatMap(([name, { adopted }]) =>
      adopted === null ? [] : [[name, adopted.heard]],
    ),
  );
}

/** Who finished its files in order while no daemon listened, of a trial that people have stopped. */
export function finishedOf({ desired, trial, modules }: Boot): Record<string, Finished> {
  if (desired !== 'idle') return {};
  return Object.fromEntries(
    Object.entries(modules).flatMap(([name, { finished }]) =>
      finished !== null && finished.trial === trial?.number ? [[name, finished]] : [],
    ),
  );
}

/**
 * The daemon before may have been killed before the manifest heard of a pause, or of its end. When an end was that nobody watched
 * is not known: the pause lasts until now, and nothing is called recorded that may not have been.
 *
 * @param isNoted whether the manifest says that the trial is paused
 */
export function notePause(turn: Turn, isNoted: boolean): void {
  const { recording } = turn.state;
  const { monoMs, wallMs } = turn.now;
  if (recording.name === 'paused' && !isNoted) {
    const { number: trial, pausedSinceMonoMs: sinceMs } = recording.trial;
    const lastedMs = monoMs - (sinceMs ?? monoMs);
    notePaused(turn, trial, iso(wallMs - lastedMs));
  }
  if (recording.name === 'recording' && isNoted) {
    note(turn, { is: 'resumed', trial: recording.trial.number, at: iso(wallMs) });
  }
}

/** Who began to record while no daemon listened is in the trial, too. What the manifest knows already does it no harm. */
export function noteAdopted(turn: Turn, heard: Readonly<Record<string, Heard>>): void {
  const trial = openTrial(turn.state.recording);
  for (const { name, life } of Object.values(turn.state.modules)) {
    if (life.name !== 'up' || trial === null || own(trial.joined, name) !== 'in') continue;
    const { take } = life;
    if (!['recording', 'splitting', 'paused'].includes(take.name) || take.name === 'idle') continue;
    const at = iso(turn.now.wallMs);
    const about = { trial: trial.number, segment: take.segment, module: name, late: false, at };
    const { firstSampleMonoNs, files } = own(heard, name) ?? { firstSampleMonoNs: null, files: [] };
    note(turn, { is: 'joined', ...about, firstSampleMonoNs, files });
    if (take.name !== 'splitting') continue;
    note(turn, { is: 'segment', trial: trial.number, segment: take.to, reason: 'length', at });
  }
}

/**
 * Who armed for the trial that goes on and has not confirmed that it records is told to, at once: the daemon before may have
 * ended between its go and the command. Where it had told it, this is the same command once more.
 */
export function goAgain(turn: Turn): void {
  if (turn.state.recording.name !== 'recording') return;
  for (const module of wantedModules(turn.state)) {
    if (module.life.name !== 'up' || module.life.take.name !== 'going') continue;
    tell(turn, module, { do: 'record', atMonoNs: '0' });
  }
}

/** Who finished in order while no daemon listened has left the trial, and nothing is missing of it. */
export function noteFinished(turn: Turn, finished: Readonly<Record<string, Finished>>): void {
  for (const [module, { trial, segment }] of Object.entries(finished)) {
    if (openTrial(turn.state.recording)?.number !== trial) continue;
    note(turn, { is: 'left', trial, segment, module, how: 'finished', at: null });
  }
}
