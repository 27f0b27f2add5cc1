import { existsSync, realpathSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { ServiceState, SystemService } from '../../daemon/service/system-service.ts';
import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import { systemRunDir } from '../../protocol/names.ts';
import { toType } from '../../protocol/typed-command.ts';
import { version } from '../../protocol/version.ts';
import type { Context } from '../context.ts';
import { versionOfDaemon } from '../daemon-version.ts';
import { type LeftRunning, leftRunning } from '../left-running.ts';
import { monotonicMs } from '../monotonic.ts';
import { print, printJson } from '../output.ts';
import { rigBeside } from '../rig-beside.ts';
import { lookLine, serviceOfMachine } from '../service-of-machine.ts';
import { type Around, faultsOf, type Wrong } from '../service-words.ts';

/** Says how the services are. @returns 0 when what is there is enabled and runs, else 1 */
export async function serviceStatus(context: Context): Promise<ExitCode> {
  const service = await serviceOfMachine();
  const state = await stateOnceStarted(service);
  const kiosk = await service.state('kiosk');
  const hasKiosk = kiosk.text !== null;
  const wrong = [...(await wrongOf(service, state)), ...(hasKiosk ? wrongOfKiosk(kiosk) : [])];
  const ok = wrong.length === 0;
  if (context.json) {
    printJson({ version: 1, ok, ...shown(state), kiosk: hasKiosk ? shown(kiosk) : null, wrong });
  } else if (ok) {
    print(`${state.path}: enabled, and runs`);
    if (hasKiosk) print(`${kiosk.path}: enabled, and runs; others look with: ${lookLine}`);
  } else for (const { words, fix } of wrong) print(toType(`${words}\n  -> ${fix}`));
  return ok ? exitCodes.done : exitCodes.failed;
}

/** Whoever asks right after the install wants to know whether it runs, and a Pi may need seconds until it does. */
async function stateOnceStarted(service: SystemService): Promise<ServiceState> {
  const deadline = monotonicMs() + startingMs;
  for (;;) {
    const state = await service.state();
    const { active, sub, restarts } = state;
    // One that failed and is tried again is starting, too.
    const isStarting = active === 'activating' && sub !== 'auto-restart' && restarts === 0;
    if (!isStarting || monotonicMs() > deadline) return state;
    await pause(lookMs);
  }
}

/** Debian's Node on the slowest Pi, with a disk that has to be looked through. */
const startingMs = 30_000;
const lookMs = 200;

async function wrongOf(service: SystemService, state: ServiceState): Promise<Wrong[]> {
  const { facts, active } = state;
  const daemonVersion = active === 'active' ? await versionOfDaemon(systemRunDir) : null;
  const install = 'sudo rigdeck service install';
  const wrong = faultsOf(state, { ...around(), unit: 'rigdeck', install, daemonVersion });
  const left = active === 'active' || state.text === null ? null : await leftRunning(systemRunDir);
  const userId = facts === null ? null : service.userId(facts.user);
  const beside = facts === null || userId === null ? null : await rigBeside(facts.user, userId);
  return [...(beside === null ? [] : [beside]), ...(left === null ? wrong : withLeft(wrong, left))];
}

/** Who records without a daemon is told with what is wrong with that. */
function withLeft(wrong: readonly Wrong[], left: LeftRunning): Wrong[] {
  const last = wrong.at(-1);
  if (last === undefined || left.living === 0) return [...wrong];
  return [...wrong.slice(0, -1), { ...last, words: `${last.words}; ${left.words}` }];
}

function wrongOfKiosk(state: ServiceState): Wrong[] {
  const install = 'sudo rigdeck service install --kiosk';
  return faultsOf(state, { ...around(), unit: 'rigdeck-kiosk', install, daemonVersion: null }).map(
    ({ words, fix }) => ({ words: `kiosk: ${words}`, fix }),
  );
}

function around(): Omit<Around, 'unit' | 'install' | 'daemonVersion'> {
  const program = realpathSync(process.argv[1] ?? '');
  return { version, program, monoMs: monotonicMs(), exists: existsSync };
}

function shown({ text: _, ...state }: ServiceState): Omit<ServiceState, 'text'> {
  return state;
}
