import { expect, test } from 'vitest';
import { standingWish } from '../../src/core/scheduled.ts';
import { begun, type CoreRig, ready, recording } from './support/core-rig.ts';
import { startMonoMs, startWallMs } from './support/plan.ts';

const one = { modules: { mic: {} } };
const hourMs = 3_600_000;
/** ISO-8601 of an instant so far ahead of the beginning of the test. */
const inMs = (ms: number) => new Date(startWallMs + ms).toISOString();

/** Somebody sets the wall clock, and the health loop sees it. */
function setClock(rig: CoreRig, byMs: number): void {
  rig.wallMs += byMs;
  rig.input({ type: 'clock-stepped', byMs }, 'clock');
}

/** The set start goes: its trial is prepared, armed and told to record. */
function goesWithin(rig: CoreRig, ms: number): void {
  rig.pass(ms);
  rig.prepared();
  rig.saysArmed('mic');
}

test('a start that is set for later is shown until it goes, and is no wish to record before', () => {
  const rig = ready(one);
  rig.ask({ kind: 'record.start', at: inMs(hourMs), label: 'dawn' });
  expect(rig.rig).toMatchObject({
    desired: 'idle',
    state: 'idle',
    scheduled: { at: inMs(hourMs), label: 'dawn' },
  });
  rig.pass(hourMs - 15_000);
  rig.prepared();
  expect(rig.rig).toMatchObject({ state: 'arming', scheduled: { at: inMs(hourMs) } });
  rig.saysArmed('mic');
  rig.pass(15_000);
  rig.saysRecording('mic');
  expect(rig.rig).toMatchObject({ state: 'recording', scheduled: null, trial: { label: 'dawn' } });
});

test('a clock that is set forward brings the start, at once where its time has come by that', () => {
  const rig = ready(one);
  rig.ask({ kind: 'record.start', at: inMs(2 * hourMs) });
  setClock(rig, hourMs);
  rig.pass(hourMs - 15_001);
  expect(rig.of('prepare-trial')).toEqual([]);
  rig.pass(1);
  expect(rig.of('prepare-trial')).toHaveLength(1);

  const late = ready(one);
  late.ask({ kind: 'record.start', at: inMs(2 * hourMs) });
  setClock(late, 24 * hourMs);
  expect(late.of('prepare-trial')).toHaveLength(1);
});

test('a clock that is set back puts the start off, and whoever waits for it waits on', () => {
  const rig = ready(one);
  const asked = rig.ask({ kind: 'record.start', at: inMs(60_000), waitMs: 120_000 });
  setClock(rig, -hourMs);
  rig.pass(hourMs);
  expect(asked.verdict).toBeNull();
  goesWithin(rig, 45_000);
  rig.pass(15_000);
  rig.saysRecording('mic');
  rig.look('mic');
  expect(asked.verdict).toMatchObject({ ok: true });
  expect(rig.notes()).toMatchObject([{ is: 'trial-began', startedAt: inMs(60_000) }, {}, {}]);
});

test('a clock that is set back while the start arms: devices are let go, and it comes at its time', () => {
  const rig = ready(one);
  const asked = rig.ask({ kind: 'record.start', at: inMs(60_000), waitMs: 120_000 });
  goesWithin(rig, 50_000);
  setClock(rig, -hourMs);
  expect(rig.told('mic').at(-1)).toBe('stop');
  rig.saysIdle('mic');
  expect(rig.rig).toMatchObject({
    desired: 'idle',
    state: 'idle',
    scheduled: { at: inMs(60_000) },
  });
  expect(rig.of('discard-trial')).toHaveLength(1);
  expect(asked.verdict).toBeNull();
  goesWithin(rig, hourMs);
  expect(rig.rig.state).toBe('arming');
});

test('a start in ten seconds stays in ten seconds, whatever becomes of the wall clock', () => {
  const rig = ready(one);
  rig.ask({ kind: 'record.start', inMs: 600_000 });
  setClock(rig, 24 * hourMs);
  expect(rig.rig.scheduled?.at).toBe(inMs(24 * hourMs + 600_000));
  rig.pass(584_999);
  expect(rig.of('prepare-trial')).toEqual([]);
  rig.pass(1);
  expect(rig.of('prepare-trial')).toHaveLength(1);
});

test('a stop calls the set start off, and who waits for that start is told so', () => {
  const rig = ready(one);
  const asked = rig.ask({ kind: 'record.start', at: inMs(60_000), waitMs: 120_000 });
  expect(rig.ask({ kind: 'record.stop' }).verdict).toMatchObject({ ok: true, outcome: 'done' });
  expect(rig.rig.scheduled).toBeNull();
  expect(asked.verdict).toMatchObject({ ok: false, refusal: { reason: 'called-off' } });
  expect(rig.ask({ kind: 'record.stop' }).verdict).toMatchObject({ outcome: 'unchanged' });
});

test('a stop of what is being recorded leaves the set start as it is', () => {
  const rig = ready(one);
  rig.ask({ kind: 'record.start', at: inMs(hourMs) });
  rig.record(['mic']);
  rig.stop(['mic']);
  expect(rig.rig).toMatchObject({ state: 'idle', scheduled: { at: inMs(hourMs) } });
});

test('a start whose time comes while a trial is being recorded is that trial, and its sender is told', () => {
  const rig = ready(one);
  const asked = rig.ask({ kind: 'record.start', at: inMs(60_000), waitMs: 120_000 });
  rig.record(['mic']);
  rig.pass(60_000);
  expect(rig.rig.scheduled).toBeNull();
  expect(asked.verdict).toMatchObject({ ok: false, refusal: { reason: 'recording' } });
  expect(rig.newest('journal').name).toBe('start-missed');
});

test('a start whose time comes while a trial is being closed goes right after it', () => {
  const rig = ready(one);
  rig.record(['mic']);
  rig.ask({ kind: 'record.stop' });
  rig.ask({ kind: 'record.start', at: inMs(5_000) });
  expect(rig.rig.desired).toBe('idle');
  rig.pass(20_000);
  rig.forget();
  rig.saysIdle('mic');
  expect(rig.rig).toMatchObject({ state: 'stopping', scheduled: { at: inMs(5_000) } });
  rig.closed();
  expect(rig.of('prepare-trial')).toHaveLength(1);
});

test('who presses now while the set start arms means now', () => {
  const rig = ready(one);
  rig.ask({ kind: 'record.start', at: inMs(60_000) });
  goesWithin(rig, 50_000);
  rig.ask({ kind: 'record.start' });
  expect(rig.told('mic').at(-1)).toBe('record');
});

test('at the deadline of its wait a set start is called off, and nothing else is stopped', () => {
  const rig = ready(one);
  const asked = rig.ask({ kind: 'record.start', at: inMs(hourMs), waitMs: 30_000 });
  rig.record(['mic']);
  rig.pass(30_000);
  expect(asked.verdict).toMatchObject({ ok: false, refusal: { reason: 'deadline' } });
  expect(rig.rig).toMatchObject({ scheduled: null, state: 'recording', desired: 'recording' });
});

test('a controlled stop ends the set start too', () => {
  const rig = ready(one);
  rig.ask({ kind: 'record.start', at: inMs(60_000) });
  rig.input({ type: 'close', step: 'stop-recording' });
  rig.pass(60_000);
  expect(rig.of('prepare-trial')).toEqual([]);
});

test('a new daemon has the set start, and goes at once where its time went by', () => {
  const due = { at: inMs(hourMs), monoMs: null };
  const rig = begun({ ...one, scheduled: { label: 'dawn', due } });
  rig.saysReady('mic');
  expect(rig.rig.scheduled).toEqual({ at: inMs(hourMs), label: 'dawn' });
  goesWithin(rig, hourMs - 15_000);
  rig.pass(15_000);
  expect(rig.notes()).toMatchObject([
    { is: 'trial-began', label: 'dawn', startedAt: inMs(hourMs) },
  ]);

  const late = begun({
    ...one,
    scheduled: { label: null, due: { at: inMs(-hourMs), monoMs: null } },
  });
  late.saysReady('mic');
  expect(late.of('prepare-trial')).toHaveLength(1);
  expect(late.rig.desired).toBe('recording');
});

test('a start that was to follow a stop follows it in the next daemon, too', () => {
  const trial = { number: 3, label: null, startedAt: inMs(-hourMs), segment: 1, partial: false };
  const open = {
    ...trial,
    startedMonoMs: 900_000,
    pausedMs: 0,
    pausedSinceMonoMs: null,
    nextSegmentMs: null,
  };
  const rig = begun({ ...one, trial: open, session: null, start: { label: 'next', due: null } });
  rig.input({ type: 'boot', record: { label: 'next', due: null } }, 'boot');
  expect(rig.rig).toMatchObject({ state: 'stopping', desired: 'recording' });
  rig.closed();
  expect(rig.newest('prepare-trial').label).toBe('next');
});

test('what the next daemon must know of the wish to record', () => {
  const wish = (rig: CoreRig) => {
    const { start, scheduled, ...rest } = standingWish(rig.manager.state());
    return { ...rest, start: start?.label ?? null, scheduled: scheduled?.label ?? null };
  };
  const idle = { recording: 'idle', start: null, scheduled: null };
  const rig = ready(one);
  expect(wish(rig)).toEqual(idle);
  rig.ask({ kind: 'record.start', at: inMs(60_000), label: 'set' });
  expect(wish(rig)).toEqual({ ...idle, scheduled: 'set' });
  goesWithin(rig, 50_000);
  expect(wish(rig)).toEqual({ ...idle, scheduled: 'set' }); // it arms, and has not gone yet
  rig.pass(10_000);
  expect(wish(rig)).toEqual({ ...idle, recording: 'recording' });
  rig.saysRecording('mic');
  rig.ask({ kind: 'record.stop' });
  rig.ask({ kind: 'record.start', label: 'next' });
  expect(wish(rig)).toEqual({ ...idle, recording: 'recording', start: 'next' });

  const other = recording(one);
  expect(wish(other)).toEqual({ ...idle, recording: 'recording' });
  other.stop(['mic']);
  other.ask({ kind: 'record.start', label: 'now' });
  expect(wish(other)).toEqual({ ...idle, recording: 'recording', start: 'now' });
  other.ask({ kind: 'record.stop' });
  expect(wish(other)).toEqual(idle);
});

test('the instant of a relative start is kept on the monotonic clock, also by the next daemon', () => {
  const due = { at: inMs(0), monoMs: startMonoMs + 600_000 };
  const rig = begun({ ...one, scheduled: { label: null, due } });
  expect(rig.rig.scheduled?.at).toBe(inMs(600_000));
});
