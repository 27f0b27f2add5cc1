import type { RigState } from '../core/state.ts';

/** The longest that something waits for a start. In ms. */
const calmMs = 100;

const starting: readonly string[] = ['preparing', 'arming', 'going'];

/**
 * How long history, wishes and counters may wait until they are on the disk, in ms: while a start is on its way to the modules, the disk
 * and the processor are its own. What is in memory meanwhile is in the run dir or in the events of the session too.
 */
export function calm({ recording }: RigState): number {
  return starting.includes(recording.name) ? calmMs : 0;
}
