import { existsSync } from 'node:fs';
import type { LoadedConfig, LoadResult } from '../daemon/config/load-config.ts';
import type { ConfigFault } from '../protocol/config.ts';
import { exitCodes } from '../protocol/exit-codes.ts';
import { clean } from '../protocol/text.ts';
import type { Context } from './context.ts';
import { CommandFailure } from './failure.ts';

/**
 * Finds and reads the configuration, right or wrong.
 *
 * @throws CommandFailure exit 2 when there is none
 */
export async function readConfig(
  context: Context,
): Promise<{ readonly file: string; readonly result: LoadResult }> {
  const { findConfig } = await import('../daemon/config/find-config.ts');
  const file = await findConfig(context.config, process.env);
  if (file === null) throw noConfig();
  const { loadConfig } = await import('../daemon/config/load-config.ts');
  return { file, result: await loadConfig(file) };
}

/**
 * The configuration of this rig.
 *
 * @throws CommandFailure exit 2 when there is none or it has faults, which names the first of them
 */
export async function requireConfig(context: Context): Promise<LoadedConfig> {
  const { file, result } = await readConfig(context);
  if (result.ok) return result.loaded;
  if (!existsSync(file)) throw notThere(file);
  throw await configurationFailure(result.faults, 'See `rigdeck config check`.');
}

/** What is wrong with a configuration: the first of its faults, and how many more there are. */
export async function configurationFailure(
  [first, ...more]: readonly ConfigFault[],
  remedy: string | null,
): Promise<CommandFailure> {
  const { formatFault } = await import('../daemon/config/config-fault.ts');
  const words = first === undefined ? 'the configuration has faults' : formatFault(first);
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  return new CommandFailure(exitCodes.usage, 'configuration', `${words}${others}`, remedy);
}

function notThere(file: string): CommandFailure {
  const message = `there is no ${clean(file)}`;
  const remedy = `Write it with \`rigdeck --config ${clean(file)} config init\`, or name another with --config.`;
  return new CommandFailure(exitCodes.usage, 'no-configuration', message, remedy);
}

function noConfig(): CommandFailure {
  const message =
    'no rig.yaml is in this folder, in ~/.config/rigdeck or in /etc/rigdeck, and none was named with --config';
  const remedy =
    'Write one from what is plugged in with `rigdeck config init`, or try `rigdeck demo`.';
  return new CommandFailure(exitCodes.usage, 'no-configuration', message, remedy);
}
