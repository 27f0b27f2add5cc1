import { realpathSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { readStatusFile } from '../../client/run-dir.ts';
import type { ServiceState, SystemService } from '../../daemon/service/system-service.ts';
import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import { systemRunDir } from '../../protocol/names.ts';
import { requireConfig } from '../config-file.ts';
import type { Context } from '../context.ts';
import { CommandFailure, usageFailure } from '../failure.ts';
import { print, printJson } from '../output.ts';

/**
 * Writes the unit of this rig and has it started, now and at every boot. What runs already is taken over by its daemon. With `kiosk`
 * the first console shows the rig, too.
 *
 * @throws CommandFailure exit 5 without root, exit 2 without a configuration
 */
export async function installService(
  context: Context,
  options: { readonly user?: string; readonly kiosk?: true; readonly dryRun?: true },
): Promise<ExitCode> {
  const { file, config } = await requireConfig(context);
  const user = options.user ?? process.env['SUDO_USER'] ?? userInfo().username;
  const program = realpathSync(process.argv[1] ?? '');
  const facts = { node: process.execPath, program, config: file, user };
  const kiosk = options.kiosk === true ? { ...facts, script: kioskScript(program) } : null;
  const service = await serviceOfMachine();
  if (!service.hasUser(user)) throw usageFailure(`there is no user ${user} on this machine`);
  if (options.dryRun === true) {
    process.stdout.write(service.plan(facts));
    if (kiosk !== null) process.stdout.write(`\n${service.planKiosk(kiosk)}`);
    return exitCodes.done;
  }
  requireRoot('install');
  await asFailure(() => installAndStart(service, facts, kiosk));
  const noTab = service.linkCompletions(await shareFolder());
  const { path } = await service.state();
  const kioskPath = kiosk === null ? null : (await service.state('kiosk')).path;
  if (context.json) printJson({ version: 1, path, user, config: file, kiosk: kioskPath, noTab });
  else {
    print(`wrote ${path}: ${config.rig.name} runs as ${user}, now and at every boot`);
    if (kioskPath !== null) printKiosk(kioskPath, service.blanksAfterS());
    printTab(noTab);
    print('next: rigdeck service status; rigdeck doctor');
  }
  return exitCodes.done;
}

async function installAndStart(
  service: SystemService,
  facts: Parameters<SystemService['install']>[0],
  kiosk: Parameters<SystemService['installKiosk']>[0] | null,
): Promise<void> {
  await service.install(facts);
  await service.restart();
  if (kiosk === null) return;
  await service.installKiosk(kiosk);
  await service.restart('kiosk');
}

/** @param noTab why Tab does not know the commands; null where it does */
function printTab(noTab: string | null): void {
  if (noTab === null) print('Tab completes `rigdeck` in every new bash, zsh and fish');
  else print(`Tab does not complete \`rigdeck\`: ${noTab}; see \`rigdeck completion --help\``);
}

/** What came with this program for shells and `man`. */
async function shareFolder(): Promise<string> {
  const { packageFolder } = await import('../../daemon/config/bundled-modules.ts');
  return join(packageFolder() ?? '', 'share');
}

/** Lies beside the program. */
function kioskScript(program: string): string {
  return join(dirname(program), 'kiosk.sh');
}

function printKiosk(path: string, blanksAfterS: number): void {
  print(`wrote ${path}: tty1 shows the rig, now and at every boot; others look with: ${lookLine}`);
  if (blanksAfterS === 0) return;
  print(`the kernel makes that console dark after ${blanksAfterS} s: rigdeck doctor says how not`);
}

/**
 * Takes the units away, or that of the kiosk alone. Recordings, configuration and state stay.
 *
 * @throws CommandFailure exit 5 without root, and while its daemon runs
 */
export async function uninstallService(
  context: Context,
  options: { readonly kiosk?: true },
): Promise<ExitCode> {
  requireRoot('uninstall');
  const service = await serviceOfMachine();
  const { active, path } = await service.state();
  const isAll = options.kiosk !== true;
  if (isAll && (active === 'active' || active === 'activating')) {
    const message = 'the service runs, and its modules would be left without a daemon';
    const remedy = 'Stop the rig first: rigdeck down';
    throw new CommandFailure(exitCodes.refused, 'running', message, remedy);
  }
  const kiosk = await service.state('kiosk');
  const withKiosk = !isAll || kiosk.isOurs;
  await asFailure(async () => {
    if (withKiosk) await service.uninstallKiosk();
    if (isAll) await service.uninstall();
  });
  const removed = [...(withKiosk ? [kiosk.path] : []), ...(isAll ? [path] : [])];
  if (context.json) printJson({ version: 1, removed: removed.at(-1), all: removed });
  else {
    const rest = 'recordings, configuration and state are where they were';
    print(`removed ${removed.join(' and ')}; ${isAll ? rest : 'the rig goes on as it is'}`);
  }
  return exitCodes.done;
}

/** Says how the services are. @returns 0 when what is there is enabled and runs, else 1 */
export async function serviceStatus(context: Context): Promise<ExitCode> {
  const service = await serviceOfMachine();
  const state = await service.state();
  const kiosk = await service.state('kiosk');
  const hasKiosk = kiosk.text !== null;
  const wrong = [
    ...faultsOf(state, { unit: 'rigdeck', install: 'sudo rigdeck service install' }),
    ...(hasKiosk
      ? faultsOf(kiosk, {
          unit: 'rigdeck-kiosk',
          install: 'sudo rigdeck service install --kiosk',
        }).map(({ words, fix }) => ({ words: `kiosk: ${words}`, fix }))
      : []),
  ];
  const { text: _, ...shown } = state;
  const { text: __, ...shownKiosk } = kiosk;
  const ok = wrong.length === 0;
  if (context.json) {
    printJson({ version: 1, ok, ...shown, kiosk: hasKiosk ? shownKiosk : null, wrong });
  } else if (ok) {
    print(`${state.path}: enabled, and runs`);
    if (hasKiosk) print(`${kiosk.path}: enabled, and runs; others look with: ${lookLine}`);
  } else for (const { words, fix } of wrong) print(`${words}\n  -> ${fix}`);
  return ok ? exitCodes.done : exitCodes.failed;
}

/** For the user of the kiosk. */
const lookLine = 'tmux -L rigdeck-kiosk attach -r';

type Wrong = { readonly words: string; readonly fix: string };

function faultsOf(
  state: ServiceState,
  { unit, install }: { readonly unit: string; readonly install: string },
): Wrong[] {
  const { text, isOurs, hasSystemd, enabled, active, result } = state;
  if (text === null) return [{ words: 'there is no service', fix: install }];
  const program = realpathSync(process.argv[1] ?? '');
  const faults: readonly (readonly [boolean, string, string])[] = [
    [!hasSystemd, 'systemd does not run this machine', 'rigdeck up'],
    [!isOurs, 'the unit was not written by rigdeck', 'rigdeck doctor, for what it has to have'],
    [isOurs && !text.includes(program), 'the unit runs another rigdeck than this one', install],
    [
      hasSystemd && enabled !== 'enabled',
      `it is ${enabled ?? 'unknown'}: not started at boot`,
      `sudo systemctl enable ${unit}`,
    ],
    [
      hasSystemd && active !== 'active',
      `it is ${active ?? 'unknown'} (${result ?? 'no result'})`,
      unit === 'rigdeck' ? startLine() : `sudo systemctl restart ${unit}`,
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
