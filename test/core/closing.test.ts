import { expect, test } from 'vitest';
import { begun, ready, recording } from './support/core-rig.ts';

const pair = { modules: { mic: {}, gps: {} } };

test('a wish to end the daemon or the machine is handed to the shell, with who wished it', () => {
  const rig = ready(pair);
  expect(rig.ask({ kind: 'daemon.stop' }).verdict).toMatchObject({ ok: true, outcome: 'accepted' });
  expect(rig.ask({ kind: 'rig.shutdown' }).verdict).toMatchObject({ ok: true });
  expect(rig.of('shut-down')).toEqual([
    { type: 'shut-down', what: 'daemon', actor: 'pi@pts/2' },
    { type: 'shut-down', what: 'rig', actor: 'pi@pts/2' },
  ]);
});

test('from the first step of the controlled stop no wish is taken any more, with the reason', () => {
  const rig = recording(pair);
  rig.input({ type: 'close', step: 'refuse-intents' });
  for (const kind of ['record.stop', 'record.start', 'mark', 'session.end'] as const) {
    expect(rig.ask({ kind }).verdict).toMatchObject({
      ok: false,
      refusal: { reason: 'shutting-down' },
    });
  }
  expect(rig.ask({ kind: 'daemon.stop' }).verdict).toMatchObject({
    ok: true,
    outcome: 'unchanged',
  });
  expect(rig.rig.state).toBe('recording');
});

test('the recording is stopped and its trial closed before any module is ended', () => {
  const rig = recording(pair);
  rig.input({ type: 'close', step: 'refuse-intents' });
  rig.input({ type: 'close', step: 'stop-recording' });
  expect(rig.rig).toMatchObject({ state: 'stopping', desired: 'idle' });
  rig.saysIdle('mic');
  rig.saysIdle('gps');
  expect(rig.told('mic')).toEqual(['stop']);
  rig.closed();
  expect(rig.rig.state).toBe('idle');
  rig.input({ type: 'close', step: 'stop-modules' });
  expect(rig.told('mic')).toEqual(['stop', 'quit']);
});

test('a start that was to follow does not follow into a controlled stop', () => {
  const rig = recording(pair);
  rig.ask({ kind: 'record.stop' });
  const start = rig.ask({ kind: 'record.start', waitMs: 60_000 });
  rig.input({ type: 'close', step: 'refuse-intents' });
  rig.input({ type: 'close', step: 'stop-recording' });
  expect(start.verdict).toMatchObject({ ok: false, refusal: { reason: 'called-off' } });
  rig.saysIdle('mic');
  rig.saysIdle('gps');
  rig.closed();
  expect(rig.of('prepare-trial')).toEqual([]);
});

test('modules are ended in the reverse of their start order', () => {
  const rig = begun({ modules: { clock: {}, gps: { after: ['clock'] }, mic: { after: ['gps'] } } });
  for (const name of ['clock', 'gps', 'mic']) rig.saysReady(name);
  rig.forget();
  rig.input({ type: 'close', step: 'stop-modules' });
  expect(rig.of('tell').map(({ module }) => module)).toEqual(['mic']);
  rig.exits('mic', { code: 0 });
  expect(rig.of('tell').map(({ module }) => module)).toEqual(['mic', 'gps']);
  rig.exits('gps', { code: 0 });
  rig.exits('clock', { code: 0 });
  for (const name of ['clock', 'gps', 'mic']) expect(rig.module(name).state).toBe('disabled');
  expect(rig.of('spawn')).toEqual([]);
});

test('a controlled stop leaves the wishes as they are', () => {
  const rig = ready(pair);
  rig.input({ type: 'close', step: 'stop-modules' });
  rig.exits('mic', { code: 0 });
  expect(rig.module('mic')).toMatchObject({ desired: 'on', state: 'disabled' });
  expect(rig.of('remember-wish')).toEqual([]);
});

test('a module that even SIGKILL does not end does not keep the others from being ended', () => {
  const rig = ready({ modules: { gps: {}, mic: { after: ['gps'] } } });
  rig.input({ type: 'close', step: 'stop-modules' });
  rig.pass(5_000 + 3_000 + 3_000 + 5_000);
  expect(rig.told('gps')).toEqual(['quit']);
});

test('a crashed module is not started again in a controlled stop', () => {
  const rig = ready(pair);
  rig.exits('mic');
  rig.input({ type: 'close', step: 'stop-modules' });
  rig.exits('gps', { signal: 'SIGSEGV' });
  rig.pass(3_600_000);
  expect(rig.of('spawn')).toEqual([]);
  expect(rig.module('mic').state).toBe('disabled');
  expect(rig.module('gps').state).toBe('disabled');
});

test('a module that crashes while it is kept for another one is crashed, and then off', () => {
  const rig = ready({ modules: { gps: {}, mic: { after: ['gps'] } } });
  rig.ask({ kind: 'module.restart', module: 'gps' });
  rig.exits('gps', { code: 0 });
  rig.input({ type: 'close', step: 'stop-modules' });
  rig.exits('gps');
  expect(rig.module('gps')).toMatchObject({ state: 'crashed', retryAt: null });
  rig.exits('mic', { code: 0 });
  expect(rig.module('gps').state).toBe('disabled');
});

test('whoever waits for a module to be ready is told that the rig is closing', () => {
  const rig = begun(pair);
  const asked = rig.ask({ kind: 'module.restart', module: 'mic', waitMs: 60_000 });
  rig.input({ type: 'close', step: 'stop-modules' });
  expect(asked.verdict).toMatchObject({ ok: false, refusal: { reason: 'called-off' } });
});
