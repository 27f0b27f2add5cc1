import { Broken, hold } from './broken.ts';
import type { Core } from './core-under-test.ts';
import { unrest } from './rest.ts';
import { World } from './world.ts';

export type Outcome = {
  readonly seed: number;
  readonly steps: number;
  /** What was broken, or null. */
  readonly broken: string | null;
  readonly story: readonly string[];
};

/** A rig that is left alone is at rest within this long: the rarest try is one every ten minutes. */
const restMs = 15 * 60_000;

/** Lives one life of a rig, from the first boot through the chaos to the calm after it. */
export function live(core: Core, seed: number, tells = false): Outcome {
  const world = new World(core, seed, tells);
  let broken: string | null = null;
  try {
    liveThrough(world);
  } catch (error) {
    // The core's own invariants are as good as ours.
    if (!(error instanceof Error)) throw error;
    broken = error instanceof Broken ? error.message : `${error.message}\n${error.stack ?? ''}`;
  }
  return { seed, steps: world.steps, broken, story: world.story };
}

function liveThrough(world: World): void {
  world.bootDaemon(true);
  bringTrouble(world);
  const endMs = world.time.monoMs + world.plan.chaosMs;
  while (world.time.monoMs < endMs && world.turn());
  world.isCalm = true;
  world.tell(() => '--- calm');
  if (world.daemon === null) world.bootDaemon(false);
  for (const process of world.processes.living()) {
    process.frozenUntilMs = 0;
    process.immortalUntilMs = 0;
  }
  const restByMs = world.time.monoMs + restMs;
  while (unrest(world) !== null) {
    hold(world.time.monoMs < restByMs, `no rest: ${unrest(world)}`);
    hold(world.turn(), `nothing will ever happen: ${unrest(world)}`);
  }
}

/** Everything that will happen of itself until the calm. */
function bringTrouble(world: World): void {
  const { prng, plan, time } = world;
  const somebody = () => {
    if (world.isCalm) return;
    world.somebody();
    time.after(prng.int(1, plan.intentMs * 2), somebody);
  };
  time.after(prng.int(1, 3_000), somebody);
  const echo = () => {
    if (world.isCalm) return;
    world.echo();
    time.after(prng.int(1, plan.echoMs * 2), echo);
  };
  if (plan.echoMs > 0) time.after(plan.echoMs, echo);
  const sometime = () => prng.int(0, plan.chaosMs - 1);
  const soon = () => prng.pick([10, 300, 3_000, 20_000]);
  for (let n = 0; n < plan.kills; n++) time.after(sometime(), () => kill(world, soon()));
  for (let n = 0; n < plan.powerCuts; n++) time.after(sometime(), () => cut(world, soon()));
  for (let n = 0; n < plan.stops; n++) time.after(sometime(), () => stopAtABadMoment(world));
  if (prng.chance(0.4)) time.after(sometime(), () => setClockAtABadMoment(world));
}

/** Best while a start waits for its time. */
function setClockAtABadMoment(world: World): void {
  const isBad = () => world.daemon?.manager.state().scheduled != null;
  until(world, isBad, 10_000, () => {
    const byMs = world.prng.pick([-3_600_000, -8_000, 5_000, 86_400_000]);
    world.tell(() => `--- the clock steps by ${byMs} ms`);
    world.time.wallAheadMs += byMs;
    world.input({ type: 'clock-stepped', byMs }, 'clock');
  });
}

function kill(world: World, downMs: number): void {
  if (world.daemon === null) return;
  world.killDaemon();
  world.time.after(downMs, () => {
    if (world.daemon === null) world.bootDaemon(false);
  });
}

function cut(world: World, downMs: number): void {
  world.cutPower();
  world.time.after(downMs, () => {
    if (world.daemon === null) world.bootDaemon(true);
  });
}

/** Best while some module is down and waits to be tried again. */
function stopAtABadMoment(world: World): void {
  const isBad = () =>
    Object.values(world.daemon?.manager.state().modules ?? {}).some(
      ({ life }) => life.name === 'crashed' && life.retry !== null,
    );
  until(world, isBad, 10_000, () => stop(world));
}

/** The controlled stop, each step after the one before is done or its budget is spent. */
function stop(world: World): void {
  const { daemon, time } = world;
  if (daemon === null) return;
  const isOurs = () => world.daemon === daemon;
  world.input({ type: 'close', step: 'refuse-intents' }, 'pi');
  world.input({ type: 'close', step: 'stop-recording' }, 'pi');
  const end = () => {
    world.killDaemon();
    world.saved.forget();
    for (const process of world.processes.living()) process.signal('SIGKILL');
    time.after(100, () => {
      if (world.daemon === null) world.bootDaemon(false);
    });
  };
  const isIdle = () => daemon.manager.state().recording.name === 'idle';
  const stopModules = () => {
    if (!isOurs()) return;
    world.input({ type: 'close', step: 'stop-modules' }, 'pi');
    until(
      world,
      () => !isOurs() || world.processes.living().length === 0,
      300_000,
      () => isOurs() && end(),
    );
  };
  until(world, () => !isOurs() || isIdle(), 300_000, stopModules);
}

function until(world: World, holds: () => boolean, budgetMs: number, then: () => void): void {
  if (holds() || budgetMs <= 0) return then();
  world.time.after(100, () => until(world, holds, budgetMs - 100, then));
}
