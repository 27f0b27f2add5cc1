import type { Fault } from '../core/input.ts';
import type { Boot, BootModule } from '../core/spec.ts';
import type { Problem } from '../protocol/problem.ts';
import type { RunningModules, RuntimeState, SavedStart } from '../protocol/saved.ts';
import type { SessionRecord, TrialRecord } from '../protocol/snapshot.ts';
import { readClock } from './clock.ts';
import type { LoadedConfig } from './config/load-config.ts';
import { rigSpec } from './config/rig-spec.ts';
import type { Machine } from './host/machine.ts';
import { nothingPaused, type PauseLeft } from './recordings/pause-left.ts';
import type { Recordings } from './recordings/recordings.ts';
import { bootId } from './runs/process-eye.ts';
import type { FoundRun } from './runs/runs.ts';
import type { BegunTrial } from './store/run-wishes.ts';
import type { SavedRead } from './store/saved-file.ts';

/** What earlier daemons left: saved files, living runs, the recordings folder. */
export type Legacy = {
  readonly running: SavedRead<RunningModules>;
  readonly runtime: SavedRead<RuntimeState>;
  /** By the run dir, which knew it before any disk did; null: none, or nobody knows. */
  readonly begun: BegunTrial | null;
  readonly found: Readonly<Record<string, FoundRun>>;
};

type Left = {
  readonly legacy: Legacy;
  readonly recordings: Recordings;
  readonly machine: Machine;
};

/** Everything the core needs to begin, from the configuration and from what earlier daemons left. */
export async function makeBoot(
  epoch: string,
  loaded: LoadedConfig,
  { legacy, recordings, machine }: Left,
): Promise<Boot> {
  const session = await recordings.session();
  const names = Object.keys(loaded.modules);
  const trial = session === null ? null : await openTrial(session, names, legacy, recordings);
  const recorded = trial === null ? null : await recordings.recordedIn(trial.number, names);
  const modules = Object.fromEntries(
    Object.entries(loaded.modules).map(([name, { enabled }]) => [
      name,
      { ...bootModule(name, enabled, legacy), before: before(name, recorded, legacy) },
    ]),
  );
  // Whoever wished a start has ended the trial before it.
  const desired = legacy.running.data?.start != null ? 'idle' : recordingWish(legacy);
  const isLess = desired !== 'idle' && lacksStray(recorded, names);
  const pause = trial === null ? nothingPaused : await pauseOf(trial, legacy, recordings);
  const { autostart } = loaded.config.rig;
  return {
    epoch,
    spec: rigSpec(loaded),
    modules,
    desired,
    session,
    trial: trial && { ...openPause(trial, pause, desired), partial: trial.partial || isLess },
    isPauseNoted: pause.isNoted,
    start: startWish(legacy.running.data?.start ?? null, autostart),
    scheduled: startWish(legacy.running.data?.scheduled ?? null, autostart),
    // Too little space: the trial is closed, and the wish is tried again as a new one until there is room.
    roomToResume: (await machine.storage.refusal()) === null,
    powerLost: isPowerLost(legacy),
  };
}

/** Whoever lives, or ended in this boot, shows that the power stayed. */
function isPowerLost({ runtime, found }: Legacy): boolean {
  const ofThisBoot = Object.values(found).some(
    ({ living, ended, lost }) => living ?? ended ?? lost,
  );
  return !ofThisBoot && runtime.data?.trial?.bootId !== bootId();
}

/** Where the newest wish is not on disk (damaged, or never taken by it), a module that still records says more than an older one. */
function recordingWish({ running, found }: Legacy): Boot['desired'] {
  const saved = running.data?.recording ?? 'idle';
  if (running.from === 'current' || saved !== 'idle') return saved;
  const takes = Object.values(found).map(({ living }) => living?.take);
  if (takes.includes('recording')) return 'recording';
  return takes.includes('paused') ? 'paused' : saved;
}

/** A daemon that is started again loses no wish; after a start of the machine `autostart` has the word. */
function startWish(saved: SavedStart | null, autostart: Boot['spec']['autostart']) {
  if (saved === null) return null;
  const isOfThisBoot = saved.bootId === bootId();
  if (!isOfThisBoot && autostart === 'never') return null;
  const { label, at } = saved;
  const monoMs = isOfThisBoot ? saved.monoMs : null;
  return { label, due: at === null ? null : { at, monoMs } };
}

function bootModule(
  name: string,
  enabled: boolean,
  { running, runtime, found }: Legacy,
): Omit<BootModule, 'before'> {
  const saved = runtime.data?.modules[name];
  const run = found[name];
  const wish = running.data?.modules[name]?.desired ?? (enabled ? 'on' : 'off');
  const livesOn = running.from !== 'current' && (run?.living ?? run?.lost ?? null) !== null;
  return {
    // As for the recording: somebody wanted what lives.
    desired: livesOn ? 'on' : wish,
    run: Math.max(run?.run ?? 0, saved?.run ?? 0),
    ...(isFresh(running, run) ? { restarts: 0, failures: 0 } : countsOf(saved, run?.restarts ?? 0)),
    // It was written by us and its code was one of ours; a later version's code is shown as it is.
    lastProblem: (saved?.lastProblem ?? null) as Problem | null,
    ...leftBy(run),
  };
}

/** Somebody who was needed has recorded in the trial, and rig.yaml does not name it any more. */
function lacksStray(recorded: Recorded, names: readonly string[]): boolean {
  const known = [...(recorded ?? [])];
  const all = known.every(([, { required }]) => !required); // then all of them count as required
  return known.some(([name, { required }]) => (required || all) && !names.includes(name));
}

/** Both files name every module that the daemon before knew; where both are lost, it may have known all of them. */
function before(
  name: string,
  recorded: Recorded,
  { running, runtime, found }: Legacy,
): BootModule['before'] {
  if (recorded === null || recorded.has(name)) return 'recorded';
  const files = [running.data, runtime.data].filter((data) => data !== null);
  const isNamed = files.some(({ modules }) => Object.hasOwn(modules, name));
  return isNamed || Object.hasOwn(found, name) || files.length === 0 ? 'known' : 'new';
}

/** A controlled stop leaves no wishes, and nothing that runs: restarts are counted from here on. */
function isFresh({ data, damaged }: Legacy['running'], run: FoundRun | undefined): boolean {
  const isLeft = (run?.living ?? run?.ended ?? run?.lost ?? null) !== null;
  return data === null && damaged.length === 0 && !isLeft;
}

type Recorded = Awaited<ReturnType<Recordings['recordedIn']>>;

type LeftBy = Pick<BootModule, 'adopted' | 'finished' | 'ended' | 'lost'>;

function leftBy(run: FoundRun | undefined): LeftBy {
  if (run === undefined) return { adopted: null, finished: null, ended: null, lost: null };
  return { adopted: run.living, finished: run.finished, ended: run.ended, lost: run.lost };
}

/** Saved with a delay; the run's folder, written before each start, tells how many restarts came after it. */
function countsOf(saved: RuntimeState['modules'][string] | undefined, restarts: number) {
  const before = saved?.restarts ?? 0;
  return {
    restarts: Math.max(restarts, before),
    failures: (saved?.failures ?? 0) + Math.max(0, restarts - before),
  };
}

/** The trial that was open. Its number and time are in the saved state; the disk knows its newest segment better. */
async function openTrial(
  session: SessionRecord,
  modules: readonly string[],
  legacy: Legacy,
  recordings: Recordings,
): Promise<TrialRecord | null> {
  const { found } = legacy;
  const told = await recordings.openTrial(savedTrial(session, legacy));
  // The state dir may have heard of it before the recordings disk had.
  if (told !== null) await recordings.takeUpTrial(told.number, livingIn(told.number, found), told);
  const open = told ?? (await untoldTrial(found, recordings));
  if (open === null) return null;
  const { number } = open;
  const onDisk = await recordings.highestSegment(number, modules);
  const segment = Math.max(open.segment, onDisk, saidSegment(number, found), 1);
  return { ...open, segment };
}

/** What was saved of the open trial: as the state dir says, or, where that had not heard of it yet, as it began. */
function savedTrial({ id }: SessionRecord, { runtime, begun }: Legacy): TrialRecord | null {
  const known = runtime.data?.session?.id === id ? runtime.data.trial : null;
  if (begun?.session !== id || begun.number === known?.number) return known;
  const { number, label, startedAt, startedMonoMs } = begun;
  return {
    ...{ number, label, startedAt, startedMonoMs, segment: 1, partial: false },
    ...{ pausedMs: 0, pausedSinceMonoMs: null, nextSegmentMs: null },
  };
}

/** What the folder tells of the pause of a trial: of one that is wished, nothing else may tell when it began. */
function pauseOf(
  { number }: TrialRecord,
  { found }: Legacy,
  recordings: Recordings,
): Promise<PauseLeft> {
  const paused = Object.entries(found).filter(([, { living }]) => {
    return living?.take === 'paused' && living.trial === number;
  });
  return recordings.pauseLeft(
    number,
    paused.map(([name]) => name),
  );
}

/** A trial that is paused, by its saved state or as near as the folder tells. */
function openPause(
  trial: TrialRecord,
  { sinceMs }: PauseLeft,
  desired: Boot['desired'],
): TrialRecord {
  if (desired !== 'paused' || trial.pausedSinceMonoMs !== null || sinceMs === null) return trial;
  const { monoMs, wallMs } = readClock();
  const sinceMonoMs = Math.floor(monoMs - Math.max(0, wallMs - sinceMs));
  return { ...trial, pausedSinceMonoMs: Math.max(trial.startedMonoMs, sinceMonoMs) };
}

/** The newest segment of a trial that living modules record in, or were told to go on in. */
function saidSegment(trial: number, found: Legacy['found']): number {
  const said = Object.values(found).flatMap(({ living }) =>
    living?.trial === trial ? [living.segment ?? 0, living.splitTo ?? 0] : [],
  );
  return Math.max(0, ...said);
}

/** The trial that modules record, where the daemon before was killed between its go and the first word of it on disk. */
async function untoldTrial(
  found: Legacy['found'],
  recordings: Recordings,
): Promise<TrialRecord | null> {
  const numbers = Object.values(found).map(({ living }) => (records(living) ? living?.trial : 0));
  const number = Math.max(0, ...numbers.map((one) => one ?? 0));
  return number === 0 ? null : recordings.takeUpTrial(number, livingIn(number, found));
}

function livingIn(trial: number, found: Legacy['found']): string[] {
  const all = Object.entries(found);
  const those = all.filter(([, { living }]) => records(living) && living?.trial === trial);
  return those.map(([name]) => name);
}

function records(living: FoundRun['living']): boolean {
  return living?.take === 'recording' || living?.take === 'paused';
}

/** The files that could not be used as they are and were set aside, as one problem. */
export function damagedFault({ running, runtime }: Legacy): Fault | null {
  const damaged = [...running.damaged, ...runtime.damaged];
  if (damaged.length === 0) return null;
  const words = damaged.map(({ file, reason }) => `${file} (${reason})`).join(', ');
  const isLater = damaged.every(({ kind }) => kind === 'later');
  const what = isLater ? 'was written by a later Rigdeck' : 'was damaged';
  const isLost = running.data === null && running.damaged.length > 0;
  return {
    code: 'damaged-file',
    message: `A saved file ${what} and is set aside: ${words}.`,
    remedy: `${isLost ? lostRemedy : isLater ? laterRemedy : olderRemedy} Check the wishes, then acknowledge this.`,
  };
}

const lostRemedy = 'No older generation was there: the wishes are those of rig.yaml.';
const laterRemedy = 'What this version understands of it, or the generation before it, is in use.';
const olderRemedy = 'The generation before it is in use.';
