import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import { sayCount } from '../../protocol/units.ts';
import { readConfig, requireConfig } from '../config-file.ts';
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
  const { file, config: shown } = await requireConfig(context);
  if (context.json) printJson({ file, ...shown });
  else {
    // A bundled CommonJS package has only its default when it is loaded late.
    const { default: yaml } = await import('yaml');
    print(
      `# ${file}, with its defaults; durations in ms, sizes in bytes\n${yaml.stringify(shown).trimEnd()}`,
    );
  }
  return exitCodes.done;
}

async function check(context: Context): Promise<ExitCode> {
  const { file, result } = await readConfig(context);
  const exitCode = result.ok ? exitCodes.done : exitCodes.usage;
  if (context.json) {
    const faults = result.ok ? [] : result.faults;
    const notBuilt = result.ok ? result.loaded.notBuilt : [];
    printJson({ version: 1, file, ok: result.ok, faults, notBuilt });
    return exitCode;
  }
  const { formatFault } = await import('../../daemon/config/config-fault.ts');
  if (result.ok) {
    print(`${file} is in order: ${sayCount(Object.keys(result.loaded.modules).length, 'module')}`);
    for (const { message, remedy } of result.loaded.notBuilt) print(`note: ${message}; ${remedy}`);
  } else {
    for (const fault of result.faults) note(formatFault(fault));
  }
  return exitCode;
}
