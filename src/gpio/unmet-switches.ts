import type { Problem } from '../protocol/problem.ts';
import type { Snapshot } from '../protocol/snapshot.ts';
import { capital } from '../protocol/text.ts';
import type { ButtonConfig } from './bindings.ts';

/**
 * The switches that stand on record while nothing is recorded and nobody wants it: one that stood there at the start, whose start was
 * refused, or whose recording somebody else has stopped. They start nothing, and whoever relies on them must not be left in peace.
 */
export function unmetSwitches(
  buttons: readonly ButtonConfig[],
  isOn: (button: string) => boolean,
  { rig }: Snapshot,
): readonly ButtonConfig[] {
  const isIdle = rig.desired === 'idle' && rig.state === 'idle' && rig.startup === 'complete';
  return isIdle ? buttons.filter(({ level, name }) => level !== undefined && isOn(name)) : [];
}

/** What is wrong with them, in one sentence; null where nothing is. */
export function sayUnmet(
  switches: readonly ButtonConfig[],
): Pick<Problem, 'message' | 'remedy'> | null {
  if (switches.length === 0) return null;
  const names = switches.map(({ name, line }) => `switch ${name} (${line})`).join(', ');
  const message = `${capital(names)} ${switches.length === 1 ? 'stands' : 'stand'} on record, and nothing is recorded`;
  return { message, remedy: 'Turn it off, and on again to record.' };
}
