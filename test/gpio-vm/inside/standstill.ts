import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { monoMs } from '../../../src/daemon/clock.ts';
import type { Level } from '../../../src/gpio/lines.ts';
import type { Snapshot } from '../../../src/protocol/snapshot.ts';
import type { StoryRig } from '../../stories/support/rig.ts';
import { until } from '../../support/until.ts';
import type { Backend, Scenario, World } from './scenario.ts';
import type { SimChip } from './sim-chip.ts';
import {
  header,
  hold,
  holdMs,
  lines,
  panelIs,
  rhythmIs,
  sensor,
  wiredRig,
  wiring,
} from './wired-rig.ts';

/** So long the daemon is stopped, unless it is said otherwise: two seconds late is too late for a press. In ms. */
const stopMs = 5_000;

/** What a finger does: so long after the daemon was stopped the line goes there. */
type Moves = readonly (readonly [afterMs: number, level: Level])[];

type Case = {
  readonly name: string;
  /** Whether the finger was down when the daemon was stopped, and seen to be. */
  readonly isHeld: boolean;
  readonly moves: Moves;
  /** Whom three fast flashes tell that it counted for nothing. Nobody stamps edges of sysfs: what came and went is not known. */
  readonly told: readonly Backend[];
};

const [down, up] = [0, 1] as const;
const both = ['cdev', 'onoff'] as const;

const cases: readonly Case[] = [
  {
    name: 'a click',
    isHeld: false,
    moves: [
      [1_000, down],
      [1_200, up],
    ],
    told: ['cdev'],
  },
  {
    name: 'a hold',
    isHeld: false,
    moves: [
      [200, down],
      [2_500, up],
    ],
    told: ['cdev'],
  },
  { name: 'a click that began before', isHeld: true, moves: [[300, up]], told: both },
  { name: 'a hold that began before', isHeld: true, moves: [[4_500, up]], told: both },
  { name: 'a hold that goes on after it', isHeld: true, moves: [], told: both },
  {
    name: 'a click, and another press that goes on after it',
    isHeld: true,
    moves: [
      [300, up],
      [4_500, down],
    ],
    told: both,
  },
];

async function recordingRig(world: World, backend: Backend) {
  const chip = header(world);
  const rig = await wiredRig(world, { sensor }, wiring(backend, holdMs));
  world.atEnd(() => rig.daemon.signal('SIGCONT'));
  await rig.startUp();
  await rig.until('the panel is open', panelIs(backend));
  await rig.wish('record.start');
  await rig.until('the light says REC', rhythmIs('recording'));
  return { chip, rig };
}

/** Stops the daemon for so long while a finger moves. */
async function whileStopped(
  { chip, rig }: { readonly chip: SimChip; readonly rig: StoryRig },
  moves: Moves,
  forMs = stopMs,
): Promise<void> {
  rig.daemon.signal('SIGSTOP');
  const fromMs = monoMs();
  const at = (ms: number) =>
    until(`${ms} ms are over`, () => monoMs() - fromMs >= ms, forMs + 5_000);
  for (const [afterMs, level] of moves) {
    await at(afterMs);
    chip.pull(lines.record, level);
  }
  await at(forMs);
  rig.daemon.signal('SIGCONT');
}

const recordsOn = ({ rig }: Snapshot) => rig.state === 'recording' && rig.desired === 'recording';
const isDown = (name: string) => (now: Snapshot) => now.gpio.buttons[name]?.pressed === true;

/** What came before is over, the next press of another button is done, and the light says what is. */
async function goesOn(rig: StoryRig, chip: SimChip, words: string): Promise<void> {
  chip.pull(lines.record, up);
  await rig.until(`${words}: the finger is up`, (now) => !isDown('record')(now));
  const { lastMarker } = rig.me.now().rig;
  chip.pull(lines.mark, down);
  await rig.until(`${words}: the other button is down`, isDown('mark'));
  chip.pull(lines.mark, up);
  await rig.until(`${words}: it has its marker`, (now) => {
    return now.rig.lastMarker !== lastMarker && !isDown('mark')(now);
  });
  assert(recordsOn(rig.me.now()), `${words}: it records on`);
  await rig.until(`${words}: the light says REC`, rhythmIs('recording'));
}

async function fingers(world: World, backend: Backend): Promise<void> {
  const { chip, rig } = await recordingRig(world, backend);
  for (const { name, isHeld, moves, told } of cases) {
    if (isHeld) {
      chip.pull(lines.record, down);
      await rig.until(`${name}: the finger is down`, isDown('record'));
    }
    await whileStopped({ chip, rig }, moves);
    if (told.includes(backend)) {
      await rig.until(`${name}: it is refused`, ({ gpio }) => gpio.refused?.button === 'record');
    }
    await goesOn(rig, chip, name);
  }
  await hold(rig, chip);
}

/** Sysfs wakes for it and finds the level that there was: only that nobody looked meanwhile tells it from a spike. */
async function pressedAnew(world: World): Promise<void> {
  const { chip, rig } = await recordingRig(world, 'onoff');
  chip.pull(lines.record, down);
  await rig.until('the finger is down', isDown('record'));
  const moves: Moves = [
    [300, up],
    [1_900, down],
  ];
  await whileStopped({ chip, rig }, moves, holdMs + 100);
  await rig.until('it is refused', ({ gpio }) => gpio.refused?.button === 'record');
  await goesOn(rig, chip, 'pressed anew');
  await hold(rig, chip);
}

/** More edges than the kernel keeps. */
async function flood(world: World): Promise<void> {
  const { chip, rig } = await recordingRig(world, 'cdev');
  chip.pull(lines.record, down);
  await rig.until('the finger is down', isDown('record'));
  rig.daemon.signal('SIGSTOP');
  for (let edge = 0; edge < 3_000; edge++) chip.pull(lines.record, edge % 2 === 0 ? up : down);
  rig.daemon.signal('SIGCONT');
  await rig.until('the hold is dropped', (now) => !isDown('record')(now));
  await goesOn(rig, chip, 'flooded');
  await rig.until(
    'the button is heard again',
    ({ gpio }) => gpio.buttons['record']?.state === 'ok',
  );
  await hold(rig, chip);
}

/** Sets the wall clock, which a hold must not feel. */
function step(seconds: number): void {
  execFileSync('date', ['-s', `@${Math.round(Date.now() / 1_000) + seconds}`]);
}

async function clockSteps(world: World): Promise<void> {
  const { chip, rig } = await recordingRig(world, 'cdev');
  for (const seconds of [86_400, -172_800]) {
    world.atEnd(() => step(-seconds));
    const fromMs = monoMs();
    chip.pull(lines.record, down);
    await rig.until('the finger is down', isDown('record'));
    step(seconds);
    await rig.until('the hold has its effect', ({ rig: { desired } }) => desired === 'idle');
    const heldMs = monoMs() - fromMs;
    assert(heldMs >= holdMs, `it was a hold after ${heldMs} ms`);
    chip.pull(lines.record, up);
    await rig.until('the rig is idle', ({ rig: { state } }) => state === 'idle');
    await rig.wish('record.start');
    await rig.until('it records', ({ rig: { state } }) => state === 'recording');
  }
}

export const standstillScenarios: Readonly<Record<string, Scenario>> = {
  ...Object.fromEntries(
    both.map((backend): [string, Scenario] => [
      `${backend}: what a finger does while the daemon is stopped (SIGSTOP) stops no recording`,
      (world) => fingers(world, backend),
    ]),
  ),
  'onoff: a button that was let go and pressed anew while the daemon is stopped is no hold':
    pressedAnew,
  'cdev: more edges than the kernel keeps while the daemon is stopped are no hold and no release':
    flood,
  'a step of the wall clock makes no hold longer or shorter': clockSteps,
};
