import { expect, test } from 'vitest';
import { ready, recording } from './support/core-rig.ts';

const pair = { modules: { mic: {}, gps: {} } };

test('a pause is confirmed by every module, and its end is proven anew, in the same file', () => {
  const rig = recording(pair);
  const pause = rig.ask({ kind: 'record.pause', waitMs: 20_000 });
  expect(rig.told('mic')).toEqual(['pause']);
  expect(rig.module('mic')).toMatchObject({ state: 'recording', phase: 'pausing' });
  expect(rig.rig).toMatchObject({ desired: 'paused', state: 'recording' });
  rig.says('mic', { is: 'paused' });
  expect(pause.verdict).toBeNull();
  rig.says('gps', { is: 'paused' });
  expect(pause.verdict).toMatchObject({ ok: true, outcome: 'done' });
  expect(rig.rig).toMatchObject({ state: 'paused', status: 'paused' });
  const resume = rig.ask({ kind: 'record.resume', waitMs: 20_000 });
  expect(rig.module('mic')).toMatchObject({ state: 'paused', phase: 'resuming' });
  rig.saysRecording('mic');
  rig.saysRecording('gps');
  expect(resume.verdict).toMatchObject({ ok: true, outcome: 'done' });
  expect(rig.rig).toMatchObject({ state: 'recording', trial: { segment: 1 } });
  expect(rig.module('mic')).toMatchObject({ state: 'recording', phase: 'proving' });
  expect(rig.notes().map(({ is }) => is)).toEqual(['paused', 'resumed']);
  expect(rig.of('arm')).toEqual([]);
});

test('the time of a trial goes on without its pauses', () => {
  const rig = recording({ modules: { mic: {} } });
  const begunMs = rig.monoMs;
  const pauseFor = (ms: number) => {
    rig.ask({ kind: 'record.pause' });
    rig.says('mic', { is: 'paused' });
    const sinceMs = Math.floor(rig.monoMs);
    expect(rig.rig.trial).toMatchObject({ pausedSinceMonoMs: sinceMs });
    rig.pass(ms);
    rig.ask({ kind: 'record.resume' });
    rig.saysRecording('mic');
  };
  pauseFor(3_000);
  rig.pass(1_000);
  pauseFor(500);
  expect(rig.monoMs).toBe(begunMs + 4_500);
  expect(rig.rig.trial).toMatchObject({ pausedMs: 3_500, pausedSinceMonoMs: null });
});

test('a pause is refused, with its name, when a required module cannot pause', () => {
  const rig = ready({ modules: { mic: {}, gps: {} } }, ['arm']);
  rig.record(['mic', 'gps']);
  rig.forget();
  const { verdict } = rig.ask({ kind: 'record.pause' });
  expect(verdict).toMatchObject({ ok: false, refusal: { reason: 'cannot-pause' } });
  expect(JSON.stringify(verdict)).toContain('mic and gps cannot pause');
  expect(rig.told('mic')).toEqual([]);
  expect(rig.rig.desired).toBe('recording');
});

test('a module that may lack and cannot pause records on, and the answer names it', () => {
  const rig = ready({ modules: { mic: {}, gps: { required: false } } });
  rig.ask({ kind: 'module.restart', module: 'gps' });
  rig.exits('gps', { code: 0 });
  rig.saysReady('gps', ['arm']);
  rig.record(['mic', 'gps']);
  const pause = rig.ask({ kind: 'record.pause', waitMs: 20_000 });
  expect(rig.notes().at(-1)).toMatchObject({ is: 'paused', except: ['gps'] });
  rig.says('mic', { is: 'paused' });
  expect(pause.verdict).toMatchObject({ ok: true, partly: 'gps still records' });
  expect(rig.module('gps').state).toBe('recording');
});

test('a module that does not confirm its pause is a problem, and nobody waits for it for ever', () => {
  const rig = recording(pair);
  const pause = rig.ask({ kind: 'record.pause', waitMs: 60_000 });
  rig.says('mic', { is: 'paused' });
  rig.pass(11_000);
  expect(pause.verdict).toMatchObject({ ok: true, partly: 'gps still records' });
  expect(rig.module('gps')).toMatchObject({ state: 'recording', problem: { code: 'no-record' } });
  rig.says('gps', { is: 'paused' });
  expect(rig.module('gps')).toMatchObject({ state: 'paused', problem: null });
  expect(rig.rig.status).toBe('paused');
});

test('a module that does not go on after a pause is ended, and a new one records on', () => {
  const rig = recording(pair);
  rig.ask({ kind: 'record.pause' });
  for (const name of ['mic', 'gps']) rig.says(name, { is: 'paused' });
  rig.ask({ kind: 'record.resume', waitMs: 60_000 });
  rig.saysRecording('mic');
  rig.forget();
  rig.pass(11_000);
  expect(rig.of('signal')).toMatchObject([{ module: 'gps', signal: 'SIGINT' }]);
  expect(rig.module('gps')).toMatchObject({ state: 'stopping', problem: { code: 'no-record' } });
  expect(rig.notes()).toContainEqual(expect.objectContaining({ is: 'left', module: 'gps' }));
  expect(rig.rig.desired).toBe('recording');
});

test('pause and resume are judged by what is: nothing records, it is so already, it is just being done', () => {
  const rig = ready(pair);
  expect(rig.ask({ kind: 'record.pause' }).verdict).toMatchObject({
    refusal: { reason: 'not-recording' },
  });
  expect(rig.ask({ kind: 'record.resume' }).verdict).toMatchObject({
    refusal: { reason: 'not-recording' },
  });
  rig.record(['mic', 'gps']);
  expect(rig.ask({ kind: 'record.resume' }).verdict).toMatchObject({ outcome: 'unchanged' });
  rig.ask({ kind: 'record.pause' });
  expect(rig.ask({ kind: 'record.resume' }).verdict).toMatchObject({ refusal: { reason: 'busy' } });
  rig.says('mic', { is: 'paused' });
  rig.says('gps', { is: 'paused' });
  expect(rig.ask({ kind: 'record.pause' }).verdict).toMatchObject({ outcome: 'unchanged' });
  expect(rig.ask({ kind: 'record.start' }).verdict).toMatchObject({
    refusal: { reason: 'recording', remedy: expect.stringContaining('record resume') },
  });
});

test('a paused rig can be stopped, and its files are finished', () => {
  const rig = recording(pair);
  rig.ask({ kind: 'record.pause' });
  for (const name of ['mic', 'gps']) rig.says(name, { is: 'paused' });
  const stop = rig.stop(['mic', 'gps']);
  expect(stop.verdict).toMatchObject({ ok: true, outcome: 'done' });
  expect(rig.newest('close-trial')).toMatchObject({ outcome: 'complete' });
});

test('a module that crashes in a pause comes back when the recording goes on, in a new segment', () => {
  const rig = recording(pair);
  rig.ask({ kind: 'record.pause' });
  for (const name of ['mic', 'gps']) rig.says(name, { is: 'paused' });
  rig.exits('mic');
  rig.pass(600);
  rig.saysReady('mic');
  expect(rig.of('arm')).toEqual([]);
  expect(rig.rig.status).toBe('paused');
  rig.ask({ kind: 'record.resume' });
  rig.saysRecording('gps');
  expect(rig.newest('arm')).toMatchObject({ module: 'mic', segment: 2 });
});

test('the record button on a paused rig stops it', () => {
  const rig = recording(pair);
  rig.ask({ kind: 'record.pause' });
  for (const name of ['mic', 'gps']) rig.says(name, { is: 'paused' });
  rig.ask({ kind: 'record.toggle' });
  expect(rig.rig).toMatchObject({ state: 'stopping', desired: 'idle' });
});

test('a pause counts from when it was wished, however long one module takes to confirm it', () => {
  const rig = recording(pair);
  const wishedMs = rig.monoMs;
  rig.ask({ kind: 'record.pause' });
  rig.says('mic', { is: 'paused' });
  expect(rig.notes().filter(({ is }) => is === 'paused')).toHaveLength(1);
  rig.pass(20_000); // gps is frozen
  expect(rig.snapshot().rig).toMatchObject({
    state: 'paused',
    trial: { pausedSinceMonoMs: Math.floor(wishedMs) },
  });
  expect(rig.notes().filter(({ is }) => is === 'paused')).toHaveLength(1);
});
