import type { LoadedConfig } from '../../daemon/config/load-config.ts';
import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import { cut, pad } from '../../protocol/text.ts';
import { toType } from '../../protocol/typed-command.ts';
import { requireConfig } from '../config-file.ts';
import type { Context } from '../context.ts';
import { CommandFailure } from '../failure.ts';
import { print, printJson } from '../output.ts';

/** Lists the modules that came with this program and those of the configuration, where there is one. */
export async function listModules(context: Context): Promise<ExitCode> {
  const { bundledModules } = await import('../../daemon/config/bundled-modules.ts');
  const bundled = await bundledModules();
  const loaded = await configIfAny(context);
  if (context.json) {
    const configured = loaded === null ? null : configuredModules(loaded);
    printJson({ version: 1, bundled, configured });
    return exitCodes.done;
  }
  print('bundled (use: <name>)');
  for (const { name, description } of bundled) printRow(context, name, description ?? '');
  if (loaded === null) {
    print(toType('no configuration: see `rigdeck config check`'));
    return exitCodes.done;
  }
  print(`configured in ${loaded.file}`);
  for (const { name, command, enabled } of configuredModules(loaded)) {
    printRow(context, name, `${enabled ? 'on ' : 'off'}  ${command.join(' ')}`);
  }
  return exitCodes.done;
}

/** A rig without a configuration still has bundled modules; a faulty one is a failure. */
async function configIfAny(context: Context): Promise<LoadedConfig | null> {
  try {
    return await requireConfig(context);
  } catch (error) {
    if (error instanceof CommandFailure && error.code === 'no-configuration') return null;
    throw error;
  }
}

function configuredModules({ modules }: LoadedConfig) {
  return Object.entries(modules).map(([name, { enabled, spec, run }]) => ({
    name,
    enabled,
    protocol: run.protocol,
    required: spec.required,
    group: spec.group,
    command: run.command,
  }));
}

function printRow({ terminal }: Context, name: string, words: string): void {
  const row = `  ${pad(name, 20)} ${words}`.trimEnd();
  print(terminal.isTty ? cut(row, terminal.columns) : row);
}
