import type { RigState } from '../core/state.ts';

/** The longest that something waits for a start. In ms. */
const calmMs = 100;
/** The same of eyes, which do not see what lasts for less. In ms. */
const seenMs = 25;

const starting: readonly string[] = ['preparing', 'arming', 'going'];

/**
 * How long history, wishes and counters may wait until they are on the disk, in ms: while a start is on its way to the modules, the disk
 * and the processor are its own. What is in memory meanwhile is in the run dir or in the events of the session too.
 */
export function calm(state: RigState): number {
  return isStarting(state) ? calmMs : 0;
}

/** How long screens may wait for what changed, in ms: while a start is on its way, hands come before eyes. */
export function untilSeen(state: RigState): number {
  return isStarting(state) ? seenMs : 0;
}

function isStarting({ recording }: RigState): boolean {
  return starting.includes(recording.name);
}
