import { join } from 'node:path';
import { fileNames } from '../../protocol/names.ts';
import { type RunningModules, runningModulesSchema } from '../../protocol/saved.ts';
import type { Disk } from './durable-file.ts';
import { KeptFile, type Tell } from './kept-file.ts';

/** Stands for the wish to record among the names of modules, none of which has a colon in it. */
export const recordingWish = 'rig:recording';

/**
 * What `running_modules.json` shall say.
 *
 * While a recovery is pending it never says less than before, except where a person changed that very wish: whoever cuts the
 * power during a recovery finds everything again. Afterwards it is the present set. A start that has not come to a trial is
 * taken over by the core when it begins, so that the present one is the right one.
 *
 * @param before what the file says now; null: there is none
 * @param present the wishes of this moment
 * @param pending a recovery has begun and is not verified as complete
 * @param userWishes modules whose wish a person changed since the daemon began, and `recordingWish`
 * @returns null: no file is needed, nothing was ever wanted
 */
export function nextRecovery(
  before: RunningModules | null,
  present: RunningModules,
  pending: boolean,
  userWishes: ReadonlySet<string>,
): RunningModules | null {
  if (before === null) return isWanted(present) ? present : null;
  if (!pending) return present;
  const names = new Set([...Object.keys(before.modules), ...Object.keys(present.modules)]);
  const modules = [...names].map((name) => {
    const then = before.modules[name];
    const now = present.modules[name];
    const desired = userWishes.has(name)
      ? (now ?? then)?.desired
      : more(['off', 'on'], then?.desired, now?.desired);
    return [name, { desired: desired ?? 'off' }] as const;
  });
  const recording = userWishes.has(recordingWish)
    ? present.recording
    : more(['idle', 'paused', 'recording'], before.recording, present.recording);
  const { start, scheduled } = present;
  return { recording, modules: Object.fromEntries(modules), start, scheduled };
}

function isWanted({ modules, recording, scheduled }: RunningModules): boolean {
  const someone = Object.values(modules).some(({ desired }) => desired === 'on');
  return recording !== 'idle' || scheduled !== null || someone;
}

/** The wish that stands later in the order. */
function more<W extends string>(order: readonly W[], a: W | undefined, b: W | undefined): W {
  const rank = (wish: W | undefined) => (wish === undefined ? -1 : order.indexOf(wish));
  const most = rank(a) >= rank(b) ? a : b;
  if (most === undefined) throw new Error('one of the two wishes is known');
  return most;
}

/**
 * `running_modules.json`. `keep` what `nextRecovery` gives after every change of a wish; `forget` it only in a controlled stop
 * that a person asked for.
 */
export function recoveryFile(
  stateDir: string | null,
  tell: Tell,
  disk?: Disk,
): KeptFile<RunningModules> {
  const path = stateDir === null ? null : join(stateDir, fileNames.runningModules);
  return new KeptFile(path, runningModulesSchema, tell, disk);
}
