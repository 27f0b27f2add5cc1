import { existsSync, realpathSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { readStatusFile } from '../../client/run-dir.ts';
import type { ServiceState, SystemService } from '../../daemon/service/system-service.ts';
import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import { systemRunDir } from '../../protocol/names.ts';
import { thisMachine } from '../../protocol/typed-command.ts';
import { requireConfig } from '../config-file.ts';
import type { Context } from '../context.ts';
import { CommandFailure, usageFailure } from '../failure.ts';
import { leftRunning } from '../left-running.ts';
import { print, printJson } from '../output.ts';
import { rigBeside } from '../rig-beside.ts';
import { lookLine, serviceOfMachine } from '../service-of-machine.ts';

type Install = { readonly user?: string; readonly kiosk?: true; readonly dryRun?: true };

/**
 * Writes the unit of this rig and has it started, now and at every boot. What runs already is taken over by its daemon. With `kiosk`
 * the first console shows the rig, too. Once more, it keeps user, rig.yaml and kiosk unless others are named.
 *
 * @throws CommandFailure exit 5 without root, beside a rig of the same person, and where a recording would be lost; exit 2 without a
 * configuration
 */
export async function installService(context: Context, options: Install): Promise<ExitCode> {
  const service = await serviceOfMachine();
  const before = await service.state();
  const { file, config } = await requireConfig(asBefore(context, before));
  const user = options.user ?? before.facts?.user ?? whoTypes();
  const program = realpathSync(process.argv[1] ?? '');
  const facts = { node: process.execPath, program, config: file, user };
  const hasKiosk = options.kiosk === true || (await service.state('kiosk')).isOurs;
  const kiosk = hasKiosk ? { ...facts, script: kioskScript(program) } : null;
  const userId = service.userId(user);
  if (userId === null) throw usageFailure(`there is no user ${user} on ${thisMachine()}`);
  if (options.dryRun === true) return printPlan(service, facts, kiosk);
  requireRoot('install');
  refuseWithoutSystemd(before);
  await refuseBeside(user, userId);
  refuseOther(before, { file, user });
  await asFailure(() => installAndStart(service, facts, kiosk));
  const noTab = service.linkCompletions(await shareFolder());
  const { path } = await service.state();
  const kioskPath = kiosk === null ? null : (await service.state('kiosk')).path;
  if (context.json) printJson({ version: 1, path, user, config: file, kiosk: kioskPath, noTab });
  else {
    print(`wrote ${path}: ${config.rig.name} runs as ${user}, now and at every boot`);
    print(`it goes by ${file}`);
    if (kioskPath !== null) printKiosk(kioskPath, service.blanksAfterS());
    printTab(noTab);
    print('next: rigdeck service status; rigdeck doctor');
  }
  return exitCodes.done;
}

function printPlan(
  service: SystemService,
  facts: Parameters<SystemService['plan']>[0],
  kiosk: Parameters<SystemService['planKiosk']>[0] | null,
): ExitCode {
  process.stdout.write(service.plan(facts));
  if (kiosk !== null) process.stdout.write(`\n${service.planKiosk(kiosk)}`);
  return exitCodes.done;
}

/** The person behind sudo. */
function whoTypes(): string {
  return process.env['SUDO_USER'] ?? userInfo().username;
}

/** An update goes by the same rig.yaml, wherever it is typed. */
function asBefore(context: Context, { facts }: ServiceState): Context {
  if (context.config !== undefined || facts === null || !existsSync(facts.config)) return context;
  return { ...context, config: facts.config };
}

/** Two daemons would fight for the same cameras, and the older could not be seen any more. */
async function refuseBeside(user: string, userId: number): Promise<void> {
  const beside = await rigBeside(user, userId);
  if (beside === null) return;
  const remedy = `Stop it first: ${beside.fix}`;
  throw new CommandFailure(exitCodes.refused, 'running', beside.words, remedy);
}

/** A unit that nobody reads would only make commands look for a daemon that nobody starts. */
function refuseWithoutSystemd({ hasSystemd }: ServiceState): void {
  if (hasSystemd) return;
  const message = `systemd does not run ${thisMachine()}: a unit would start nothing`;
  throw new CommandFailure(exitCodes.refused, 'service', message, 'Start the rig: rigdeck up');
}

/** What runs is taken over by the next daemon, but not by that of another rig or of another user. */
function refuseOther(
  { facts, active }: ServiceState,
  { file, user }: { readonly file: string; readonly user: string },
): void {
  if (facts === null || active !== 'active') return;
  const remedy = 'Stop the rig first: rigdeck down';
  if (facts.user !== user) {
    const message = `the service runs as ${facts.user}, whose modules ${user} could not take over`;
    throw new CommandFailure(exitCodes.refused, 'running', message, remedy);
  }
  const records = readStatusFile(systemRunDir)?.rig.desired !== 'idle';
  if (facts.config === file || !records) return;
  const message = `the service records what ${facts.config} says, and would end that for ${file}`;
  throw new CommandFailure(exitCodes.refused, 'recording', message, remedy);
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
 * @throws CommandFailure exit 5 without root, and while its daemon or its modules run
 */
export async function uninstallService(
  context: Context,
  options: { readonly kiosk?: true },
): Promise<ExitCode> {
  requireRoot('uninstall');
  const service = await serviceOfMachine();
  const state = await service.state();
  const { path } = state;
  const isAll = options.kiosk !== true;
  if (isAll) await refuseRunning(state);
  const kiosk = await service.state('kiosk');
  const withKiosk = !isAll || kiosk.isOurs;
  await asFailure(() => remove(service, { withKiosk, isAll }));
  const removed = [...(withKiosk ? [kiosk.path] : []), ...(isAll ? [path] : [])];
  if (context.json) printJson({ version: 1, removed: removed.at(-1), all: removed });
  else {
    const rest = 'recordings, configuration and state are where they were';
    print(`removed ${removed.join(' and ')}; ${isAll ? rest : 'the rig goes on as it is'}`);
  }
  return exitCodes.done;
}

async function remove(
  service: SystemService,
  { withKiosk, isAll }: { readonly withKiosk: boolean; readonly isAll: boolean },
): Promise<void> {
  if (withKiosk) await service.uninstallKiosk();
  if (isAll) await service.uninstall();
}

async function refuseRunning({ active, sub }: ServiceState): Promise<void> {
  if (active === 'active' || (active === 'activating' && sub !== 'auto-restart')) {
    const message = 'the service runs, and its modules would be left without a daemon';
    const remedy = 'Stop the rig first: rigdeck down';
    throw new CommandFailure(exitCodes.refused, 'running', message, remedy);
  }
  if (active === 'activating') {
    const message = 'systemd starts it again and again';
    const remedy = 'First: sudo systemctl stop rigdeck';
    throw new CommandFailure(exitCodes.refused, 'running', message, remedy);
  }
  const left = await leftRunning(systemRunDir);
  if (left === null || left.living === 0) return;
  const remedy = 'First: sudo systemctl start rigdeck, then rigdeck down';
  throw new CommandFailure(exitCodes.refused, 'running', left.words, remedy);
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
