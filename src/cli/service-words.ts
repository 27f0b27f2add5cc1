import type { ServiceState } from '../daemon/service/system-service.ts';
import { thisMachine } from '../protocol/typed-command.ts';

/** What is wrong with a service, and the line that mends it. */
export type Wrong = { readonly words: string; readonly fix: string };

/** What is known of this machine beside what systemd says of a unit. */
export type Around = {
  readonly unit: 'rigdeck' | 'rigdeck-kiosk';
  /** The line that writes the unit anew. */
  readonly install: string;
  /** The program that asks, and its version. */
  readonly program: string;
  readonly version: string;
  /** Of the daemon that answers in the run dir of the service; null where none does. */
  readonly daemonVersion: string | null;
  readonly monoMs: number;
  exists(path: string): boolean;
};

/** Who was started again by systemd and lives for less than this may be ending again and again. In ms. */
const steadyMs = 60_000;

/** What is wrong with a service, most important first; empty where it is there, enabled and runs. */
export function faultsOf(state: ServiceState, around: Around): Wrong[] {
  const { text, load, hasSystemd } = state;
  const { unit, install } = around;
  if (load === 'masked') {
    const more = state.isOurs ? '' : `, then ${install}`;
    return [
      { words: 'it is masked: nothing can start it', fix: `sudo systemctl unmask ${unit}${more}` },
    ];
  }
  if (text === null) return [{ words: 'there is no service', fix: install }];
  if (!hasSystemd) return [{ words: `systemd does not run ${thisMachine()}`, fix: 'rigdeck up' }];
  return [
    ...faultsOfUnit(state, around),
    ...bootFaults(state, unit),
    ...faultsOfRun(state, around),
  ];
}

function faultsOfUnit(state: ServiceState, around: Around): Wrong[] {
  const { text, isOurs, facts, isCurrent, needsReload } = state;
  const { unit, install, program, exists } = around;
  if (!isOurs)
    return [
      {
        words: 'the unit was not written by rigdeck',
        fix: 'rigdeck doctor, for what it has to have',
      },
    ];
  const gone = [facts?.node, facts?.program].find((path) => path !== undefined && !exists(path));
  if (gone !== undefined)
    return [{ words: `what the unit starts is not there any more: ${gone}`, fix: install }];
  if (text?.includes(program) !== true)
    return [{ words: 'the unit runs another rigdeck than this one', fix: install }];
  if (unit === 'rigdeck' && !isCurrent)
    return [{ words: 'the unit is not as this version of rigdeck writes it', fix: install }];
  if (!needsReload) return [];
  const fix = `sudo systemctl daemon-reload && sudo systemctl restart ${unit}`;
  return [{ words: 'systemd goes by an earlier unit than the one on the disk', fix }];
}

function bootFaults({ enabled }: ServiceState, unit: string): Wrong[] {
  if (enabled === 'enabled') return [];
  const words = `it is ${enabled ?? 'unknown'}: not started at boot`;
  return [{ words, fix: `sudo systemctl enable ${unit}` }];
}

function faultsOfRun(state: ServiceState, around: Around): Wrong[] {
  const { active, sub, restarts, activeMonoMs } = state;
  const { unit, version, daemonVersion, monoMs } = around;
  const times = restarts === 1 ? 'once' : `${restarts} times`;
  if (active === 'active' || active === 'reloading') {
    if (restarts > 0 && activeMonoMs !== null && monoMs - activeMonoMs < steadyMs)
      return [
        { words: `it has ended, and was started again ${times}, just now`, fix: logLine(unit) },
      ];
    if (unit !== 'rigdeck' || daemonVersion === null || daemonVersion === version) return [];
    const words = `the daemon is ${daemonVersion}, this program ${version}`;
    return [{ words, fix: 'sudo systemctl restart rigdeck (recordings go on)' }];
  }
  if (active === 'activating' && sub !== 'auto-restart' && restarts === 0)
    return [{ words: 'it is just starting', fix: 'rigdeck wait ready' }];
  const { words, fix } = endOf(state, around);
  return [
    { words: active === 'activating' ? `${words}; started again ${times} by now` : words, fix },
  ];
}

/** How it ended last, by what systemd knows. */
function endOf({ active, result, exitCode }: ServiceState, { unit, install }: Around): Wrong {
  const start = `sudo systemctl start ${unit}`;
  if (active === 'activating' && result === 'success')
    return { words: 'it ends soon after its start', fix: logLine(unit) };
  if (result === 'success') return { words: 'it is stopped', fix: start };
  const known = unit === 'rigdeck' && result === 'exit-code' ? exits[exitCode ?? 0] : undefined;
  if (known !== undefined) return { words: known.words, fix: known.fix(install, start) };
  const how = results[result ?? ''] ?? `it is ${active ?? 'unknown'} (${result ?? 'no result'})`;
  const code = result === 'exit-code' ? `it ended with exit code ${exitCode}` : how;
  return { words: code, fix: logLine(unit) };
}

/** `Result=` of systemd.exec(5), "$SERVICE_RESULT". */
const results: Readonly<Record<string, string>> = {
  watchdog: 'it hung, and the watchdog of systemd ended it',
  'oom-kill': 'it was ended because the machine had no memory left',
  signal: 'it was killed',
  'core-dump': 'it crashed',
  timeout: 'it was not ready, or did not end, in its time',
};

type Exit = { readonly words: string; readonly fix: (install: string, start: string) => string };

/** Exit codes of the daemon, and above 200 those of systemd. */
const exits: Readonly<Record<number, Exit>> = {
  2: {
    words: 'its rig.yaml has faults, or is not there',
    fix: (_, start) => `rigdeck config check, then ${start}`,
  },
  7: {
    words: 'it was stopped, and not all went in order (rigdeck status)',
    fix: (_, start) => start,
  },
  203: { words: 'the Node of the unit cannot be run', fix: (install) => install },
  216: { words: 'a group of the unit is not there', fix: (install) => install },
  217: {
    words: 'there is no such user as the unit names',
    fix: (install) => `${install} --user NAME`,
  },
};

function logLine(unit: string): string {
  return `journalctl -u ${unit} -n 30`;
}
