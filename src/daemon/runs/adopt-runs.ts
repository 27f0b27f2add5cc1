import { wordsOf } from '../../protocol/words-of.ts';
import { isSystemError } from '../errno.ts';
import { type FoundLost, findLost } from './find-lost.ts';
import { capLog, type Found, findRuns, readEnd, setAside, settleEnd } from './find-runs.ts';
import { finishedTake } from './last-said.ts';
import { LostRun } from './lost-run.ts';
import { ModuleRun } from './module-run.ts';
import { PlainRun } from './plain-run.ts';
import { bootId } from './process-eye.ts';
import { archiveCrash, type RunContext } from './run-context.ts';
import type { RunContexts } from './run-contexts.ts';
import type { RunPaths, RunRecord } from './run-folder.ts';
import type { FoundRun, Run, RunsPort } from './run-port.ts';
import { sayChanges } from './say-changes.ts';
import { signalOf } from './signal-name.ts';

export type AdoptPort = {
  readonly port: RunsPort;
  readonly contexts: RunContexts;
  /** The highest number of a run of each module that is known elsewhere. */
  readonly known: Readonly<Record<string, number>>;
  /** Does it when somebody is there to hear reports. */
  readonly hold: (work: () => void) => void;
};

/** `runs`: those that live. `complaints`: what was wrong with the run dir, in sentences. */
export type Adoption = {
  readonly left: Record<string, FoundRun>;
  readonly runs: Map<string, Run>;
  readonly complaints: readonly string[];
};

/**
 * Finds what earlier daemons left in the run dir and takes over what lives. What can neither be heard nor told anything is
 * being ended: nobody waits for it here, only its own module does.
 */
export async function adoptRuns(rig: AdoptPort): Promise<Adoption> {
  const { runDir } = rig.port;
  const { found, damaged } = await findRuns(runDir);
  const adoption = { left: {}, runs: new Map<string, Run>(), complaints: [] as string[] };
  for (const run of found) {
    try {
      adopt(rig, adoption, run);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      damaged.push({ name: run.record.module, why: wordsOf(error) });
    }
  }
  const owned = new Set([...adoption.runs.values()].flatMap((run) => run.pid() ?? []));
  for (const lost of findLost(runDir, owned, found)) {
    endLost(rig, adoption, lost);
    adoption.complaints.push(`${lost.module} ran on without its run folder and is being ended.`);
  }
  for (const { name, why } of damaged) {
    adoption.complaints.push(
      `The run folder ${name} is damaged (${why}); ${setAside(runDir, name)}.`,
    );
  }
  return adoption;
}

function adopt(rig: AdoptPort, { left, runs }: Adoption, found: Found): void {
  const { record, paths } = found;
  const { module } = record;
  const context = rig.contexts.of(record);
  capLog(paths, rig.contexts.logCapBytes);
  const isOfThisBoot = record.bootId === bootId();
  const run = isOfThisBoot ? takeOver(context, paths) : null;
  const finished = isOfThisBoot ? finishedTake(paths, record, run !== null) : null;
  const about = { run: record.run, restarts: record.restarts, finished };
  if (run === null) {
    const ended = mourn(rig, context, found);
    left[module] = { ...about, living: null, ended, lost: null };
    if (ended !== null) endRest(rig, { left, runs }, context, { pid: null, politely: 'SIGTERM' });
    return;
  }
  runs.set(module, run);
  const said = run.unheard();
  if (said !== null) rig.port.report({ type: 'said', module, run: record.run, said });
  const outdated = changesOf(rig.port, record);
  const living = { ...about, living: run.adopted(), ended: null, lost: null };
  left[module] = outdated.length === 0 ? living : { ...living, outdated };
}

/** An ordinary program is started for each recording: what is new holds from the next one on by itself. */
function changesOf({ specs }: RunsPort, { module, protocol, started }: RunRecord): string[] {
  const spec = Object.hasOwn(specs, module) ? specs[module] : undefined;
  if (spec === undefined || started === undefined || protocol === 'none') return [];
  return sayChanges(started, spec);
}

function takeOver(context: RunContext, paths: RunPaths): ModuleRun | PlainRun | null {
  const { module, record, port } = context;
  if (record.protocol === 'rigdeck/1') return ModuleRun.adopt(context, paths);
  return PlainRun.adopt(context, port.specs[module], paths);
}

function mourn({ hold }: AdoptPort, context: RunContext, left: Found): FoundRun['ended'] {
  const ended = readEnd(left);
  if (ended === null) return null;
  archiveCrash(context, left.paths, ended.exit, ended.at);
  hold(() => settleEnd(left.paths));
  return ended;
}

function endLost(rig: AdoptPort, adoption: Adoption, { module, kind, run, pid }: FoundLost): void {
  const protocol = kind === 'plain' ? 'none' : 'rigdeck/1';
  const { epoch, specs } = rig.port;
  const record: RunRecord = {
    ...{ layout: 1, module, run, restarts: 0, epoch, bootId: bootId(), protocol },
  };
  adoption.left[module] ??= {
    ...{ run, restarts: 0, living: null, finished: null, ended: null, lost: null },
  };
  const stopSignal = signalOf(specs[module]?.stopSignal) ?? 'SIGINT';
  const politely = protocol === 'none' ? stopSignal : 'SIGTERM';
  endRest(rig, adoption, rig.contexts.of(record), { pid, politely });
}

/** Its module is not started again before its end was told, unless another run of it was taken over. */
function endRest(
  { known }: AdoptPort,
  { left, runs }: Pick<Adoption, 'left' | 'runs'>,
  context: RunContext,
  lost: Parameters<typeof LostRun.end>[2],
): void {
  const { module, record } = context;
  const before = left[module];
  const run = Math.max(record.run, before?.run ?? 0, known[module] ?? 0);
  const rest = LostRun.end(context, run, lost);
  if (rest === null || before === undefined || runs.get(module)?.living() === true) return;
  runs.set(module, rest);
  left[module] = { ...before, run, lost: rest.process };
}
