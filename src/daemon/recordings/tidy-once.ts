import type { RigState } from '../../core/state.ts';
import type { Recordings } from './recordings.ts';

/** Takes back what starts of an earlier daemon left that never went, as soon as nobody is armed any more: once in a daemon's life. */
export class TidyOnce {
  readonly #state: () => RigState;
  readonly #recordings: Recordings;
  #isDone = false;

  constructor(state: () => RigState, recordings: Recordings) {
    this.#state = state;
    this.#recordings = recordings;
  }

  /** To be called after every change. */
  follow(): void {
    if (this.#isDone || !isResting(this.#state())) return;
    this.#isDone = true;
    this.#recordings.takeBackNeverGone();
  }
}

function isResting({ recording, modules }: RigState): boolean {
  if (recording.name !== 'idle') return false;
  return Object.values(modules).every(({ life }) => {
    return life.name === 'up' ? life.take.name === 'idle' : life.name !== 'stopping';
  });
}
