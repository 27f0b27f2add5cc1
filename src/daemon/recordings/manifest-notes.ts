import { isAbsolute } from 'node:path';
import type {
  Manifest,
  ManifestFile,
  ManifestSegment,
  ManifestTrial,
  ModuleInSegment,
} from '../../protocol/manifest.ts';
import type { ManifestEvent } from '../../protocol/manifest-schema.ts';
import { sayCount } from '../../protocol/units.ts';
import { addFile, pathInSession, segmentByName } from './file-list.ts';
import { addLateGap } from './late-gaps.ts';
import { addGap, beginPause, endGaps, endPause } from './manifest-gaps.ts';

/**
 * How the manifest follows from the events of a session. Every event may come twice: an open session is read back as its
 * last manifest plus all events again, because the events are on disk a little earlier.
 */

/** A manifest that knows nothing yet. */
export function blankManifest(
  rig: string,
  session: { id: string; name: string; startedAt: string },
): Manifest {
  return {
    version: 1,
    rig,
    session: { ...session, endedAt: null },
    host: {},
    versions: {},
    config: {},
    clock: { synchronized: null, offsetMs: null, source: null, steps: [] },
    trials: [],
    gaps: [],
    markers: [],
    problems: [],
    health: {},
  };
}

type Kind = ManifestEvent['is'];
// Written as a mapped type so that the compiler can follow which entry of the table an event chooses.
type EventOf<K extends Kind> = { [P in K]: { is: P } & Extract<ManifestEvent, { is: P }> }[K];
type Take = {
  readonly [K in Kind]: (manifest: Manifest, event: EventOf<K>, sessionPath: string) => void;
};

const take: Take = {
  'session-opened': () => {},
  'trial-began': (manifest, event) => {
    if (trialOf(manifest, event.trial) !== undefined) return;
    const trial = addTrial(manifest, event.trial, event.startedAt);
    trial.label = event.label;
    trial.goMonoNs = event.goMonoNs;
    if (event.wanted !== undefined) trial.wanted = [...event.wanted];
    if (event.recovered) trial.recovered = true;
    const missing = event.wanted?.filter((one) => !event.modules.includes(one)) ?? event.without;
    for (const module of missing) {
      addProblem(manifest, {
        at: event.startedAt,
        module,
        code: 'not-armed',
        message: `trial ${event.trial} began without ${module}`,
      });
    }
  },
  segment: (manifest, event) => {
    const { segment: number, at: startedAt, reason } = event;
    const trial = trialOf(manifest, event.trial) ?? addTrial(manifest, event.trial, startedAt);
    if (segmentOf(trial, number) !== undefined || trial.stoppedAt !== null) return;
    trial.segments.push({ number, startedAt, reason, modules: {} });
  },
  joined: (manifest, event, sessionPath) => {
    const trial = trialOf(manifest, event.trial);
    if (trial === undefined) return;
    addLateGap(manifest, trial, event);
    const entry = entryOf(trial, event.segment, event.module);
    entry.joinedAt ??= event.at;
    entry.firstSampleMonoNs ??= event.firstSampleMonoNs;
    if (event.late) entry.late = true;
    addFiles(manifest, event, sessionPath);
    trial.startSkewMs = startSkewMs(trial);
  },
  files: (manifest, event, sessionPath) => addFiles(manifest, event, sessionPath),
  taken: (manifest, { at, trial: number, segment, module, path, words }) => {
    const trial = trialOf(manifest, number);
    if (trial === undefined) return;
    const { files } = entryOf(trial, segment, module);
    addFile(files, path);
    for (const file of files) if (file.path === path) file.taken = words;
    addProblem(manifest, { at, module, code: 'taken', message: `${path} ${words}` });
  },
  left: (manifest, { at, module, how, trial, segment }) => {
    const known = trialOf(manifest, trial);
    if (known !== undefined) entryOf(known, segment, module).left ??= { at, how };
    if (how === 'finished') return;
    const isCrash = how === 'crashed';
    const code = isCrash ? 'exited' : 'left';
    const words = isCrash ? 'ended unexpectedly in' : 'did not finish its files in order in';
    addProblem(manifest, { at, module, code, message: `${module} ${words} trial ${trial}` });
  },
  gap: (manifest, event) => addGap(manifest, event),
  paused: (manifest, { at, except = [] }) => beginPause(manifest, at, except),
  resumed: (manifest, { at }) => endPause(manifest, at),
  marker: (manifest, { at, monoNs, text, actor, trial }) => {
    const same = manifest.markers.find((one) => one.monoNs === monoNs && one.actor === actor);
    // The same once more brings its words; a line that is read again takes none away.
    if (same === undefined) manifest.markers.push({ at, monoNs, text, actor, trial });
    else same.text = text ?? same.text;
  },
  'ended-early': (manifest, { trial: number, code, message, at }) => {
    const trial = number === null ? undefined : trialOf(manifest, number);
    if (trial !== undefined) trial.endedBy = code;
    addProblem(manifest, { at, module: null, code, message });
  },
  'trial-closed': (manifest, event) => {
    const trial = trialOf(manifest, event.trial);
    if (trial === undefined || trial.stoppedAt !== null) return;
    trial.stoppedAt = event.at;
    trial.outcome = event.outcome;
    // Begun by length, and nobody could go into it.
    trial.segments = trial.segments.filter(
      ({ reason, modules }) => reason !== 'length' || Object.keys(modules).length > 0,
    );
    endGaps(manifest, event.at);
  },
  // Its number is free again: nobody recorded. Its line of `trial-began` stays, and this one undoes it.
  'trial-discarded': (manifest, event) => {
    const trial = trialOf(manifest, event.trial);
    if (trial === undefined || hasRecorded(trial)) return;
    manifest.trials = manifest.trials.filter((one) => one !== trial);
    manifest.problems = manifest.problems.filter((one) => one.at !== trial.startedAt);
  },
  'trial-kept': (manifest, { trial: number, files, at }) => {
    const trial = trialOf(manifest, number) ?? addTrial(manifest, number, at);
    if (trial.segments.length === 0) addSegment(trial, 1);
    if (files.length === 0) return;
    const held = sayCount(files.length, 'file holds', 'files hold');
    const message = trial.recovered
      ? `no word of trial ${number} was on disk; what is known of it is read from its files (${files.length})`
      : `trial ${number} was not started in order, and ${held} data, which is kept`;
    addProblem(manifest, { at, module: null, code: 'kept', message });
  },
  configured: (manifest, { at, config }) => {
    manifest.configs ??= [];
    if (manifest.configs.some((one) => one.at === at)) return;
    manifest.configs.push({ at, config });
  },
  health: (manifest, { session, trial: told }) => {
    manifest.health = session;
    const trial = told === null ? undefined : trialOf(manifest, told.number);
    if (trial !== undefined && told !== null) trial.health = told.health;
  },
  'session-ended': (manifest, { at }) => {
    manifest.session.endedAt ??= at;
  },
};

/** Takes one event into the manifest. One that it already knows, or that fits nowhere, changes nothing. */
export function takeEvent<K extends Kind>(
  manifest: Manifest,
  event: EventOf<K>,
  sessionPath: string,
): void {
  take[event.is](manifest, event, sessionPath);
}

/** A trial by its number. */
export function trialOf(manifest: Manifest, number: number): ManifestTrial | undefined {
  return manifest.trials.find((trial) => trial.number === number);
}

/** Every file of some trials. */
export function filesIn(trials: readonly ManifestTrial[]): ManifestFile[] {
  return trials
    .flatMap((trial) => trial.segments)
    .flatMap((segment) => Object.values(segment.modules))
    .flatMap((entry) => entry.files);
}

/** Whether any module confirmed that it recorded in this trial, or has files in it. */
export function hasRecorded(trial: ManifestTrial): boolean {
  return trial.segments.some((segment) => Object.keys(segment.modules).length > 0);
}

function segmentOf(trial: ManifestTrial, number: number): ManifestSegment | undefined {
  return trial.segments.find((segment) => segment.number === number);
}

/** Adds a trial; of one whose beginning was lost with the files of this session, more is not known. */
function addTrial(manifest: Manifest, number: number, startedAt: string): ManifestTrial {
  const trial: ManifestTrial = {
    number,
    label: null,
    startedAt,
    stoppedAt: null,
    goMonoNs: '0',
    startSkewMs: null,
    outcome: 'interrupted', // what is true of a trial that is never closed
    segments: [],
  };
  manifest.trials.push(trial);
  manifest.trials.sort((a, b) => a.number - b.number); // one may be found late, by its files
  return trial;
}

function addSegment(trial: ManifestTrial, number: number): ManifestSegment {
  const segment = { number, startedAt: trial.startedAt, reason: 'start', modules: {} } as const;
  trial.segments.push(segment);
  return segment;
}

/** What the manifest says of a module in a segment; made where it is missing. */
export function entryOf(trial: ManifestTrial, number: number, module: string): ModuleInSegment {
  const segment = segmentOf(trial, number) ?? addSegment(trial, number);
  const known = segment.modules[module];
  if (known !== undefined) return known;
  const entry: ModuleInSegment = { firstSampleMonoNs: null, files: [] };
  segment.modules[module] = entry;
  return entry;
}

/** Adds a problem once. */
export function addProblem(manifest: Manifest, problem: Manifest['problems'][number]): void {
  const { at, module, message } = problem;
  const isSame = (one: typeof problem) =>
    one.at === at && one.module === module && one.message === message;
  if (!manifest.problems.some(isSame)) manifest.problems.push(problem);
}

function addFiles(
  manifest: Manifest,
  event: { trial: number; segment: number; module: string; files: readonly string[] },
  sessionPath: string,
): void {
  const trial = trialOf(manifest, event.trial);
  if (trial === undefined) return;
  for (const file of event.files) {
    const path = pathInSession(sessionPath, file);
    // A module that is stopped while it splits names its new file before it has said that it is in it.
    const named = segmentByName(event.module, event.trial, path);
    const isKnown = named !== null && segmentOf(trial, named) !== undefined;
    const { files } = entryOf(trial, isKnown ? named : event.segment, event.module);
    addFile(files, path);
    if (isAbsolute(path)) {
      addProblem(manifest, {
        at: trial.startedAt,
        module: event.module,
        code: 'outside',
        message: `records outside the session folder: ${path}`,
      });
    }
  }
}

/** Latest minus earliest first sample of those that began together, in ms; null when fewer than two report. */
function startSkewMs(trial: ManifestTrial): number | null {
  const together = Object.values(trial.segments[0]?.modules ?? {}).filter((one) => !one.late);
  const samples = together.flatMap((one) =>
    one.firstSampleMonoNs === null ? [] : [BigInt(one.firstSampleMonoNs)],
  );
  const sorted = samples.sort((a, b) => (a < b ? -1 : 1));
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined || samples.length < 2) return null;
  return Math.round(Number(last - first) / 1_000) / 1_000;
}
