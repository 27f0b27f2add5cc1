import type { Refusal } from '../protocol/problem.ts';
import type { LoadedConfig } from './config/load-config.ts';
import { runProgram } from './run-program.ts';
import { findProgram, sayMissing } from './runs/find-program.ts';

/** A command that switches the machine off returns at once, or not any more. */
const commandMs = 30_000;

/** Why the machine cannot be switched off by the configured command; null when nothing is known against it. */
export function whyNoPowerOff({ shutdownCommand, folder }: LoadedConfig): Refusal | null {
  const [program = ''] = shutdownCommand;
  const { PATH } = process.env;
  if (findProgram(program, folder, PATH === undefined ? {} : { PATH }) !== null) return null;
  return {
    reason: 'cannot-power-off',
    message: `${sayMissing(program, folder)}, so this machine cannot be switched off from here.`,
    remedy: 'Correct `rig.shutdownCommand` in rig.yaml. To stop Rigdeck alone: rigdeck down',
  };
}

/** Switches the machine off. Gives null, or what the command failed of. */
export async function powerOff(command: readonly string[], folder: string): Promise<string | null> {
  return await runProgram(command, { cwd: folder, timeoutMs: commandMs });
}

/** Brings what any program has written to the disks. @throws Error in words when that fails */
export async function flushDisks(): Promise<void> {
  const fault = await runProgram(['sync'], { timeoutMs: 60_000 });
  if (fault !== null) throw new Error(fault);
}
