import type { Health, ModuleState, RigDesired, Status } from '../protocol/vocabulary.ts';

/** What the roll-up looks at, of each wanted module. */
export type RollupFact = {
  readonly state: ModuleState;
  readonly health: Health;
  readonly required: boolean;
};

/** `desired` is the wish for the rig; `command` the record command that is under way. */
export type RollupWish = {
  readonly desired: RigDesired;
  readonly command: 'none' | 'arming' | 'stopping';
};

/**
 * The status of a group or rig from its **wanted** modules; the first rule that fits wins. If none is required, all count
 * as required. The truth table is in docs/states.md and test/core/rollup.test.ts.
 */
export function rollup(wanted: readonly RollupFact[], wish: RollupWish): Status {
  if (wanted.length === 0) return 'off';
  const marked = wanted.filter((module) => module.required);
  const required = marked.length > 0 ? marked : wanted;
  if (wanted.every((module) => module.state === 'paused')) return 'paused';
  if (required.every(isDown)) return 'error';
  if (wanted.some((module) => isDown(module) || isBad(module))) return 'degraded';
  const missing = required.some((module) => module.state !== 'recording');
  if (wish.desired === 'recording' && wish.command === 'none' && missing) return 'degraded';
  if (wish.command !== 'none') return wish.command;
  if (!missing) return 'recording';
  if (wanted.some((module) => module.state === 'starting')) return 'starting';
  // Never `idle` for a rig that records: in a pause a module may record on, or be back and wait for the end of it.
  return wish.desired === 'paused' ? 'paused' : 'idle';
}

/** Groups to rig by the same rule: `off` groups are ignored; an error beside groups that work is `degraded`. */
export function rollupGroups(groups: readonly Status[], whole: Status): Status {
  const live = groups.filter((status) => status !== 'off');
  if (live.length === 0) return 'off';
  if (live.every((status) => status === 'error')) return 'error';
  if (live.some((status) => status === 'error' || status === 'degraded')) return 'degraded';
  return whole;
}

function isDown(module: RollupFact): boolean {
  return module.state === 'crashed' || module.state === 'error';
}

function isBad(module: RollupFact): boolean {
  return module.health === 'stalled' || module.health === 'unresponsive';
}
