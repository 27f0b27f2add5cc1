import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type RunningModules, runningModulesSchema } from '../../protocol/saved.ts';
import { isErrno } from '../errno.ts';
import { bootId } from '../runs/process-eye.ts';

const fileName = 'wishes.json';
const schema = z.object({ version: z.literal(1), bootId: z.string(), data: runningModulesSchema });

/**
 * The wishes of this boot, in memory: written in an instant, before anything is done about them, so that the next daemon has them
 * also where the state dir was full, read-only or slow. A power cut takes them; then `running_modules.json` speaks.
 *
 * @throws what the file system says
 */
export function writeRunWishes(runDir: string, data: RunningModules): void {
  const path = join(runDir, fileName);
  writeFileSync(`${path}.next`, JSON.stringify({ version: 1, bootId: bootId(), data }));
  renameSync(`${path}.next`, path);
}

/** The wishes that a daemon of this very boot left; null where there are none that can be trusted. */
export function readRunWishes(runDir: string): RunningModules | null {
  try {
    const read = schema.safeParse(JSON.parse(readFileSync(join(runDir, fileName), 'utf8')));
    return read.success && read.data.bootId === bootId() ? read.data.data : null;
  } catch (error) {
    if (error instanceof SyntaxError || isErrno(error, 'ENOENT', 'EISDIR', 'EACCES')) return null;
    throw error;
  }
}

/** Nothing is wished any more: a person asked for the controlled stop. */
export function forgetRunWishes(runDir: string): void {
  rmSync(join(runDir, fileName), { force: true, recursive: true });
}
