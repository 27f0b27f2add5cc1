import { expect, test } from 'vitest';
import { ready, recording } from './support/core-rig.ts';

const pair = { modules: { mic: {}, gps: {} } };
const full = { code: 'low-space', message: 'Only 3 MB are free.', remedy: 'Delete some.' } as const;
const flood = { code: 'flood', message: 'mic prints too much.', remedy: null } as const;

test('a problem is counted under its code: the newest words are shown, with the first and the last time', () => {
  const rig = ready(pair);
  rig.input({ type: 'problem', module: 'mic', fault: flood });
  rig.pass(60_000);
  rig.input({ type: 'problem', module: 'mic', fault: { ...flood, message: 'mic prints on.' } });
  expect(rig.module('mic').problem).toEqual({
    ...flood,
    message: 'mic prints on.',
    count: 2,
    firstAt: '2026-11-22T12:00:00.000Z',
    lastAt: '2026-11-22T12:01:00.000Z',
  });
});

test('the newest problem is shown, and the older one again when the newest is over', () => {
  const rig = ready(pair);
  rig.input({ type: 'problem', module: 'mic', fault: flood });
  rig.reports('mic', 'the device is gone');
  expect(rig.module('mic').problem?.code).toBe('reported');
  rig.saysIdle('mic');
  expect(rig.module('mic').problem?.code).toBe('flood');
  rig.input({ type: 'problem-over', module: 'mic', code: 'flood' });
  expect(rig.module('mic').problem).toBeNull();
});

test('the last problem is set when it begins and kept when it is over', () => {
  const rig = ready(pair);
  expect(rig.module('mic').lastProblem).toBeNull();
  rig.reports('mic', 'the device is gone');
  expect(rig.module('mic').lastProblem).toEqual(rig.module('mic').problem);
  rig.saysIdle('mic');
  expect(rig.module('mic')).toMatchObject({ problem: null, lastProblem: { code: 'reported' } });
  rig.ask({ kind: 'module.disable', module: 'mic' });
  rig.exits('mic', { code: 0 });
  expect(rig.module('mic')).toMatchObject({ state: 'disabled', lastProblem: { code: 'reported' } });
});

test('what was wrong with earlier runs is over when the module is ready', () => {
  const rig = ready(pair);
  rig.exits('mic');
  rig.pass(600);
  rig.reports('mic', 'the device is gone');
  expect(rig.module('mic').problem?.code).toBe('reported');
  rig.saysReady('mic');
  expect(rig.module('mic').problem).toBeNull();
});

test('problems of the rig are all shown, the newest last', () => {
  const rig = ready(pair);
  rig.input({ type: 'problem', module: null, fault: full });
  rig.input({ type: 'problem', module: null, fault: { ...full, code: 'state-folder' } });
  rig.input({ type: 'problem', module: null, fault: full });
  expect(rig.rig.problems.map(({ code, count }) => [code, count])).toEqual([
    ['state-folder', 1],
    ['low-space', 2],
  ]);
});

test('acknowledging ends what happened once, and only marks what lasts', () => {
  const rig = ready(pair);
  rig.input({ type: 'problem', module: 'mic', fault: flood });
  rig.input({ type: 'problem', module: null, fault: full });
  const { verdict } = rig.ask({ kind: 'problem.acknowledge' });
  expect(verdict).toMatchObject({ ok: true, outcome: 'done' });
  expect(rig.module('mic')).toMatchObject({ problem: null, lastProblem: { code: 'flood' } });
  expect(rig.rig.problems).toMatchObject([{ code: 'low-space', acknowledged: true }]);
  expect(rig.ask({ kind: 'problem.acknowledge' }).verdict).toMatchObject({ outcome: 'unchanged' });
});

test('an acknowledged problem that happens again is new again', () => {
  const rig = ready(pair);
  rig.input({ type: 'problem', module: null, fault: full });
  rig.ask({ kind: 'problem.acknowledge' });
  rig.input({ type: 'problem', module: null, fault: full });
  expect(rig.rig.problems[0]?.acknowledged).toBeUndefined();
});

test('one module and one code can be acknowledged, and the others stay', () => {
  const rig = ready(pair);
  for (const module of ['mic', 'gps']) {
    rig.input({ type: 'problem', module, fault: flood });
    rig.input({ type: 'problem', module, fault: { ...flood, code: 'bad-lines' } });
  }
  rig.ask({ kind: 'problem.acknowledge', module: 'mic', code: 'bad-lines' });
  expect(rig.module('mic').problem?.code).toBe('flood');
  expect(rig.module('gps').problem?.code).toBe('bad-lines');
});

test('acknowledging what is not there is refused, with its name', () => {
  const rig = ready(pair);
  const nothing = rig.ask({ kind: 'problem.acknowledge', code: 'stalled' });
  expect(nothing.verdict).toMatchObject({ refusal: { reason: 'no-such-problem' } });
  const nobody = rig.ask({ kind: 'problem.acknowledge', module: 'constructor' });
  expect(nobody.verdict).toMatchObject({ refusal: { reason: 'no-such-module' } });
});

test('every problem that the core raises by itself says what to do', () => {
  const rig = recording({ modules: { mic: {}, gps: {} } });
  const seen = new Map<string, string | null>();
  rig.manager.observe(() => {
    for (const { problem } of Object.values(rig.snapshot().modules)) {
      if (problem !== null) seen.set(problem.code, problem.remedy);
    }
  });
  rig.look('mic', 'unflushed');
  rig.look('mic', 'unflushed');
  rig.look('mic', 'no');
  rig.look('mic', 'no');
  rig.input({ type: 'queue-full', module: 'gps', run: 1 });
  rig.ask({ kind: 'record.stop' });
  rig.pass(30_000);
  rig.exits('mic', { signal: 'SIGKILL' });
  rig.exits('gps', { signal: 'SIGKILL' });
  rig.exits('mic');
  rig.exits('gps', { code: 78 });
  rig.pass(600 + 30_000);
  expect([...seen.keys()].toSorted()).toEqual([
    'bad-configuration',
    'exited',
    'not-stopped',
    'stalled',
    'start-timeout',
    'unflushed',
    'unresponsive',
  ]);
  for (const remedy of seen.values()) expect(remedy).toMatch(/\w/);
});

test('a warning of a gauge hides nothing worse', () => {
  const rig = recording({ modules: { mic: {} } });
  rig.look('mic', 'no');
  rig.look('mic', 'no');
  const warning = { code: 'gauge', message: 'mic: queue at 95 %', remedy: null } as const;
  rig.input({ type: 'problem', module: 'mic', fault: warning });
  expect(rig.module('mic').problem?.code).toBe('stalled');
  rig.look('mic');
  rig.look('mic');
  expect(rig.module('mic').problem?.code).toBe('gauge');
});

test('that the clock was set while a trial was recorded is over when somebody has seen it, or with the next start', () => {
  const fault = { code: 'clock-stepped', message: 'The clock went back.', remedy: null } as const;
  const rig = recording(pair);
  rig.input({ type: 'problem', module: null, fault });
  expect(rig.rig).toMatchObject({ state: 'recording', problems: [{ code: 'clock-stepped' }] });
  rig.ask({ kind: 'problem.acknowledge' });
  expect(rig.rig.problems).toEqual([]);
  rig.input({ type: 'problem', module: null, fault });
  rig.stop(['mic', 'gps']);
  expect(rig.rig).toMatchObject({ state: 'idle', problems: [{ code: 'clock-stepped' }] });
  rig.record(['mic', 'gps'], 2);
  expect(rig.rig).toMatchObject({ state: 'recording', problems: [] });
});
