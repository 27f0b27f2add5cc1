import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault } from '../core/input.ts';
import { type Config, withoutPin } from '../protocol/config.ts';
import type { ProblemCode } from '../protocol/problem.ts';
import type { RunningModules, RuntimeState } from '../protocol/saved.ts';
import { version } from '../protocol/version.ts';
import { ConfigWatch } from './config/config-watch.ts';
import { configuredAs } from './config/configured-as.ts';
import { Preferences } from './config/preferences.ts';
import { Filling } from './host/filling.ts';
import { hostFacts } from './host/host-facts.ts';
import { lookAtMachine, type Machine, makeMachine } from './host/machine.ts';
import { Daemon } from './living-daemon.ts';
import { Line, type Parts, type Place } from './parts.ts';
import type { SavedRecordings } from './recordings/open-session.ts';
import { Recordings } from './recordings/recordings.ts';
import type { SavedTrials } from './recordings/unlisted.ts';
import { damagedFault, type Legacy, makeBoot } from './restore.ts';
import { newEpoch } from './rigdeck.ts';
import { Runs } from './runs/runs.ts';
import { sweepLeftovers } from './store/durable-file.ts';
import { Journal } from './store/journal.ts';
import type { Tell } from './store/kept-file.ts';
import { recoveryFile } from './store/recovery-file.ts';
import { type RunWishes, readRunWishes } from './store/run-wishes.ts';
import { runtimeStateFile } from './store/runtime-state.ts';
import { StartWords } from './store/start-words.ts';

/** Makes all parts, finds out what earlier daemons left, and brings the rig up. */
export async function composeDaemon(place: Place): Promise<Daemon> {
  const epoch = newEpoch();
  const start = new StartWords(place.runDir, (level, message) => place.log.write(level, message));
  start.say('looking at what was left by the one before', 'news');
  try {
    const parts = await makeParts(place, epoch, start);
    const boot = await makeBoot(epoch, place.loaded, parts);
    const daemon = new Daemon(place, parts, boot);
    const { doubt, awaited } = place.recordings;
    await daemon.start([...(doubt === null ? [] : [doubt]), ...firstFaults(parts.legacy)]);
    awaited?.onTaken(() => parts.line.tell((rig) => rig.fault(null, 'not-alone')));
    awaited?.look();
    return daemon;
  } finally {
    start.end();
  }
}

async function makeParts(place: Place, epoch: string, start: StartWords): Promise<Parts> {
  const { loaded, stateDir } = place;
  const line = new Line();
  if (stateDir !== null) await prepareStateDir(stateDir, line);
  const tellState = teller(line, 'state-folder');
  const recovery = recoveryFile(stateDir, tellState);
  const runtime = runtimeStateFile(stateDir, tellState);
  const kept = stateDir === null ? nothingKept : await readRunWishes(place.runDir);
  const running = newestWishes(await recovery.read(), kept);
  const saved = await runtime.read();
  const runs = makeRuns(place, epoch, line);
  const { minFree: minFreeBytes, requireMount } = loaded.config.rig;
  const machine = makeMachine(
    { folder: loaded.recordings, minFreeBytes, requireMount },
    new Filling(saved.data?.filling ?? null, (names) => configuredAs(place.loaded.config, names)),
    process.env,
  );
  const numbers = {
    nextSession: saved.data?.nextSession ?? 1,
    session: saved.data?.session ?? null,
    folder: saved.data?.recordings?.folder,
  };
  const trials = savedTrials(saved.data, running.data, kept.trial);
  const configWatch = new ConfigWatch(
    loaded.file,
    loaded.text,
    teller(line, 'config-changed'),
    place.waiting,
  );
  return {
    runs,
    recordings: makeRecordings(place, machine, { numbers, trials }, line, start),
    journal: new Journal(stateDir, tellState),
    recovery,
    runtime,
    preferences: new Preferences(loaded.file, teller(line, 'preference'), configWatch),
    configWatch,
    machine,
    legacy: {
      running,
      runtime: saved,
      begun: kept.trial,
      found: await runs.adopt(runNumbers(saved)),
    },
    line,
  };
}

function runNumbers({ data }: Legacy['runtime']): Record<string, number> {
  const modules = Object.entries(data?.modules ?? {});
  return Object.fromEntries(modules.map(([name, { run }]) => [name, run]));
}

/** Without a state dir nothing is kept for a next daemon. */
const nothingKept: RunWishes = { data: null, trial: null, damaged: [] };

/** Within one boot the run dir has the newest wishes, whatever the state dir could take. */
function newestWishes(saved: Legacy['running'], kept: RunWishes): Legacy['running'] {
  const damaged = [...kept.damaged, ...saved.damaged];
  if (kept.data === null) return { ...saved, from: ageOf(kept, saved), damaged };
  return { data: kept.data, from: 'current', damaged };
}

/** Where newer wishes were there and cannot be read, those of the state dir may be older than what lives. */
function ageOf(kept: RunWishes, { from }: Legacy['running']): Legacy['running']['from'] {
  return from === 'current' && kept.damaged.length > 0 ? 'previous' : from;
}

async function prepareStateDir(stateDir: string, line: Line): Promise<void> {
  try {
    await mkdir(stateDir, { recursive: true, mode: 0o755 });
    const fault = await sweepLeftovers(stateDir);
    if (fault !== null) line.tell((rig) => rig.fault(null, fault));
  } catch (error) {
    const fault: Fault = {
      code: 'state-folder',
      message: `The state dir ${stateDir} cannot be made: ${String(error)}.`,
      remedy:
        'Wishes are kept in memory only. Correct its owner, or name another with --state-dir.',
    };
    line.tell((rig) => rig.fault(null, fault));
  }
}

function teller(line: Line, code: ProblemCode): Tell {
  return (fault) => line.tell((rig) => rig.fault(null, fault ?? code));
}

function makeRuns({ loaded, runDir, stateDir, log }: Place, epoch: string, line: Line): Runs {
  const specs = Object.entries(loaded.modules).map(([name, { run }]) => [name, run]);
  return new Runs({
    runDir,
    stateDir,
    epoch,
    specs: Object.fromEntries(specs),
    report: (input) =>
      line.tell((rig) => {
        const what = input.type === 'said' ? `said ${input.said.is}` : input.type;
        rig.input(input, `module ${input.module}`, what);
      }),
    fault: (module, fault) => line.tell((rig) => rig.fault(module, fault)),
    heard: () => undefined, // figures are sampled while somebody looks, not pushed
    log: (level, message) => log.write(level, message),
  });
}

function makeRecordings(
  place: Place,
  machine: Machine,
  saved: { readonly numbers: SavedRecordings; readonly trials: SavedTrials },
  line: Line,
  start: StartWords,
): Recordings {
  const { loaded, log } = place;
  return new Recordings(
    {
      folder: loaded.recordings,
      disk: machine.storage,
      sizes: join(place.runDir, 'sizes.json'),
      rig: loaded.config.rig.name,
      savedTrials: saved.trials,
      facts: {
        host: hostFacts,
        versions: { rigdeck: version, node: process.version },
        get config() {
          return { file: place.loaded.file, ...withoutSecrets(place.loaded.config) };
        },
      },
      report: (input) => line.tell((rig) => rig.input(input, 'recordings', input.type)),
      fault: (fault) => line.tell((rig) => rig.fault(null, fault)),
      over: (code) => line.tell((rig) => rig.fault(null, code)),
      clock: machine.clock,
      machine: () => lookAtMachine(machine),
      looking: (session, done, of) =>
        start.say(`looking at session ${session} that was left open: ${done} of ${of} files`),
      stepped: (message) => line.tell((rig) => rig.event('clock-step', null, message)),
      log: (level, message) => log.write(level, message),
    },
    saved.numbers,
  );
}

/** Of a trial whose beginning the recordings disk had not taken when the power went, the state dir may know more. */
function savedTrials(
  runtime: RuntimeState | null,
  running: RunningModules | null,
  begun: RunWishes['trial'],
): SavedTrials {
  const { trial = null, session = null } = runtime ?? {};
  return {
    begun: begun ?? (trial && session && { ...trial, folder: session.folder }),
    starting: running?.start ?? null,
  };
}

/** The manifest lies on a card that others will read; environment variables are where programs keep their passwords. */
function withoutSecrets(config: Config): Record<string, unknown> {
  const modules = Object.entries(config.modules).map(([name, { env, ...rest }]) => {
    return [name, { ...rest, env: Object.keys(env) }];
  });
  return { ...withoutPin(config), modules: Object.fromEntries(modules) };
}

function firstFaults(legacy: Legacy): Fault[] {
  const damaged = damagedFault(legacy);
  return damaged === null ? [] : [damaged];
}
