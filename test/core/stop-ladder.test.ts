import { expect, test } from 'vitest';
import { begun, ready, recording } from './support/core-rig.ts';

const mic = { modules: { mic: {} } };

test('a module is asked to quit, then gets SIGINT, SIGTERM and SIGKILL, each after its time', () => {
  const rig = ready(mic);
  rig.ask({ kind: 'module.disable', module: 'mic' });
  expect(rig.told('mic')).toEqual(['quit']);
  expect(rig.module('mic')).toMatchObject({ state: 'stopping', phase: 'quitting' });
  rig.pass(4_999);
  expect(rig.told('mic')).toEqual(['quit']);
  rig.pass(1);
  expect(rig.module('mic').phase).toBe('SIGINT');
  rig.pass(3_000);
  expect(rig.module('mic').phase).toBe('SIGTERM');
  rig.pass(3_000);
  expect(rig.module('mic').phase).toBe('SIGKILL');
  expect(rig.told('mic')).toEqual(['quit', 'SIGINT', 'SIGTERM', 'SIGKILL']);
  rig.exits('mic', { signal: 'SIGKILL' });
  expect(rig.module('mic')).toMatchObject({ state: 'disabled', phase: null, pid: null });
  rig.pass(3_600_000);
  expect(rig.told('mic')).toHaveLength(4);
});

test('a process that survives SIGKILL is a problem that says why, and is tried on', () => {
  const rig = ready(mic);
  rig.ask({ kind: 'module.disable', module: 'mic' });
  rig.pass(11_000 + 5_000);
  expect(rig.module('mic')).toMatchObject({ state: 'stopping', problem: { code: 'not-stopped' } });
  expect(rig.module('mic').problem?.message).toContain('SIGKILL');
  rig.pass(60_000);
  expect(rig.told('mic').filter((what) => what === 'SIGKILL').length).toBeGreaterThan(10);
  rig.exits('mic', { signal: 'SIGKILL' });
  expect(rig.module('mic')).toMatchObject({ state: 'disabled', problem: null });
});

test('no rung takes longer than the budget of the module', () => {
  const rig = ready({ modules: { mic: { stopMs: 1_000 } } });
  rig.ask({ kind: 'module.disable', module: 'mic' });
  rig.pass(3_000);
  expect(rig.told('mic')).toEqual(['quit', 'SIGINT', 'SIGTERM', 'SIGKILL']);
});

test('a module that is still starting listens to no words: it gets a signal', () => {
  const rig = begun(mic);
  rig.forget();
  rig.ask({ kind: 'module.disable', module: 'mic' });
  expect(rig.told('mic')).toEqual(['SIGINT']);
  expect(rig.module('mic').state).toBe('stopping');
});

test('a module that records finishes its files before it is asked to quit', () => {
  const rig = recording({ modules: { mic: {}, gps: {} } });
  rig.ask({ kind: 'module.disable', module: 'mic' });
  expect(rig.told('mic')).toEqual(['stop']);
  expect(rig.module('mic')).toMatchObject({ state: 'stopping', phase: 'finalizing' });
  rig.pass(20_000);
  expect(rig.told('mic')).toEqual(['stop']);
  rig.saysIdle('mic');
  expect(rig.told('mic')).toEqual(['stop', 'quit']);
  rig.exits('mic', { code: 0 });
  expect(rig.module('mic').state).toBe('disabled');
  expect(rig.module('gps').state).toBe('recording');
});

test('a restart ends the old process first, and counts', () => {
  const rig = ready(mic);
  const asked = rig.ask({ kind: 'module.restart', module: 'mic', waitMs: 30_000 });
  expect(rig.told('mic')).toEqual(['quit']);
  rig.exits('mic', { code: 0 });
  expect(rig.told('mic')).toEqual(['quit', 'spawn']);
  expect(asked.verdict).toBeNull();
  rig.saysReady('mic');
  expect(asked.verdict).toMatchObject({ ok: true, outcome: 'done' });
  expect(rig.module('mic')).toMatchObject({ run: 2, restarts: 1, state: 'idle' });
});

test('a module that is switched off during its restart is off in the end', () => {
  const rig = ready(mic);
  rig.ask({ kind: 'module.restart', module: 'mic' });
  rig.ask({ kind: 'module.disable', module: 'mic' });
  rig.exits('mic', { code: 0 });
  expect(rig.module('mic').state).toBe('disabled');
  expect(rig.of('spawn')).toEqual([]);
});

test('a module that is ended by signals had not failed: no problem is left of it', () => {
  const rig = ready(mic);
  rig.ask({ kind: 'module.disable', module: 'mic' });
  rig.exits('mic', { signal: 'SIGTERM' });
  expect(rig.module('mic')).toMatchObject({ state: 'disabled', problem: null, lastProblem: null });
});

test('a process that dies while it finishes its files on the way out ends there', () => {
  const rig = recording(mic);
  rig.ask({ kind: 'module.disable', module: 'mic' });
  rig.exits('mic', { signal: 'SIGSEGV' });
  expect(rig.module('mic')).toMatchObject({ state: 'disabled', desired: 'off' });
  expect(rig.of('spawn')).toEqual([]);
});

test('a program that was told to end before it had begun, and never began, is off', () => {
  const rig = begun(mic);
  rig.ask({ kind: 'module.disable', module: 'mic' });
  rig.input({
    type: 'spawn-failed',
    module: 'mic',
    run: 1,
    message: 'gone',
    remedy: '',
    transient: false,
  });
  expect(rig.module('mic')).toMatchObject({ state: 'disabled', problem: null });
});
