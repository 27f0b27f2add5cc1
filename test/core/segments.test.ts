import { expect, test } from 'vitest';
import { type CoreRig, recording } from './support/core-rig.ts';

const pair = { modules: { mic: {}, gps: {} } };

/** A module whose process was started comes into the running trial. */
function joins(rig: CoreRig, name: string): void {
  rig.saysReady(name);
  rig.saysArmed(name, []);
  rig.saysRecording(name);
  rig.look(name);
}

const of = (rig: CoreRig, what: string) => rig.notes().filter(({ is }) => is === what);

test('a module that crashed records on in a new segment that holds only it, and the gap is written down', () => {
  const rig = recording(pair);
  const from = new Date(rig.wallMs).toISOString();
  rig.exits('mic');
  expect(of(rig, 'left')).toMatchObject([{ module: 'mic', segment: 1, how: 'crashed', at: from }]);
  expect(rig.rig.status).toBe('degraded');
  rig.pass(2_000);
  joins(rig, 'mic');
  const to = new Date(rig.wallMs).toISOString();
  expect(rig.of('arm')).toMatchObject([{ module: 'mic', trial: 1, segment: 2 }]);
  expect(of(rig, 'segment')).toMatchObject([{ segment: 2, reason: 'module-crash' }]);
  expect(of(rig, 'joined')).toMatchObject([{ module: 'mic', segment: 2, late: false }]);
  expect(of(rig, 'gap').at(-1)).toMatchObject({ module: 'mic', from, to });
  expect(rig.rig).toMatchObject({ state: 'recording', status: 'recording', trial: { segment: 2 } });
  expect(rig.told('gps')).toEqual([]);
  rig.stop(['mic', 'gps']);
  expect(rig.newest('close-trial')).toMatchObject({ outcome: 'partial' });
});

test.each([
  ['required', 'partial'],
  ['optional', 'complete'],
] as const)(
  'a %s module that a person starts again leaves a gap, and the trial is %s',
  (kind, outcome) => {
    const rig = recording({ modules: { mic: { required: kind === 'required' }, gps: {} } });
    rig.ask({ kind: 'module.restart', module: 'mic' });
    rig.pass(1_000);
    rig.saysIdle('mic');
    const cause = 'mic was restarted: somebody asked for it';
    expect(of(rig, 'gap')).toMatchObject([{ module: 'mic', to: null, cause }]);
    rig.exits('mic', { code: 0 });
    joins(rig, 'mic');
    rig.stop(['mic', 'gps']);
    expect(rig.newest('close-trial')).toMatchObject({ outcome });
  },
);

test('a module that a person switches off and on again leaves a gap, which was wished: the trial is complete', () => {
  const rig = recording(pair);
  rig.ask({ kind: 'module.disable', module: 'mic' });
  rig.saysIdle('mic');
  rig.exits('mic', { code: 0 });
  rig.ask({ kind: 'module.enable', module: 'mic' });
  joins(rig, 'mic');
  expect(of(rig, 'gap').at(-1)).toMatchObject({ module: 'mic', from: expect.any(String) });
  rig.stop(['mic', 'gps']);
  expect(rig.newest('close-trial')).toMatchObject({ outcome: 'complete' });
});

test('each crash has its segment: numbers are the rig’s and rise', () => {
  const rig = recording(pair);
  for (const name of ['mic', 'gps', 'mic']) {
    rig.exits(name);
    rig.pass(2_000);
    joins(rig, name);
  }
  expect(rig.of('arm').map(({ module, segment }) => [module, segment])).toEqual([
    ['mic', 2],
    ['gps', 3],
    ['mic', 4],
  ]);
  expect(rig.rig.trial?.segment).toBe(4);
});

test('two modules that crash together each get their own segment', () => {
  const rig = recording({ modules: { mic: {}, gps: {}, camera: {} } });
  rig.exits('mic');
  rig.exits('gps');
  rig.pass(2_000);
  joins(rig, 'gps');
  joins(rig, 'mic');
  expect(new Set(rig.of('arm').map(({ segment }) => segment))).toEqual(new Set([2, 3]));
});

test('a module that crashed and does not arm the second time gets the next segment, never the same', () => {
  const rig = recording(pair);
  rig.exits('mic');
  rig.pass(2_000);
  rig.saysReady('mic');
  rig.pass(10_000);
  rig.saysIdle('mic');
  rig.pass(5_000);
  expect(rig.of('arm').map(({ segment }) => segment)).toEqual([2, 3]);
});

test('a module that crashes again before it records has left once, and its gap begins there', () => {
  const rig = recording(pair);
  const from = new Date(rig.wallMs).toISOString();
  rig.exits('mic');
  rig.pass(2_000);
  rig.saysReady('mic');
  rig.saysArmed('mic', []);
  rig.exits('mic');
  expect(of(rig, 'left')).toHaveLength(1);
  rig.pass(2_000);
  joins(rig, 'mic');
  expect(of(rig, 'gap').at(-1)).toMatchObject({ from, to: new Date(rig.wallMs).toISOString() });
});

test('a restart by a person finishes the file first and records on in a new segment', () => {
  const rig = recording(pair);
  rig.ask({ kind: 'module.restart', module: 'mic' });
  rig.saysIdle('mic');
  expect(of(rig, 'left')).toMatchObject([{ module: 'mic', how: 'finished' }]);
  rig.exits('mic', { code: 0 });
  joins(rig, 'mic');
  expect(of(rig, 'segment')).toMatchObject([{ segment: 2, reason: 'resume' }]);
  expect(rig.module('mic')).toMatchObject({ state: 'recording', restarts: 1 });
});

test('a module that is switched off and on again comes back in a new segment, and the time between is a gap', () => {
  const rig = recording(pair);
  rig.ask({ kind: 'module.disable', module: 'mic' });
  rig.saysIdle('mic');
  rig.exits('mic', { code: 0 });
  expect(rig.rig).toMatchObject({ state: 'recording', status: 'recording' }); // a person's wish
  rig.pass(60_000);
  rig.ask({ kind: 'module.enable', module: 'mic' });
  joins(rig, 'mic');
  expect(of(rig, 'segment')).toMatchObject([{ segment: 2, reason: 'resume' }]);
  expect(of(rig, 'gap').at(-1)).toMatchObject({
    module: 'mic',
    to: new Date(rig.wallMs).toISOString(),
  });
  rig.stop(['mic', 'gps']);
  expect(rig.newest('close-trial')).toMatchObject({ outcome: 'complete' });
});

test('a module that was off when the trial began joins its segment late, without a gap', () => {
  const rig = recording({ modules: { mic: {}, gps: { desired: 'off' } } });
  expect(rig.rig.status).toBe('recording');
  rig.ask({ kind: 'module.enable', module: 'gps' });
  expect(rig.rig.status).toBe('degraded'); // it is wanted now and does not record yet
  joins(rig, 'gps');
  expect(of(rig, 'joined')).toMatchObject([{ module: 'gps', segment: 1, late: true }]);
  expect(of(rig, 'gap')).toEqual([]);
  expect(of(rig, 'segment')).toEqual([]);
  expect(rig.rig.status).toBe('recording');
});

test('a module that stops recording by itself is started again and records on', () => {
  const rig = recording(pair);
  rig.saysIdle('mic');
  expect(rig.module('mic')).toMatchObject({ state: 'stopping', problem: { code: 'no-record' } });
  rig.exits('mic', { code: 0 });
  rig.pass(2_000);
  joins(rig, 'mic');
  expect(of(rig, 'segment')).toMatchObject([{ segment: 2, reason: 'module-crash' }]);
});

test('a module that is back after the stop does not record', () => {
  const rig = recording(pair);
  rig.exits('mic');
  rig.ask({ kind: 'record.stop' });
  rig.saysIdle('gps');
  rig.closed();
  rig.pass(2_000);
  rig.saysReady('mic');
  rig.pass(60_000);
  expect(rig.of('arm')).toEqual([]);
  expect(rig.module('mic').state).toBe('idle');
});

test('a module that never comes back leaves a gap until the end of the trial', () => {
  const rig = recording(pair);
  rig.exits('mic');
  rig.pass(1_000);
  rig.stop(['gps']);
  expect(of(rig, 'gap').at(-1)).toMatchObject({
    module: 'mic',
    to: new Date(rig.wallMs).toISOString(),
  });
});

test('a module that records though nobody told it to is told to stop', () => {
  const rig = recording(pair);
  rig.exits('mic');
  rig.pass(2_000);
  rig.saysReady('mic');
  rig.saysArmed('mic');
  rig.ask({ kind: 'record.stop' });
  rig.saysIdle('mic');
  rig.saysIdle('gps');
  rig.forget();
  rig.saysRecording('mic');
  expect(rig.told('mic')).toEqual(['stop']);
  expect(rig.module('mic').state).toBe('idle');
});
