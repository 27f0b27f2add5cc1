import { expect, test } from 'vitest';
import { retryAfter } from '../../src/core/restart.ts';
import { begun, type CoreRig, there } from './support/core-rig.ts';
import type { ModulePlan } from './support/plan.ts';

const always = { policy: 'always', initial: 500, factor: 2, max: 60_000 } as const;
const exit = (code: number) => ({ code, signal: null });

/** A mic that is just being started, beside a module that works: a rig in `error` would retry it at once. */
function startingMic(mic: ModulePlan = {}): CoreRig {
  const rig = begun({ modules: { mic, gps: {} } });
  rig.saysReady('gps');
  rig.forget();
  return rig;
}

function readyMic(mic: ModulePlan = {}): CoreRig {
  const rig = startingMic(mic);
  rig.saysReady('mic');
  return rig;
}

/** How long from now until the module is tried again, in ms. */
function pauseOf(rig: CoreRig, name = 'mic'): number {
  return Date.parse(there(rig.module(name).retryAt, 'retry')) - rig.wallMs;
}

/** It is started again and ends at once. */
function failsAgain(rig: CoreRig): void {
  rig.pass(pauseOf(rig));
  rig.exits('mic');
}

test('the pauses double from half a second up to a minute, each 20 % shorter or longer', () => {
  const pauses = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((failures) => {
    const all = Array.from({ length: 200 }, (_, n) =>
      there(retryAfter(always, failures, exit(1), 0, `module ${n}`).delayMs, 'pause'),
    );
    return { shortest: Math.min(...all), longest: Math.max(...all) };
  });
  for (const [failures, { shortest, longest }] of pauses.entries()) {
    const pause = Math.min(500 * 2 ** failures, 60_000);
    expect(shortest).toBeGreaterThanOrEqual(pause * 0.8);
    expect(shortest).toBeLessThan(pause * 0.85);
    expect(longest).toBeLessThanOrEqual(Math.min(pause * 1.2, 60_000));
    expect(longest).toBeGreaterThanOrEqual(Math.min(pause * 1.15, 60_000));
  }
});

test('modules that die together do not come back together', () => {
  const pauses = ['mic 1', 'camera 1', 'gps 1', 'mic 2'].map(
    (seed) => retryAfter(always, 4, exit(1), 0, seed).delayMs,
  );
  expect(new Set(pauses).size).toBe(4);
});

test('a module that had run well is started again at once', () => {
  const rig = readyMic();
  rig.pass(10_000);
  rig.exits('mic');
  expect(rig.module('mic')).toMatchObject({ state: 'crashed', phase: 'backoff' });
  expect(pauseOf(rig)).toBe(0);
  rig.pass(0);
  expect(rig.module('mic')).toMatchObject({ state: 'starting', run: 2, restarts: 1 });
  expect(rig.of('spawn')).toEqual([{ type: 'spawn', module: 'mic', run: 2, restarts: 1 }]);
});

test('a module that crashes right after its start is started again after half a second', () => {
  const rig = readyMic();
  rig.pass(9_999);
  rig.exits('mic');
  expect(pauseOf(rig)).toBeGreaterThanOrEqual(400);
  expect(pauseOf(rig)).toBeLessThanOrEqual(600);
  rig.pass(399);
  expect(rig.of('spawn')).toEqual([]);
  rig.pass(201);
  expect(rig.of('spawn')).toHaveLength(1);
});

test('a slow start is no good running: what counts is how long it was ready', () => {
  const rig = startingMic();
  rig.pass(25_000);
  rig.exits('mic');
  expect(pauseOf(rig)).toBeGreaterThan(0);
});

test('after ten failures in a row there is one try every ten minutes, for ever', () => {
  const rig = startingMic();
  rig.exits('mic');
  for (let n = 2; n <= 9; n++) failsAgain(rig);
  expect(pauseOf(rig)).toBeLessThanOrEqual(60_000);
  for (let n = 10; n <= 40; n++) {
    failsAgain(rig);
    expect(pauseOf(rig)).toBe(600_000);
  }
  expect(rig.module('mic')).toMatchObject({ desired: 'on', state: 'crashed', restarts: 39 });
  expect(rig.module('mic').problem).toMatchObject({ count: 40 });
});

test('a minute of good running forgives all failures', () => {
  const rig = startingMic();
  rig.exits('mic');
  for (let n = 0; n < 5; n++) failsAgain(rig);
  rig.pass(pauseOf(rig));
  rig.saysReady('mic');
  rig.pass(59_999);
  expect(rig.manager.state().modules['mic']?.failures).toBe(6);
  rig.pass(1);
  expect(rig.manager.state().modules['mic']?.failures).toBe(0);
  rig.exits('mic');
  failsAgain(rig);
  expect(pauseOf(rig)).toBeLessThanOrEqual(600);
});

test('an end after ten good seconds neither adds to the failures nor forgives them', () => {
  const rig = startingMic({ failures: 4 });
  rig.saysReady('mic');
  rig.pass(20_000);
  rig.exits('mic');
  expect(pauseOf(rig)).toBe(0);
  failsAgain(rig);
  expect(pauseOf(rig)).toBeGreaterThanOrEqual(8_000 * 0.8);
});

test('an end with exit code 0 is a crash like any other while the module is wanted', () => {
  const rig = readyMic();
  rig.exits('mic', { code: 0 });
  expect(rig.module('mic')).toMatchObject({ state: 'crashed', problem: { code: 'exited' } });
  expect(rig.module('mic').retryAt).not.toBeNull();
});

test('a configuration error ends in error and in no loop', () => {
  const rig = startingMic();
  rig.exits('mic', { code: 78 }, ['rate must be a number']);
  expect(rig.module('mic')).toMatchObject({
    state: 'error',
    desired: 'on',
    retryAt: null,
    problem: { code: 'bad-configuration', exit: { code: 78 } },
  });
  rig.forget();
  rig.pass(86_400_000);
  expect(rig.of('spawn')).toEqual([]);
  rig.ask({ kind: 'module.retry', module: 'mic' });
  expect(rig.of('spawn')).toHaveLength(1);
});

test('a program that cannot be started is an error that says what to do, and is tried when a person says so', () => {
  const rig = startingMic();
  rig.input({
    type: 'spawn-failed',
    module: 'mic',
    run: 1,
    message: 'no such file',
    remedy: 'check',
    transient: false,
  });
  expect(rig.module('mic')).toMatchObject({ state: 'error', problem: { code: 'cannot-start' } });
  rig.pass(120_000);
  expect(rig.of('spawn')).toHaveLength(0);
  rig.ask({ kind: 'module.restart', module: 'mic' });
  rig.saysReady('mic');
  expect(rig.module('mic')).toMatchObject({ state: 'idle', problem: null, restarts: 1 });
});

test('a module that cannot be started for now, as there is no space, is tried again by itself', () => {
  const rig = startingMic();
  const noSpace = { message: 'no space left', remedy: 'make room', transient: true };
  rig.input({ type: 'spawn-failed', module: 'mic', run: 1, ...noSpace });
  expect(rig.module('mic')).toMatchObject({ phase: 'backoff', problem: { code: 'cannot-start' } });
  rig.pass(1_000);
  expect(rig.module('mic')).toMatchObject({ phase: 'spawning', run: 2 });
  rig.saysReady('mic');
  expect(rig.module('mic')).toMatchObject({ state: 'idle', problem: null });
});

test('policy never: it stays crashed, and the problem names the policy', () => {
  const restart = { ...always, policy: 'never' } as const;
  const rig = readyMic({ restart });
  rig.pass(3_600_000);
  rig.exits('mic', { signal: 'SIGKILL' });
  expect(rig.module('mic')).toMatchObject({ state: 'crashed', retryAt: null, desired: 'on' });
  expect(rig.module('mic').problem?.message).toContain('never');
  expect(rig.manager.nextDeadline()).toBeNull();
});

test('policy on-failure: it stays down after exit code 0 and is tried again after any other end', () => {
  const restart = { ...always, policy: 'on-failure' } as const;
  const rig = readyMic({ restart });
  rig.exits('mic', { code: 1 });
  expect(rig.module('mic').retryAt).not.toBeNull();
  rig.pass(pauseOf(rig));
  rig.exits('mic', { code: 0 });
  expect(rig.module('mic').problem?.message).toContain('on-failure');
  expect(rig.module('mic').retryAt).toBeNull();
});

test('retry now is one intent, and does nothing to a module that needs none', () => {
  const rig = readyMic();
  expect(rig.ask({ kind: 'module.retry', module: 'mic' }).verdict).toMatchObject({
    outcome: 'unchanged',
  });
  rig.exits('mic');
  const { verdict } = rig.ask({ kind: 'module.retry', module: 'mic' });
  expect(verdict).toMatchObject({ ok: true, outcome: 'accepted' });
  expect(rig.module('mic').state).toBe('starting');
});

test('what an earlier run does late is history and changes nothing', () => {
  const rig = readyMic();
  rig.exits('mic');
  rig.pass(600);
  const before = rig.snapshot();
  expect(before.modules['mic']).toMatchObject({ state: 'starting', run: 2 });
  const late = { module: 'mic', run: 1 } as const;
  const at = new Date(rig.wallMs).toISOString();
  rig.input({ type: 'exited', ...late, exit: exit(1), lastWords: [], at });
  rig.input({ type: 'said', ...late, said: { is: 'ready', version: null, can: [] } });
  rig.input({ type: 'spawned', ...late, pid: 7 });
  expect(rig.snapshot()).toEqual(before);
});

test('a start that takes too long is a failure, and the next one comes after the old process is gone', () => {
  const rig = startingMic({ startMs: 8_000 });
  rig.pass(7_999);
  expect(rig.module('mic').problem).toBeNull();
  rig.pass(1);
  expect(rig.module('mic')).toMatchObject({
    state: 'starting',
    phase: 'terminating',
    problem: { code: 'start-timeout' },
  });
  rig.exits('mic', { signal: 'SIGINT' });
  expect(rig.module('mic')).toMatchObject({ state: 'crashed', problem: { code: 'start-timeout' } });
  expect(pauseOf(rig)).toBeGreaterThanOrEqual(400);
});

test('a new wish begins a new series of tries', () => {
  const rig = startingMic({ failures: 9 });
  rig.exits('mic');
  expect(pauseOf(rig)).toBe(600_000);
  rig.ask({ kind: 'module.disable', module: 'mic' });
  expect(rig.module('mic')).toMatchObject({ state: 'disabled', problem: null });
  rig.ask({ kind: 'module.enable', module: 'mic' });
  rig.exits('mic');
  expect(pauseOf(rig)).toBeLessThanOrEqual(600);
});

test('a clock that jumps moves no retry', () => {
  const rig = readyMic();
  rig.exits('mic');
  const before = rig.snapshot();
  rig.wallMs += 86_400_000;
  rig.input({ type: 'deadline' });
  expect(rig.snapshot()).toEqual(before);
});
