import type { Said } from './input.ts';
import { stayInFile } from './split.ts';
import type { Life, Module } from './state.ts';
import { stepTake } from './take.ts';
import { leaveTrial, rearmMs } from './trial.ts';
import { patchModule, raise, setLife, type Turn } from './turn.ts';
import { isAbout } from './words.ts';

/** A module says `error`: whether it goes on, finishes first, or counts as failed. */

type Reported = Extract<Said, { readonly is: 'error' }>;
type Up = Extract<Life, { readonly name: 'up' }>;
type Able = Module & {
  readonly life: Extract<Life, { readonly name: 'starting' | 'up' | 'error' }>;
};

/** A module that reported an error is started again for a recording that waits for it, but this rarely. In ms. */
const rouseMs = 30_000;

/** It said `error`, and cannot work until it says otherwise or is started again. */
export function report(turn: Turn, module: Able, { said }: { readonly said: Reported }): void {
  const { message, remedy, recoverable } = said;
  const take = module.life.name === 'up' ? module.life.take : null;
  if (take?.name === 'splitting' && recoverable) return stayInFile(turn, module, take, message);
  raise(turn, module.name, {
    code: 'reported',
    message: isAbout(module, message) ? message : `${module.name}: ${message}`,
    remedy,
  });
  if (module.life.name === 'up' && staysUp(turn, module.name, module.life, said)) return;
  const { run, pid, startedAt, readyMonoMs } = module.life;
  patchModule(turn, module.name, {
    life: { name: 'error', run, pid, startedAt, readyMonoMs, recoverable },
    rearmMonoMs: turn.now.monoMs + rouseMs,
  });
}

/** How we end it. An error of its own is no end that somebody wished. */
export function endingOf({ ending }: Up): 'wish' | 'restart' | null {
  return ending === 'error' ? null : ending;
}

/** One that records on is believed as long as its evidence rises; one that could not arm may be able to the next time. */
function staysUp(turn: Turn, name: string, life: Up, { message, recoverable }: Reported): boolean {
  const { take, ending } = life;
  if (ending !== null || take.name === 'finishing') return true; // its way out is decided already
  if ('proven' in take) {
    // It may still be writing: one that cannot go on is told to finish its files first.
    if (!recoverable) setLife(turn, name, { ...life, ending: 'error' });
    return true;
  }
  const isPrepared = take.name === 'armed' || take.name === 'going';
  // What it was told stands until it is told otherwise.
  if (isPrepared) stepTake(turn, name, { type: 'finish' });
  else leaveTrial(turn, name, 'ended', `it reported: ${message}`);
  if (!isPrepared && (take.name === 'idle' || !recoverable)) return false;
  patchModule(turn, name, { rearmMonoMs: turn.now.monoMs + rearmMs });
  return true;
}
