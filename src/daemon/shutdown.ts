import { setTimeout as pause } from 'node:timers/promises';
import type { CloseStep } from '../core/input.ts';
import { hasProcess } from '../core/reconcile.ts';
import type { RigState } from '../core/state.ts';
import { wordsOf } from '../protocol/words-of.ts';

/** One step of the controlled stop: what it does, how to see that it is done, and how long it may take. */
export type ShutdownStep = {
  readonly name: string;
  readonly budgetMs: number;
  /** May give a promise, which is waited for. */
  run(): unknown;
  /** What is not done yet, in words that name who is waited for; null when it is done. */
  missing(): string | null;
  /** What is missing will not come, however long it is waited for. */
  isHopeless?(): boolean;
};

export type ShutdownPort = {
  readonly steps: readonly ShutdownStep[];
  /** A step is being worked on; told again when what is missing changes. */
  progress(step: string, missing: string | null): void;
  /** A step failed for good: a state dump and a recovery entry are to be written. The rest goes on. */
  failed(step: string, missing: string): Promise<void>;
};

/** How often a step looks whether it is done, and how often it is tried again within its budget. */
const lookMs = 25;
const tries = 3;

/**
 * The controlled stop: each step is verified before the next begins, tried three times within its budget, and given up with
 * a record of what was missing.
 *
 * @returns the steps that failed, each as `<step>: <what was missing>`
 */
export async function runShutdown(port: ShutdownPort): Promise<string[]> {
  const failed: string[] = [];
  for (const step of port.steps) {
    port.progress(step.name, null);
    const missing = await work(step, port);
    if (missing === null) continue;
    failed.push(`${step.name}: ${missing}`);
    await port.failed(step.name, missing);
  }
  return failed;
}

async function work(step: ShutdownStep, port: ShutdownPort): Promise<string | null> {
  const end = performance.now() + step.budgetMs;
  let missing: string | null = null;
  for (let attempt = 1; attempt <= tries; attempt++) {
    try {
      await withDeadline(step.run(), Math.max(0, end - performance.now()));
      missing = await watch(step, port, end - (step.budgetMs * (tries - attempt)) / tries);
    } catch (error) {
      missing = wordsOf(error);
    }
    if (missing === null || step.isHopeless?.() === true) return missing;
  }
  return missing;
}

async function withDeadline(work: unknown, ms: number): Promise<void> {
  const over = new AbortController();
  const late = pause(ms, null, { signal: over.signal }).then(() => {
    throw new Error(`it did not answer within ${Math.round(ms / 1_000)} s`);
  });
  late.catch(() => undefined); // it loses the race, and is told so by the abort
  try {
    await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}

async function watch(
  step: ShutdownStep,
  port: ShutdownPort,
  until: number,
): Promise<string | null> {
  let told: string | null = null;
  for (;;) {
    const missing = step.missing();
    if (missing === null) return null;
    if (missing !== told) port.progress(step.name, missing);
    told = missing;
    if (performance.now() >= until || step.isHopeless?.() === true) return missing;
    await pause(lookMs);
  }
}

export type CloseSteps = {
  state(): RigState;
  close(step: CloseStep): void;
  /** Brings the recordings folder to disk. */
  flushRecordings(): Promise<unknown>;
  /** What of it is not on disk, in words; null when everything is. */
  unwrittenRecordings(): string | null;
  /** Whether its place is gone, so that no wait brings it to disk. */
  recordingsAreLost(): boolean;
  /** Commands on events that still run get a moment. */
  finishHooks(): Promise<void>;
  /** Wishes, numbers, preferences and journal. Gives what could not be written. */
  flushState(): Promise<string | null>;
  killLeftovers(): void;
  /** Processes of modules that are not gone though their modules are, in words; null when there are none. */
  leftBehind(): string | null;
  closeSockets(): Promise<void>;
  /** Buttons and LEDs are given back; LEDs go to where they are to be left. */
  releaseLines(): void;
  /** For a machine that is switched off next: what anybody has written goes to the disks. Null where it stays on. */
  readonly flushDisks: (() => Promise<void>) | null;
};

/** The named steps, in their order. Each budget covers the slowest module's own. */
export function controlledStop(port: CloseSteps): ShutdownStep[] {
  const slowest = Math.max(0, ...modules(port).map((module) => module.spec.stopMs));
  let unwritten: string | null = 'state is not on disk yet';
  const wasRecording = port.state().recording.name !== 'idle';
  const lost = () => (wasRecording ? lostFiles(port.state()) : null);
  return [
    {
      name: 'refuse new intents',
      budgetMs: 1_000,
      run: () => port.close('refuse-intents'),
      missing: () => (port.state().closing === 'no' ? 'intents are still taken' : null),
    },
    {
      name: 'stop recording',
      // A module that says it makes progress may take longer than its budget; the core ends one that does not.
      budgetMs: slowest * 4 + 60_000,
      run: () => port.close('stop-recording'),
      missing: () => stillRecording(port.state()),
    },
    {
      name: 'verify files closed',
      budgetMs: 30_000,
      run: () => port.flushRecordings(),
      missing: () => port.unwrittenRecordings() ?? lost(),
      isHopeless: () => port.recordingsAreLost() || lost() !== null,
    },
    {
      name: 'stop modules',
      budgetMs: slowest * Math.max(1, modules(port).length) + 30_000,
      run: () => port.close('stop-modules'),
      missing: () => stillLiving(port.state()),
    },
    {
      name: 'verify processes gone',
      budgetMs: 10_000,
      run: () => port.killLeftovers(),
      missing: () => stillLiving(port.state()) ?? port.leftBehind(),
    },
    {
      name: 'finish hooks',
      budgetMs: 10_000,
      run: () => port.finishHooks(),
      missing: () => null,
    },
    {
      name: 'flush state',
      budgetMs: 10_000,
      run: async () => {
        unwritten = await port.flushState();
      },
      missing: () => unwritten,
    },
    ...(port.flushDisks === null
      ? []
      : [{ name: 'flush disks', budgetMs: 90_000, run: port.flushDisks, missing: () => null }]),
    { name: 'close sockets', budgetMs: 5_000, run: () => port.closeSockets(), missing: () => null },
    { name: 'release lines', budgetMs: 5_000, run: () => port.releaseLines(), missing: () => null },
  ];
}

function modules(port: CloseSteps) {
  return Object.values(port.state().modules);
}

function stillRecording({ recording, modules: all }: RigState): string | null {
  if (recording.name === 'idle') return null;
  const busy = Object.values(all).filter(
    ({ life }) => life.name === 'up' && life.take.name !== 'idle',
  );
  const names = busy.map((module) => module.name).join(', ');
  return names === '' ? 'the trial is being closed' : `${names} is finishing its files`;
}

/** What the stop found of the trial's files, where it is done in part only for it: no wait brings them back. */
function lostFiles({ stopPartly, problems }: RigState): string | null {
  const isOfFiles = problems.some(
    ({ code, message }) => code === 'verdict' && message === stopPartly,
  );
  return isOfFiles ? stopPartly : null;
}

function stillLiving({ modules: all }: RigState): string | null {
  const names = Object.values(all)
    .filter((module) => hasProcess(module) || module.life.name === 'waiting')
    .map((module) => module.name);
  return names.length === 0 ? null : `${names.join(', ')} has not ended`;
}
