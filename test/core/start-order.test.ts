import { expect, test } from 'vitest';
import { begun } from './support/core-rig.ts';

const chain = { modules: { mic: { after: ['gps'] }, gps: { after: ['clock'] }, clock: {} } };

test('a module waits until the one that it comes after is ready, and a living process is not enough', () => {
  const rig = begun(chain);
  expect(rig.of('spawn').map(({ module }) => module)).toEqual(['clock']);
  rig.spawned('clock');
  expect(rig.module('gps')).toMatchObject({ state: 'starting', phase: 'waiting', pid: null });
  rig.saysReady('clock');
  expect(rig.of('spawn').map(({ module }) => module)).toEqual(['clock', 'gps']);
  rig.saysReady('gps');
  expect(rig.of('spawn').map(({ module }) => module)).toEqual(['clock', 'gps', 'mic']);
});

test('modules that wait for nobody are started together, at once', () => {
  const rig = begun({ modules: { mic: {}, camera: {}, gps: {} } });
  expect(rig.of('spawn')).toHaveLength(3);
});

test.each([
  ['crashed', 'exits'],
  ['cannot be started', 'spawn-failed'],
  ['reports an error', 'reports'],
])('a module that %s holds up nobody who comes after it', (_, how) => {
  const rig = begun({ modules: { mic: { after: ['gps'] }, gps: {} } });
  if (how === 'exits') rig.exits('gps');
  if (how === 'reports') rig.reports('gps', 'no antenna');
  if (how === 'spawn-failed') {
    rig.input({
      type: 'spawn-failed',
      module: 'gps',
      run: 1,
      message: 'gone',
      remedy: '',
      transient: false,
    });
  }
  expect(rig.module('mic').phase).toBe('spawning');
});

test('a module that starts too slowly holds the others up until it is ended, and no longer', () => {
  const rig = begun({ modules: { mic: { after: ['gps'] }, gps: { startMs: 5_000 } } });
  rig.pass(5_000);
  expect(rig.module('mic').phase).toBe('waiting');
  rig.exits('gps', { signal: 'SIGINT' });
  expect(rig.module('mic').phase).toBe('spawning');
});

test('a module that even SIGKILL does not end holds up nobody for ever', () => {
  const rig = begun({ modules: { mic: { after: ['gps'] }, gps: { startMs: 5_000 } } });
  rig.pass(20_000);
  expect(rig.module('gps').problem?.message).toContain('SIGKILL');
  expect(rig.module('mic').phase).toBe('spawning');
});

test('nobody waits for a module that is not wanted, or not wanted any more', () => {
  const rig = begun({
    modules: {
      mic: { after: ['gps'] },
      gps: { desired: 'off' },
      camera: { after: ['lamp'] },
      lamp: {},
    },
  });
  expect(rig.module('mic').phase).toBe('spawning');
  expect(rig.module('camera').phase).toBe('waiting');
  rig.ask({ kind: 'module.disable', module: 'lamp' });
  expect(rig.module('camera').phase).toBe('spawning');
});

test('a module that still waits has nothing to stop: it is off at once, and by way of stopping', () => {
  const rig = begun(chain);
  const asked = rig.ask({ kind: 'module.disable', module: 'mic', waitMs: 1_000 });
  expect(rig.module('mic')).toMatchObject({ state: 'stopping', phase: null, pid: null });
  rig.pass(0);
  expect(asked.verdict).toMatchObject({ ok: true, outcome: 'done' });
  expect(rig.module('mic')).toMatchObject({ state: 'disabled', run: 0 });
  expect(rig.manager.transitions('mic').map(({ from, to }) => [from, to])).toEqual([
    ['disabled', 'starting'],
    ['starting', 'stopping'],
    ['stopping', 'disabled'],
  ]);
});

test('a module that is wanted again before it is off goes on waiting', () => {
  const rig = begun(chain);
  rig.ask({ kind: 'module.disable', module: 'mic' });
  rig.ask({ kind: 'module.enable', module: 'mic' });
  expect(rig.module('mic')).toMatchObject({ state: 'starting', phase: 'waiting' });
  rig.pass(1_000);
  expect(rig.module('mic')).toMatchObject({ state: 'starting', phase: 'waiting' });
});

test('a slow start that is switched off while it is being ended is stopping, and then off', () => {
  const rig = begun({ modules: { mic: { startMs: 5_000 } } });
  rig.pass(5_000);
  expect(rig.module('mic').state).toBe('starting');
  rig.ask({ kind: 'module.disable', module: 'mic' });
  expect(rig.module('mic').state).toBe('stopping');
  rig.exits('mic', { signal: 'SIGINT' });
  expect(rig.module('mic').state).toBe('disabled');
});

test('a module whose start took too long has been tried: start-up waits for it no more', () => {
  const rig = begun({ modules: { mic: { startMs: 5_000 } } });
  expect(rig.rig).toMatchObject({ startup: 'pending', status: 'starting' });
  rig.pass(5_000);
  expect(rig.rig.startup).toBe('complete');
});

test('a start that a person interrupts is neither ready nor failed: start-up goes on waiting for it', () => {
  const rig = begun({ modules: { mic: {}, gps: {} } });
  rig.saysReady('gps');
  rig.ask({ kind: 'module.restart', module: 'mic' });
  expect(rig.module('mic').state).toBe('stopping');
  expect(rig.rig.startup).toBe('pending');
  rig.exits('mic', { signal: 'SIGINT' });
  rig.saysReady('mic');
  expect(rig.rig.startup).toBe('complete');
});

test('a rig without a wanted module is up at once', () => {
  const rig = begun({ modules: { mic: { desired: 'off' } } });
  expect(rig.rig).toMatchObject({ startup: 'complete', status: 'off' });
});

test('start-up that was complete stays complete', () => {
  const rig = begun({ modules: { mic: {}, gps: { desired: 'off' } } });
  rig.saysReady('mic');
  rig.ask({ kind: 'module.enable', module: 'gps' });
  expect(rig.module('gps').state).toBe('starting');
  expect(rig.rig.startup).toBe('complete');
});
