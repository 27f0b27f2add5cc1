import { nearest } from '../protocol/nearest.ts';
import { isNotice } from '../protocol/problem-rank.ts';
import type { ModuleRecord, Snapshot } from '../protocol/snapshot.ts';
import type { ModuleState } from '../protocol/vocabulary.ts';
import { moduleStates, namePattern } from '../protocol/vocabulary.ts';

/** What can be asked of the rig. */
export const rigConditions = ['up', 'ready', 'idle', 'recording', 'ok', 'degraded'] as const;

/** What `is` and `wait` can be asked. */
export type Condition =
  | { readonly about: 'rig'; readonly is: (typeof rigConditions)[number] }
  | { readonly about: 'module'; readonly module: string; readonly state: ModuleState };

/** Every condition, in words for an error or a help page. */
export const conditionWords = `${rigConditions.join(', ')}, or <module>:<state> with one of ${moduleStates.join(', ')}`;

/** What each condition means, a line each. */
export const conditionHelp: readonly string[] = [
  'up                a daemon answers',
  'ready             every wanted module is ready or has failed',
  'idle              nothing is recorded, and nothing is on its way to it',
  'recording         the rig records (not: is about to, or is paused)',
  'ok                no problem, and every module is well; a changed rig.yaml is no problem',
  'degraded          the status of the rig is degraded',
  `<module>:<state>  one of ${moduleStates.join(', ')}`,
];

/** Reads a condition as it was typed. Undefined when there is none of that name. */
export function parseCondition(text: string): Condition | undefined {
  const is = rigConditions.find((word) => word === text);
  if (is !== undefined) return { about: 'rig', is };
  const [module, word, ...more] = text.split(':');
  const state = moduleStates.find((known) => known === word);
  if (module === undefined || state === undefined || more.length > 0) return undefined;
  return namePattern.test(module) ? { about: 'module', module, state } : undefined;
}

/** The condition that a mistyped one is near: `mic:recording` for `mic:recordin`. Null when none is. */
export function meantCondition(text: string): string | null {
  const at = text.indexOf(':');
  if (at === -1) return nearest(text, rigConditions);
  const state = nearest(text.slice(at + 1), moduleStates);
  return state === null ? null : `${text.slice(0, at)}:${state}`;
}

/** Whether a condition is true of a snapshot. `no-such-module` when it is about a module that the rig does not have. */
export function isTrue(condition: Condition, snapshot: Snapshot): boolean | 'no-such-module' {
  if (condition.about === 'rig') return rigTruth[condition.is](snapshot);
  if (!Object.hasOwn(snapshot.modules, condition.module)) return 'no-such-module';
  return snapshot.modules[condition.module]?.state === condition.state;
}

const rigTruth: Readonly<Record<(typeof rigConditions)[number], (snapshot: Snapshot) => boolean>> =
  {
    up: () => true,
    ready: ({ modules }) =>
      Object.values(modules).every((module) => module.desired === 'off' || isSettled(module)),
    idle: ({ rig }) => rig.state === 'idle',
    recording: ({ rig }) => rig.state === 'recording',
    ok: ({ rig, modules }) => rig.problems.every(isNotice) && Object.values(modules).every(isWell),
    degraded: ({ rig }) => rig.status === 'degraded',
  };

/** Ready or failed: nothing more comes of this start by itself. */
function isSettled({ state, problem }: ModuleRecord): boolean {
  // One that is started again after a failure has failed, however often it is tried.
  if (state === 'starting') return problem !== null;
  return state !== 'disabled' && state !== 'stopping';
}

function isWell({ problem, health, state }: ModuleRecord): boolean {
  const failed = state === 'error' || state === 'crashed';
  const isNoted = problem !== null && !isNotice(problem);
  return !failed && !isNoted && (health === 'ok' || health === 'unknown');
}
