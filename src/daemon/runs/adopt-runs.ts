import { wordsOf } from '../../protocol/words-of.ts';
import { isSystemError } from '../errno.ts';
import { type FoundLost, findLost } from './find-lost.ts';
import {
  capLog,
  type Damaged,
  type Found,
  findRuns,
  readEnd,
  setAside,
  settleEnd,
} from './find-runs.ts';
import { finishedTake } from './last-said.ts';
import { LostRun } from './lost-run.ts';
import { ModuleRun } from './module-run.ts';
import { PlainRun } from './plain-run.ts';
import { bootId } from './process-eye.ts';
import { archiveCrash, type RunContext } from './run-context.ts';
import type { RunContexts } from './run-contexts.ts';
import { type RunPaths, type RunRecord, readExit, readPid, runLayout } from './run-folder.ts';
import type { FoundRun, Run, RunsPort } from './run-port.ts';
import { sayChanges } from './say-changes.ts';
import { signalOf } from './signal-name.ts';
import { type Session, sessionLedBy } from './strays.ts';

/** So long a module that rig.yaml does not name may finish its files, before it is killed. */
const finishMs = 30_000;

export type AdoptPort = {
  readonly port: RunsPort;
  readonly contexts: RunContexts;
  /** The highest number of a run of each module that is known elsewhere. */
  readonly known: Readonly<Record<string, number>>;
  /** Does it when somebody is there to hear reports. */
  readonly hold: (work: () => void) => void;
};

/** What was wrong with the run dir, in a sentence, and what to do about it. */
type Complaint = { readonly message: string; readonly remedy: string };

/** `runs`: those that live. */
export type Adoption = Left & { readonly complaints: readonly Complaint[] };
type Left = { readonly left: Record<string, FoundRun>; readonly runs: Map<string, Run> };

/**
 * Finds what earlier daemons left in the run dir and takes over what lives. What can neither be heard nor told anything is
 * being ended: nobody waits for it here, only its own module does.
 */
export async function adoptRuns(rig: AdoptPort): Promise<Adoption> {
  const { runDir } = rig.port;
  const { found, damaged } = await findRuns(runDir);
  const adoption: Left = { left: {}, runs: new Map() };
  for (const run of found) {
    try {
      adopt(rig, adoption, run);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      damaged.push({ name: run.record.module, why: wordsOf(error), kind: 'damaged' });
    }
  }
  const owned = new Set([...adoption.runs.values()].flatMap((run) => run.pid() ?? []));
  const lost = findLost(runDir, owned, found);
  for (const one of lost) endLost(rig, adoption, one);
  return { ...adoption, complaints: complain(runDir, lost, damaged) };
}

/** Says what was wrong, and puts folders out of the way that are none of ours. */
function complain(
  runDir: string,
  lost: readonly FoundLost[],
  damaged: readonly Damaged[],
): Complaint[] {
  const remedy = `Exclude ${runDir} from whatever cleans up there.`;
  const later = damaged.filter(({ kind }) => kind === 'later').map(({ name }) => name);
  const ending = lost.map(({ module }) => module);
  // Tenses that stay true: these words stand until somebody has seen them.
  const gone = ending
    .filter((module) => !later.includes(module))
    .map((module) => ({
      message: `${module} ran on without its run folder: nobody could tell it anything any more, so it was told to end.`,
      remedy,
    }));
  const aside = damaged.map((one) => {
    const where = setAside(runDir, one);
    if (one.kind === 'later') return sayLater(one, ending.includes(one.name), where);
    return { message: `The run folder ${one.name} is damaged (${one.why}); ${where}.`, remedy };
  });
  return [...gone, ...aside];
}

function sayLater({ name, why }: Damaged, lives: boolean, where: string): Complaint {
  const then = lives ? ' It was told to end in order, and is started anew when it has ended.' : '';
  return {
    message: `${name} was left by another version of Rigdeck and cannot be taken over (${why}).${then} Of its run folder: ${where}.`,
    remedy: 'What it recorded stays. In a trial that goes on it has a gap and a new segment.',
  };
}

function adopt(rig: AdoptPort, { left, runs }: Left, found: Found): void {
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
    if (ended !== null) {
      const led = sessionOf(paths);
      endRest(rig, { left, runs }, context, { pid: null, politely: 'SIGTERM', withinMs: 0, led });
    }
    return;
  }
  runs.set(module, run);
  const said = run.unheard();
  if (said !== null) rig.port.report({ type: 'said', module, run: record.run, said });
  const outdated = changesOf(rig.port, record);
  const living = { ...about, living: run.adopted(), ended: null, lost: null };
  left[module] = outdated.length === 0 ? living : { ...living, outdated };
}

/** Only its keeper knows when it ended, and so whose the number of its session is. */
function sessionOf(paths: RunPaths): Session | null {
  const identity = readPid(paths);
  const end = readExit(paths, bootId());
  if (identity === null || end === null) return null;
  return sessionLedBy(identity.pid, Date.now() - Date.parse(end.at));
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

function endLost(rig: AdoptPort, adoption: Left, { module, kind, run, pid }: FoundLost): void {
  const protocol = kind === 'plain' ? 'none' : 'rigdeck/1';
  const { epoch, specs } = rig.port;
  const record: RunRecord = {
    ...{ layout: runLayout, module, run, restarts: 0, epoch, bootId: bootId(), protocol },
  };
  adoption.left[module] ??= {
    ...{ run, restarts: 0, living: null, finished: null, ended: null, lost: null },
  };
  const stopSignal = signalOf(specs[module]?.stopSignal) ?? 'SIGINT';
  const politely = protocol === 'none' ? stopSignal : 'SIGTERM';
  // How long a module that is configured may take, the core knows.
  const withinMs = Object.hasOwn(specs, module) ? Number.POSITIVE_INFINITY : finishMs;
  endRest(rig, adoption, rig.contexts.of(record), { pid, politely, withinMs, led: null });
}

/** Its module is not started again before its end was told, unless another run of it was taken over. */
function endRest(
  { known }: AdoptPort,
  { left, runs }: Left,
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
