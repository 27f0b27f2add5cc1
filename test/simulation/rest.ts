import type { Module, Pending, RigState } from '../../src/core/state.ts';
import type { World } from './world.ts';

/** What is not at rest yet; null when every wish is met, or a problem says why not. */
export function unrest({ daemon }: World): string | null {
  if (daemon === null) return 'there is no daemon';
  const state = daemon.manager.state();
  if (state.pending.some((one) => !waitsForTime(one, state))) return 'somebody waits for an answer';
  if (state.closing !== 'no') return 'it is shutting down';
  for (const module of Object.values(state.modules)) {
    const why = unrestOf(module, state.recording.name === 'recording');
    if (why !== null) return `${module.name} is ${why}`;
  }
  return recordingUnrest(state);
}

/** A start that is set for later is at rest until then. */
function waitsForTime({ goal }: Pending, { scheduled }: RigState): boolean {
  return goal.of === 'start' && goal.generation === scheduled?.generation;
}

function unrestOf({ life, next, desired, problems }: Module, records: boolean): string | null {
  if (next !== null) return 'not as rig.yaml says';
  if (desired === 'off') return life.name === 'off' ? null : `${life.name} and not wanted`;
  if (isExcused(life) && problems.length > 0) return null;
  if (life.name !== 'up' || life.ending !== null) return life.name;
  if (!records || problems.some(({ code }) => code === 'stalled')) return null; // it lies, and is shown to
  const isProven = life.take.name === 'recording' && life.take.proven;
  return isProven ? null : `${life.take.name} and not proven`;
}

/** What retrying cures not, or was forbidden to: it stays down, and its problem says so. */
function isExcused(life: Module['life']): boolean {
  if (life.name === 'failed' || life.name === 'error') return true;
  return life.name === 'crashed' && life.retry === null;
}

function recordingUnrest({ recording, desired, modules }: RigState): string | null {
  const name = recording.name;
  if (desired === 'idle') return name === 'idle' ? null : `the rig is ${name}, not idle`;
  const canAnybody = Object.values(modules).some(({ life }) => life.name === 'up');
  return name === desired || !canAnybody ? null : `the rig is ${name}, not ${desired}`;
}
