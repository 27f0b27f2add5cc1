import { realpathSync } from 'node:fs';
import { userInfo } from 'node:os';
import { readStatusFile } from '../../client/run-dir.ts';
import type { SystemService } from '../../daemon/service/system-service.ts';
import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import { systemRunDir } from '../../protocol/names.ts';
import { requireConfig } from '../config-file.ts';
import type { Context } from '../context.ts';
import { CommandFailure, usageFailure } from '../failure.ts';
import { print, printJson } from '../output.ts';

/**
 * Writes the unit of this rig and has it started, now and at every boot. What runs already is taken over by its daemon.
 *
 * @throws CommandFailure exit 5 without root, exit 2 without a configuration
 */
export async function installService(
  context: Context,
  options: { readonly user?: string; readonly dryRun?: true },
): Promise<ExitCode> {
  const { file, config } = await requireConfig(context);
  const user = options.user ?? process.env['SUDO_USER'] ?? userInfo().username;
  const program = realpathSync(process.argv[1] ?? '');
  const facts = { node: process.execPath, program, config: file, user };
  const service = await serviceOfMachine();
  if (!service.hasUser(user)) throw usageFailure(`there is no user ${user} on this machine`);
  if (options.dryRun === true) {
    process.stdout.write(service.plan(facts));
    return exitCodes.done;
  }
  requireRoot('install');
  await asFailure(async () => {
    await service.install(facts);
    await service.restart();
  });
  const { path } = await service.state();
  if (context.json) printJson({ version: 1, path, user, config: file });
  else {
    print(`wrote ${path}: ${config.rig.name} runs as ${user}, now and at every boot`);
    print('next: rigdeck service status; rigdeck doctor');
  }
  return exitCodes.done;
}

/**
 * Takes the unit away. Recordings, configuration and state stay.
 *
 * @throws CommandFailure exit 5 without root, and while its daemon runs
 */
export async function uninstallService(context: Context): Promise<ExitCode> {
  requireRoot('uninstall');
  const service = await serviceOfMachine();
  const { active, path } = await service.state();
  if (active === 'active' || active === 'activating') {
    const message = 'the service runs, and its modules would be left without a daemon';
    const remedy = 'Stop the rig first: rigdeck down';
    throw new CommandFailure(exitCodes.refused, 'running', message, remedy);
  }
  await asFailure(() => service.uninstall());
  if (context.json) printJson({ version: 1, removed: path });
  else print(`removed ${path}; recordings, configuration and state are where they were`);
  return exitCodes.done;
}

/** Says how the service is. @returns 0 when it is enabled and runs, else 1 */
export async function serviceStatus(context: Context): Promise<ExitCode> {
  const service = await serviceOfMachine();
  const state = await service.state();
  const wrong = faultsOf(state);
  const { text: _, ...shown } = state;
  if (context.json) printJson({ version: 1, ok: wrong.length === 0, ...shown, wrong });
  else if (wrong.length === 0) print(`${state.path}: enabled, and runs`);
  else for (const { words, fix } of wrong) print(`${words}\n  -> ${fix}`);
  return wrong.length === 0 ? exitCodes.done : exitCodes.failed;
}

type Wrong = { readonly words: string; readonly fix: string };

function faultsOf(state: Awaited<ReturnType<SystemService['state']>>): Wrong[] {
  const { text, isOurs, hasSystemd, enabled, active, result } = state;
  if (text === null) return [{ words: 'there is no service', fix: 'sudo rigdeck service install' }];
  const program = realpathSync(process.argv[1] ?? '');
  const faults: readonly (readonly [boolean, string, string])[] = [
    [!hasSystemd, 'systemd does not run this machine', 'rigdeck up'],
    [!isOurs, 'the unit was not written by rigdeck', 'rigdeck doctor, for what it has to have'],
    [
      isOurs && !text.includes(program),
      'the unit runs another rigdeck than this one',
      'sudo rigdeck service install',
    ],
    [
      hasSystemd && enabled !== 'enabled',
      `it is ${enabled ?? 'unknown'}: not started at boot`,
      'sudo systemctl enable rigdeck',
    ],
    [
      hasSystemd && active !== 'active',
      `it is ${active ?? 'unknown'} (${result ?? 'no result'})`,
      startLine(),
    ],
  ];
  return faults.flatMap(([isSo, words, fix]) => (isSo ? [{ words, fix }] : []));
}

/** After an orderly end it is only to be started; after another its last words are worth a look. */
function startLine(): string {
  const wasStopped = readStatusFile(systemRunDir)?.stopped === true;
  return wasStopped ? 'sudo systemctl start rigdeck' : 'journalctl -u rigdeck -n 30';
}

async function serviceOfMachine(): Promise<SystemService> {
  const { MachineFiles } = await import('../../daemon/host/machine-files.ts');
  const { SystemService } = await import('../../daemon/service/system-service.ts');
  return new SystemService(MachineFiles.of(process.env));
}

function requireRoot(verb: string): void {
  if (process.getuid?.() === 0) return;
  const message = `\`rigdeck service ${verb}\` changes the system and has to be run as root`;
  const remedy = `sudo ${process.execPath} ${process.argv[1]} service ${verb}`;
  throw new CommandFailure(exitCodes.refused, 'not-root', message, remedy);
}

async function asFailure(work: () => Promise<void>): Promise<void> {
  const { ServiceFault } = await import('../../daemon/service/system-service.ts');
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ServiceFault)) throw error;
    throw new CommandFailure(exitCodes.failed, 'service', error.message, error.remedy);
  }
}
