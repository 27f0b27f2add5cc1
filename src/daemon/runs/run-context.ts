import type { Fault } from '../../core/input.ts';
import type { Exit } from '../../protocol/problem.ts';
import { wordsOf } from '../../protocol/words-of.ts';
import { archiveLog } from './archive-log.ts';
import { LogFile, readTail } from './log-file.ts';
import { mendRun } from './mend-run.ts';
import type { Nuisance } from './nuisance.ts';
import type { Prints } from './prints.ts';
import type { RunPaths, RunRecord } from './run-folder.ts';
import type { RunSpec, RunsPort } from './run-port.ts';
import { writeSaid } from './said-file.ts';
import type { SaidRecord } from './said-record.ts';
import type { Session, Strays } from './strays.ts';

const crashTailBytes = 16_384;
/** What belongs to the daemon alone: a module must not answer systemd in its name, and needs no threads for hanging disks. */
const daemonsOwn = [
  'NOTIFY_SOCKET',
  'WATCHDOG_PID',
  'WATCHDOG_USEC',
  'LISTEN_FDS',
  'LISTEN_PID',
  'UV_THREADPOOL_SIZE',
];

/** What every run of one module has at hand. */
export type RunContext = {
  readonly module: string;
  readonly port: RunsPort;
  readonly prints: Prints;
  readonly strays: Strays;
  readonly record: RunRecord;
  /** Work on files that the hand-over waits for. It never rejects. */
  readonly during: (work: Promise<void>) => void;
  readonly flood: Nuisance;
  readonly wrongLines: Nuisance;
  readonly runFolder: Nuisance;
};

/** The environment of a module's process. */
export function environmentOf(
  { module, record, port }: RunContext,
  spec: RunSpec,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !daemonsOwn.includes(entry[0]),
  );
  return {
    ...Object.fromEntries(inherited),
    ...spec.env,
    RIGDECK_MODULE: module,
    RIGDECK_RUN: String(record.run),
    RIGDECK_RUN_DIR: port.runDir,
    ...own,
  };
}

/** Writes `said.json`; a run dir that cannot be written is a problem of the rig, and the run goes on. False: not written. */
export function keepSaid({ runFolder }: RunContext, paths: RunPaths, said: SaidRecord): boolean {
  try {
    writeSaid(paths, said);
    return true;
  } catch (error) {
    runFolder.happened(
      `${paths.said} could not be written: ${wordsOf(error)}`,
      'Make room on the file system of the run dir.',
    );
    return false;
  }
}

/** Puts back what somebody removed from a living run's folder. */
export function keepFolder(
  { module, record, runFolder, port }: RunContext,
  paths: RunPaths,
  said: SaidRecord,
  pid: number,
): void {
  if (!mendRun(paths, record, said, pid)) return;
  const message = `Somebody removed files of ${module} from ${paths.folder} while it ran; they were put back.`;
  port.log('warn', message);
  runFolder.happened(message, 'Exclude the run dir from whatever cleans up there.');
}

/** Keeps the end of a crashed run's log on the disk, where there is one for it. */
export function archiveCrash(context: RunContext, paths: RunPaths, exit: Exit, at: string): void {
  const { module, port, record } = context;
  if (port.stateDir === null) return;
  const how = exit.signal ?? (exit.code === null ? 'nobody knows how' : `code ${exit.code}`);
  const heading = `run ${record.run} ended at ${at}: ${how}`;
  context.during(
    archiveLog(port.stateDir, module, heading, readTail(paths.log, crashTailBytes)).catch(
      (error: unknown) =>
        port.fault(null, {
          code: 'state-folder',
          message: `The log of ${module} could not be archived: ${wordsOf(error)}`,
          remedy: 'Check the free space and the owner of the state dir.',
        }),
    ),
  );
}

/**
 * Ends what a run left behind whose process is gone, and tells it then; at once where it left nothing.
 *
 * @param led the session of that process, as far as it is known
 */
export function whenClear(
  { module, record, port, strays, during }: RunContext,
  led: Session | null,
  over: () => void,
): void {
  const { run } = record;
  const told = strays.end({ module, run, runDir: port.runDir, led }, (survivors) => {
    if (survivors.length > 0) port.fault(module, immortal(module, survivors));
    over();
  });
  during(told);
}

function immortal(module: string, survivors: readonly number[]): Fault {
  const which =
    survivors.length === 1 ? `process ${survivors[0]}` : `processes ${survivors.join(', ')}`;
  return {
    code: 'not-stopped',
    message: `${module} left ${which} behind, still there after SIGKILL: the kernel waits for a device or disk.`,
    remedy: 'Unplug its device, or check the disk with dmesg; it ends when the kernel lets go.',
  };
}

/** Opens the log of a run and keeps it below its cap. */
export function watchPrints(context: RunContext, paths: RunPaths): LogFile {
  const { module, prints, flood, runFolder } = context;
  const log = new LogFile(paths);
  prints.add(
    log,
    () =>
      flood.happened(
        `${module} prints more than the rig keeps; the oldest of it is dropped.`,
        `See "rigdeck logs ${module}" for what it repeats, or lower its log level.`,
      ),
    (words) =>
      runFolder.happened(
        `The end of the log of ${module} could not be kept: ${words}`,
        `Check space and owner of ${paths.folder}.`,
      ),
  );
  return log;
}
