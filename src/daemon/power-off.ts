import type { Refusal } from '../protocol/problem.ts';
import { wordsOf } from '../protocol/words-of.ts';
import type { LoadedConfig } from './config/load-config.ts';
import { loadExeca } from './load-execa.ts';
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
    message: `${sayMissing(program, folder)}, so Rigdeck cannot switch the machine off.`,
    remedy: 'Correct `rig.shutdownCommand` in rig.yaml. To stop Rigdeck alone: rigdeck down',
  };
}

/** Switches the machine off. Gives null, or what the command failed of. */
export async function powerOff(command: readonly string[], folder: string): Promise<string | null> {
  const [program = '', ...rest] = command;
  const execa = await loadExeca().then(({ execa }) => execa, wordsOf);
  if (typeof execa === 'string') return execa;
  const result = await execa(program, rest, { cwd: folder, reject: false, timeout: commandMs });
  if (!result.failed) return null;
  const said =
    String(result.stderr ?? '')
      .trim()
      .split('\n')
      .at(-1) ?? '';
  return [result.shortMessage ?? program, said].filter((words) => words !== '').join(': ');
}

/** Brings what any program has written to the disks. */
export async function flushDisks(): Promise<void> {
  const { execa } = await loadExeca();
  await execa('sync', { timeout: 60_000 });
}
