import type { LoadedConfig } from '../../daemon/config/load-config.ts';
import { type ConfigFault, withoutPin } from '../../protocol/config.ts';
import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import { thisMachine } from '../../protocol/typed-command.ts';
import { sayCount } from '../../protocol/units.ts';
import { configurationFailure, readConfig, requireConfig } from '../config-file.ts';
import type { Context } from '../context.ts';
import { note, print, printJson } from '../output.ts';

/** Checks the configuration, shows it with its defaults, or gives the schema of such files. */
export async function config(
  context: Context,
  verb: 'check' | 'show' | 'schema',
): Promise<ExitCode> {
  if (verb === 'schema') {
    const { configJsonSchema } = await import('../../daemon/config/json-schema.ts');
    printJson(configJsonSchema());
    return exitCodes.done;
  }
  if (verb === 'check') return await check(context);
  const { file, config: read } = await requireConfig(context);
  if (context.json) printJson({ file, ...withoutPin(read) });
  else {
    // A bundled CommonJS package has only its default when it is loaded late.
    const { default: yaml } = await import('yaml');
    const { asWritten } = await import('../../protocol/written-config.ts');
    const pin = read.kiosk.pin === undefined ? '' : '; kiosk.pin is left out';
    print(`# ${file}, with its defaults${pin}\n${yaml.stringify(asWritten(read)).trimEnd()}`);
  }
  return exitCodes.done;
}

async function check(context: Context): Promise<ExitCode> {
  const { file, result } = await readConfig(context);
  if (context.json) {
    const faults = result.ok ? [] : result.faults;
    printJson({ version: 1, file, ok: result.ok, faults });
    if (!result.ok) throw await configurationFailure(result.faults, null);
  } else if (result.ok) await printInOrder(file, result.loaded);
  else await noteFaults(result.faults);
  return result.ok ? exitCodes.done : exitCodes.usage;
}

async function printInOrder(file: string, loaded: LoadedConfig): Promise<void> {
  const { modules, config } = loaded;
  print(`${file} is in order: ${sayCount(Object.keys(modules).length, 'module')}`);
  const hasOptions = Object.values(config.modules).some(
    ({ options }) => Object.keys(options).length > 0,
  );
  if (hasOptions) print('not checked here: `options`, each module checks its own when it starts');
  const { missingPrograms } = await import('../../daemon/config/missing-programs.ts');
  const missing = missingPrograms(loaded, process.env['PATH'] ?? '/usr/bin:/bin');
  for (const words of missing) print(`but on ${thisMachine()}, now: ${words}`);
}

async function noteFaults(faults: readonly ConfigFault[]): Promise<void> {
  const { formatFault } = await import('../../daemon/config/config-fault.ts');
  for (const fault of faults) note(formatFault(fault));
}
