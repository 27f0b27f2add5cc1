import type { ModuleSpec } from '../../src/core/spec.ts';
import type { Prng } from '../support/prng.ts';

/** How a simulated module behaves. Chances are per occasion, and 0 once the chaos is over. */
export type Habits = {
  readonly spawnFails: number;
  readonly slowStart: number;
  readonly neverReady: number;
  readonly armFails: number;
  readonly neverAnswers: number;
  readonly lies: number;
  readonly crashes: number;
  readonly diesYoung: number;
  readonly badConfiguration: number;
  readonly ignoresEnd: number;
  readonly immortal: number;
  readonly freezes: number;
  readonly babbles: number;
  readonly quitsTake: number;
  readonly splitFails: number;
};

export const goodHabits: Habits = {
  spawnFails: 0,
  slowStart: 0,
  neverReady: 0,
  armFails: 0,
  neverAnswers: 0,
  lies: 0,
  crashes: 0,
  diesYoung: 0,
  badConfiguration: 0,
  ignoresEnd: 0,
  immortal: 0,
  freezes: 0,
  babbles: 0,
  quitsTake: 0,
  splitFails: 0,
};

/** What a life has in store: the rig's configuration, the modules' habits, and how wild the world is. */
export type Plan = {
  readonly specs: Readonly<Record<string, ModuleSpec>>;
  readonly habits: Readonly<Record<string, Habits>>;
  readonly onMissingModule: 'refuse' | 'start-without';
  readonly autostart: 'never' | 'always' | 'resume';
  /** A new segment after so much recording; 0 for never. */
  readonly segmentMs: number;
  readonly segmentWithGap: boolean;
  readonly chaosMs: number;
  /** Mean pause between two intents, in ms. */
  readonly intentMs: number;
  readonly storeFails: number;
  /** Mean pause between two reports that come late or twice, in ms; 0 for none. */
  readonly echoMs: number;
  readonly kills: number;
  readonly powerCuts: number;
  readonly stops: number;
};

const names = ['gps', 'mic', 'cam', 'imu', 'constructor'] as const;

export function makePlan(prng: Prng): Plan {
  const count = prng.pick([1, 2, 2, 3, 3, 3, 4, 5]);
  const chosen = names.slice(0, count);
  const wild = prng.pick([0, 0.2, 0.5, 1, 1]);
  return {
    specs: Object.fromEntries(chosen.map((name, at) => [name, makeSpec(prng, at)])),
    habits: Object.fromEntries(chosen.map((name) => [name, makeHabits(prng, wild)])),
    onMissingModule: prng.pick(['refuse', 'refuse', 'start-without']),
    autostart: prng.pick(['resume', 'resume', 'always', 'never']),
    segmentMs: prng.pick([0, 0, 2_000, 7_000]),
    segmentWithGap: prng.chance(0.4),
    chaosMs: prng.pick([10_000, 20_000, 40_000, 60_000, 120_000]),
    intentMs: prng.pick([500, 1_500, 5_000]),
    storeFails: prng.pick([0, 0, 0.15, 0.4]),
    echoMs: prng.pick([0, 0, 2_000, 300]),
    kills: prng.pick([0, 0, 1, 2]),
    powerCuts: prng.pick([0, 0, 0, 1]),
    stops: prng.pick([0, 0, 1]),
  };
}

function makeSpec(prng: Prng, at: number): ModuleSpec {
  const earlier = names.slice(0, at);
  return {
    protocol: prng.pick(['rigdeck/1', 'rigdeck/1', 'rigdeck/1', 'none']),
    required: prng.chance(0.7),
    group: prng.pick(['main', 'main', 'av']),
    after: earlier.filter(() => prng.chance(0.4)),
    startMs: prng.pick([2_000, 10_000, 30_000]),
    armMs: prng.pick([1_000, 5_000, 10_000]),
    stopMs: prng.pick([2_000, 10_000]),
    evidenceMs: prng.pick([1_000, 5_000]),
    onStall: prng.pick(['show', 'show', 'restart']),
    restart: {
      policy: prng.pick(['always', 'always', 'always', 'on-failure', 'never']),
      initial: 500,
      factor: 2,
      max: 60_000,
    },
  };
}

function makeHabits(prng: Prng, wild: number): Habits {
  const some = (most: number) => (prng.chance(0.35 * wild) ? prng.next() * most : 0);
  return {
    spawnFails: some(0.2),
    slowStart: some(0.5),
    neverReady: some(0.3),
    armFails: some(0.5),
    neverAnswers: some(0.3),
    lies: some(0.4),
    crashes: some(0.3),
    diesYoung: prng.chance(0.15 * wild) ? prng.pick([0.3, 0.8, 1]) : 0,
    badConfiguration: some(0.5),
    ignoresEnd: some(0.7),
    immortal: some(0.2),
    freezes: some(0.3),
    babbles: some(0.6),
    quitsTake: some(0.3),
    splitFails: some(0.5),
  };
}
