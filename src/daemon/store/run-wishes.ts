import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type RunningModules, runningModulesSchema } from '../../protocol/saved.ts';
import { isErrno } from '../errno.ts';
import type { Place } from '../parts.ts';
import { bootId } from '../runs/process-eye.ts';
import { type Damaged, putAside, sayVersion } from './saved-file.ts';

const fileName = 'wishes.json';
const wishesVersion = 1;
/** The trial that has begun. The go is told while the recordings disk and the state dir are still being told of it. */
const begunTrial = z.object({
  session: z.string().max(16),
  folder: z.string().max(255),
  number: z.int().min(1),
  label: z.string().max(200).nullable(),
  startedAt: z.string().max(40),
  startedMonoMs: z.int().min(0),
});
export type BegunTrial = z.infer<typeof begunTrial>;
const envelope = z.object({
  version: z.int(),
  bootId: z.string(),
  data: z.unknown(),
  trial: begunTrial.nullable().default(null).catch(null),
});
const foreign = { reason: 'it is cut or was not written by this program' };

/**
 * The wishes of this boot, in memory: written in an instant, before anything is done about them, so that the next daemon has them
 * also where the state dir was full, read-only or slow. A power cut takes them; then `running_modules.json` speaks.
 *
 * @throws what the file system says
 */
export function writeRunWishes(
  runDir: string,
  data: RunningModules,
  trial: BegunTrial | null,
): void {
  const path = join(runDir, fileName);
  const text = JSON.stringify({ version: wishesVersion, bootId: bootId(), data, trial });
  try {
    replace(path, text);
  } catch {
    // What stands there is of before and must not speak for now. Its room may be all that is lacking.
    for (const old of [path, `${path}.next`]) rmSync(old, { force: true, recursive: true });
    replace(path, text);
  }
}

function replace(path: string, text: string): void {
  writeFileSync(`${path}.next`, text);
  renameSync(`${path}.next`, path);
}

/** What a daemon of this very boot left. `data` is null where there is nothing that can be trusted. */
export type RunWishes = {
  readonly data: RunningModules | null;
  readonly trial: BegunTrial | null;
  readonly damaged: readonly Damaged[];
};

/** Reads the wishes of this boot. A file that cannot be used as it is, is set aside: those of the state dir hold then. */
export async function readRunWishes(runDir: string): Promise<RunWishes> {
  const path = join(runDir, fileName);
  const text = textOf(path);
  if (text === null) return { data: null, trial: null, damaged: [] };
  const outer = envelope.safeParse(jsonOf(text));
  if (!outer.success) return { data: null, trial: null, damaged: [await putAside(path, foreign)] };
  const { version, bootId: boot, data, trial } = outer.data;
  if (boot !== bootId()) return { data: null, trial: null, damaged: [] };
  const inner = runningModulesSchema.safeParse(data);
  const wishes = inner.success ? inner.data : null;
  if (version === wishesVersion && wishes !== null) return { data: wishes, trial, damaged: [] };
  const why = version === wishesVersion ? foreign : sayVersion(version, wishesVersion);
  return { data: wishes, trial, damaged: [await putAside(path, why)] };
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'EISDIR', 'EACCES')) return null;
    throw error;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // which has not the shape that is asked for next
  }
}

/**
 * Keeps the wishes where they are safe until the next boot; null: nothing is wished any more. Without a state dir there is no
 * next daemon that would look.
 */
export function keepRunWishes(
  { runDir, stateDir, log }: Pick<Place, 'runDir' | 'stateDir' | 'log'>,
  wishes: RunningModules | null,
  trial: BegunTrial | null,
): void {
  if (stateDir === null) return;
  try {
    if (wishes === null) forgetRunWishes(runDir);
    else writeRunWishes(runDir, wishes, trial);
  } catch (error) {
    log.write('warn', `wishes could not be kept in ${runDir}: ${String(error)}`);
  }
}

/** Nothing is wished any more: a person asked for the controlled stop. */
function forgetRunWishes(runDir: string): void {
  rmSync(join(runDir, fileName), { force: true, recursive: true });
}
