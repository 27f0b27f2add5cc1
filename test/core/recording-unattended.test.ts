import { expect, test } from 'vitest';
import { begun, ready } from './support/core-rig.ts';

const pair = { modules: { mic: {}, gps: {} } };

/** ISO-8601 of an instant so far ahead of the beginning of the test. */
const inMs = (ms: number) => new Date(Date.UTC(2026, 10, 22, 12) + ms).toISOString();

test('a start that nobody watches goes with what armed, marks the trial, and lets the others join late', () => {
  const rig = begun(pair, true);
  rig.saysReady('mic');
  rig.prepared();
  rig.saysArmed('mic');
  rig.pass(10_000);
  expect(rig.notes()).toMatchObject([{ is: 'trial-began', modules: ['mic'], without: ['gps'] }]);
  rig.pass(105);
  rig.saysRecording('mic');
  rig.look('mic');
  expect(rig.rig).toMatchObject({ state: 'recording', status: 'degraded' });
  rig.saysReady('gps');
  rig.saysArmed('gps');
  rig.saysRecording('gps');
  expect(rig.notes().at(-1)).toMatchObject({ is: 'joined', module: 'gps', segment: 1, late: true });
  expect(rig.rig.status).toBe('recording');
  rig.stop(['mic', 'gps']);
  expect(rig.newest('close-trial')).toMatchObject({ outcome: 'partial' });
});

test('a start that nobody watches keeps trying while nothing arms, and says so', () => {
  const rig = begun(pair, true);
  rig.saysReady('mic');
  rig.saysReady('gps');
  rig.prepared();
  rig.pass(10_000);
  expect(rig.rig.problems).toMatchObject([{ code: 'start-refused' }]);
  for (let round = 0; round < 5; round++) {
    for (const name of ['mic', 'gps']) rig.saysIdle(name);
    rig.pass(10_000);
  }
  expect(rig.rig).toMatchObject({ state: 'arming', desired: 'recording' });
  expect(rig.of('arm').length).toBeGreaterThan(6);
  expect(rig.of('discard-trial')).toEqual([]);
  for (const name of ['mic', 'gps']) rig.saysIdle(name);
  rig.pass(5_000);
  rig.saysArmed('mic');
  rig.saysArmed('gps');
  rig.pass(110);
  rig.saysRecording('mic');
  rig.saysRecording('gps');
  expect(rig.rig).toMatchObject({ state: 'recording', problems: [] });
});

test('whoever is asked again in a start gets a segment of its own, so that nothing is overwritten', () => {
  const rig = begun(pair, true);
  rig.saysReady('mic');
  rig.saysReady('gps');
  rig.prepared();
  for (let n = 0; n < 4; n++) {
    rig.pass(10_000);
    for (const name of ['mic', 'gps']) rig.saysIdle(name);
  }
  const segments = rig
    .of('arm')
    .flatMap(({ module, segment }) => (module === 'mic' ? [segment] : []));
  expect(segments).toEqual(segments.map((_, index) => index + 1));
  expect(segments.length).toBeGreaterThan(2);
});

test('only the disk stops a start that nobody watches, and it is tried again after a minute', () => {
  const rig = begun(pair, true);
  const refusal = { reason: 'low-space', message: '3 MB are free.', remedy: 'Delete.' } as const;
  const refuse = () =>
    rig.input({ type: 'trial-failed', ask: rig.newest('prepare-trial').ask, refusal });
  refuse();
  expect(rig.rig).toMatchObject({
    desired: 'recording',
    state: 'idle',
    problems: [{ code: 'start-refused', message: '3 MB are free.' }],
  });
  rig.pass(59_999);
  expect(rig.of('prepare-trial')).toHaveLength(1);
  rig.pass(1);
  expect(rig.of('prepare-trial')).toHaveLength(2);
  refuse();
  expect(rig.rig.problems).toMatchObject([{ count: 2 }]);
  rig.ask({ kind: 'record.stop' });
  expect(rig.rig).toMatchObject({ desired: 'idle', problems: [] });
  rig.pass(3_600_000);
  expect(rig.of('prepare-trial')).toHaveLength(2);
});

test('a module that reported an error which may pass gets a new process for a start that waits for it', () => {
  const rig = begun(pair, true);
  rig.saysReady('mic');
  rig.reports('gps', 'no antenna');
  rig.prepared();
  rig.saysArmed('mic');
  rig.pass(105);
  rig.saysRecording('mic');
  rig.forget();
  rig.pass(29_000);
  expect(rig.told('gps')).toEqual([]);
  rig.pass(1_000);
  expect(rig.told('gps')).toEqual(['quit']);
  rig.exits('gps', { code: 0 });
  expect(rig.told('gps')).toContain('spawn');
});

test('a module whose error will not pass is left alone, whatever waits for it', () => {
  const rig = begun(pair, true);
  rig.saysReady('mic');
  rig.reports('gps', 'this is no antenna', false);
  rig.prepared();
  rig.saysArmed('mic');
  rig.pass(105);
  rig.saysRecording('mic');
  rig.forget();
  rig.pass(600_000);
  expect(rig.told('gps')).toEqual([]);
  expect(rig.module('gps')).toMatchObject({ state: 'error', desired: 'on' });
});

test('a start at a set time arms before it and goes at that instant', () => {
  const rig = ready(pair);
  const asked = rig.ask({ kind: 'record.start', at: inMs(60_000) });
  expect(asked.verdict).toMatchObject({ ok: true, outcome: 'accepted' });
  expect(rig.rig).toMatchObject({
    state: 'idle',
    desired: 'idle',
    scheduled: { at: inMs(60_000), label: null },
  });
  rig.pass(44_999);
  expect(rig.of('prepare-trial')).toEqual([]);
  rig.pass(1);
  rig.prepared();
  rig.saysArmed('mic');
  rig.saysArmed('gps');
  rig.pass(14_000);
  expect(rig.told('mic')).toEqual(['arm']);
  rig.pass(1_000);
  expect(rig.of('tell').map(({ command }) => command)).toEqual([
    { do: 'record', atMonoNs: `${rig.monoMs}000000` },
    { do: 'record', atMonoNs: `${rig.monoMs}000000` },
  ]);
  expect(rig.notes()).toMatchObject([{ is: 'trial-began', startedAt: inMs(60_000) }]);
});

test('a start at a time that has passed goes at once', () => {
  const rig = ready(pair);
  rig.ask({ kind: 'record.start', at: inMs(-60_000) });
  expect(rig.of('prepare-trial')).toHaveLength(1);
});

test('a set start can be called off before its time', () => {
  const rig = ready(pair);
  const start = rig.ask({ kind: 'record.start', at: inMs(60_000), waitMs: 120_000 });
  const stop = rig.ask({ kind: 'record.stop' });
  expect(stop.verdict).toMatchObject({ ok: true, outcome: 'done' });
  expect(start.verdict).toMatchObject({ ok: false, refusal: { reason: 'called-off' } });
  rig.pass(120_000);
  expect(rig.of('prepare-trial')).toEqual([]);
});

test('none is set for later while one is under way', () => {
  const rig = ready(pair);
  rig.ask({ kind: 'record.start' });
  const { verdict } = rig.ask({ kind: 'record.start', at: inMs(60_000) });
  expect(verdict).toMatchObject({ ok: false, refusal: { reason: 'recording' } });
});
