import { expect, test } from 'vitest';
import { begun, type CoreRig, recording } from './support/core-rig.ts';
import { type ModulePlan, startMonoMs } from './support/plan.ts';

const minute = 60_000;
/** The go lies 100 ms and 5 ms a module after the start. */
const goMs = startMonoMs + 110;
const canAll = ['arm', 'pause', 'mark', 'split'];

function rigOf(modules: Record<string, ModulePlan> = { mic: {}, gps: {} }, more = {}): CoreRig {
  return recording({ modules, segmentMs: minute, ...more }, canAll);
}

const of = (rig: CoreRig, what: string) => rig.notes().filter(({ is }) => is === what);
const splits = (rig: CoreRig) =>
  rig.of('split').map(({ module, segment, atMonoNs }) => [module, segment, atMonoNs]);

/** Time passes with data landing. */
function passWell(rig: CoreRig, ms: number, names: readonly string[] = ['mic', 'gps']): void {
  rig.pass(ms);
  for (const name of names) rig.look(name);
}

test('every module that can is told the same instant, a minute after the go, half a second ahead', () => {
  const rig = rigOf();
  rig.pass(minute - 501);
  expect(rig.of('split')).toEqual([]);
  rig.pass(1);
  const at = `${goMs + minute}000000`;
  expect(splits(rig)).toEqual([
    ['mic', 2, at],
    ['gps', 2, at],
  ]);
  expect(of(rig, 'segment')).toMatchObject([{ segment: 2, reason: 'length' }]);
  expect(rig.module('mic')).toMatchObject({ state: 'recording', phase: 'splitting', health: 'ok' });
  expect(rig.rig).toMatchObject({ status: 'recording', trial: { segment: 2 } });
});

test('a module that confirms is in the new segment, without a gap, and its recording stays proven', () => {
  const rig = rigOf();
  rig.pass(minute);
  rig.saysSplit('mic', 2);
  rig.saysSplit('gps', 2);
  expect(of(rig, 'joined')).toMatchObject([
    { module: 'mic', segment: 2, firstSampleMonoNs: '7', files: ['mic_s002.dat'], late: false },
    { module: 'gps', segment: 2 },
  ]);
  expect(of(rig, 'gap')).toEqual([]);
  expect(of(rig, 'left')).toEqual([]);
  expect(rig.module('mic')).toMatchObject({ state: 'recording', phase: null, health: 'ok' });
});

test('one segment follows the other, each a minute long, whenever the modules answer', () => {
  const rig = rigOf();
  for (const segment of [2, 3, 4]) {
    passWell(rig, minute);
    rig.saysSplit('mic', segment);
    rig.saysSplit('gps', segment);
  }
  const instants = new Set(splits(rig).map(([, , at]) => at));
  expect([...instants]).toEqual([1, 2, 3].map((n) => `${goMs + n * minute}000000`));
  expect(rig.rig.trial).toMatchObject({
    segment: 4,
    nextSegmentMs: 4 * minute,
  });
});

test('a module that cannot split goes on in its file and is in its old segment', () => {
  const rig = recording({ modules: { mic: {} }, segmentMs: minute });
  rig.pass(10 * minute);
  expect(rig.told('mic')).toEqual([]);
  expect(of(rig, 'segment')).toEqual([]);
  expect(rig.rig.trial?.segment).toBe(1);
});

test('with segmentWithGap it finishes its file and comes back in the new one, and the gap is written down', () => {
  const rig = recording({ modules: { mic: {} }, segmentMs: minute, segmentWithGap: true });
  rig.pass(minute);
  expect(rig.told('mic')).toEqual(['stop']);
  rig.pass(200);
  rig.saysIdle('mic');
  rig.pass(300);
  rig.saysArmed('mic');
  rig.saysRecording('mic');
  rig.look('mic');
  const to = new Date(rig.wallMs).toISOString();
  expect(rig.of('arm')).toMatchObject([{ segment: 2 }]);
  expect(of(rig, 'segment')).toMatchObject([{ segment: 2, reason: 'length' }]);
  const [left] = rig.notes().filter((note) => note.is === 'left');
  const from = left?.is === 'left' ? (left.at ?? '') : '';
  // The gap begins when it was told to stop, not when it had finished its file.
  expect(Date.parse(to) - Date.parse(from)).toBeGreaterThanOrEqual(500);
  expect(of(rig, 'gap').at(-1)).toMatchObject({ module: 'mic', from, to });
  expect(rig.rig).toMatchObject({ status: 'recording', trial: { segment: 2, partial: false } });
});

test('with segmentWithGap all come into the same segment, those that can without a gap', () => {
  const rig = begun({ modules: { mic: {}, cam: {} }, segmentMs: minute, segmentWithGap: true });
  for (const name of ['mic', 'cam']) rig.spawned(name);
  rig.saysReady('mic', canAll);
  rig.saysReady('cam', ['arm']);
  rig.record(['mic', 'cam']);
  rig.forget();
  rig.pass(minute);
  rig.saysSplit('mic', 2);
  rig.saysIdle('cam');
  rig.saysArmed('cam');
  rig.saysRecording('cam');
  expect(rig.told('mic')).toEqual(['split']);
  expect(rig.told('cam')).toEqual(['stop', 'arm', 'record']);
  expect(of(rig, 'joined')).toMatchObject([
    { module: 'mic', segment: 2 },
    { module: 'cam', segment: 2 },
  ]);
  expect(of(rig, 'gap').map((note) => note.is === 'gap' && note.module)).toEqual(['cam', 'cam']);
});

test('a module that does not confirm records on in its old file, and is told again with the next segment', () => {
  const rig = rigOf();
  rig.pass(minute);
  rig.saysSplit('gps', 2);
  rig.pass(10_000);
  expect(rig.module('mic')).toMatchObject({
    state: 'recording',
    phase: null,
    health: 'degraded',
    problem: { code: 'not-split' },
  });
  expect(rig.rig.status).toBe('recording');
  rig.look('mic');
  passWell(rig, 50_000);
  const again = splits(rig).slice(-2);
  expect(again.map(([module, segment]) => [module, segment])).toEqual([
    ['mic', 3],
    ['gps', 3],
  ]);
  rig.saysSplit('mic', 3);
  expect(rig.module('mic')).toMatchObject({ problem: null, health: 'ok' });
});

test('an answer to a split that comes after all is taken: the rig knows in which file it records', () => {
  const rig = rigOf();
  rig.pass(minute + 10_000);
  expect(rig.module('mic').problem?.code).toBe('not-split');
  rig.saysSplit('mic', 2);
  expect(rig.module('mic').problem).toBeNull();
  expect(of(rig, 'joined')).toMatchObject([{ module: 'mic', segment: 2 }]);
});

test('a module that says why it cannot go on in a new file stays in its old one, with its words', () => {
  const rig = rigOf();
  rig.pass(minute);
  rig.reports('mic', 'ENOSPC: no space left on device');
  expect(rig.module('mic').problem).toMatchObject({
    code: 'not-split',
    message: expect.stringContaining('no space left'),
  });
  expect(rig.module('mic')).toMatchObject({ state: 'recording', phase: null });
});

test('a module whose data do not land is not told: it has its own trouble', () => {
  const rig = rigOf();
  rig.pass(50_000);
  rig.look('mic', 'no');
  rig.look('mic', 'no');
  expect(rig.module('mic').health).toBe('stalled');
  rig.pass(10_000);
  expect(rig.told('mic')).toEqual([]);
  expect(rig.told('gps')).toEqual(['split']);
});

test('while the rig pauses no segment begins, and only recorded time counts', () => {
  const rig = rigOf();
  rig.pass(goMs + 40_000 - rig.monoMs);
  rig.ask({ kind: 'record.pause', waitMs: 10_000 });
  rig.says('mic', { is: 'paused' });
  rig.says('gps', { is: 'paused' });
  rig.pass(10 * minute);
  expect(rig.of('split')).toEqual([]);
  rig.ask({ kind: 'record.resume', waitMs: 10_000 });
  rig.saysRecording('mic');
  rig.saysRecording('gps');
  const resumedMs = rig.monoMs;
  rig.pass(20_000);
  expect(splits(rig)).toMatchObject([
    ['mic', 2, `${resumedMs + 20_000}000000`],
    ['gps', 2, `${resumedMs + 20_000}000000`],
  ]);
});

test('a pause while modules split is told at once, and the split is confirmed when they go on', () => {
  const rig = rigOf({ mic: {} });
  rig.pass(minute - 400);
  rig.ask({ kind: 'record.pause', waitMs: 10_000 });
  expect(rig.told('mic')).toEqual(['split', 'pause']);
  rig.says('mic', { is: 'paused' });
  expect(rig.rig.state).toBe('paused');
  rig.ask({ kind: 'record.resume', waitMs: 10_000 });
  rig.saysRecording('mic');
  rig.saysSplit('mic', 2);
  expect(of(rig, 'joined')).toMatchObject([{ module: 'mic', segment: 2 }]);
  expect(rig.module('mic')).toMatchObject({ state: 'recording', problem: null });
});

test('a stop while modules split finishes them, and who had gone on before it is in the new segment', () => {
  const rig = rigOf();
  rig.pass(minute);
  rig.ask({ kind: 'record.stop', waitMs: 60_000 });
  expect(rig.told('mic')).toEqual(['split', 'stop']);
  rig.saysSplit('mic', 2);
  rig.saysIdle('mic');
  rig.says('gps', { is: 'idle', files: ['gps_s001.dat'] });
  rig.closed();
  expect(of(rig, 'joined')).toMatchObject([{ module: 'mic', segment: 2 }]);
  expect(of(rig, 'files')).toMatchObject([{ module: 'gps', segment: 1 }]);
  expect(rig.newest('close-trial')).toMatchObject({ outcome: 'complete' });
  expect(rig.rig.state).toBe('idle');
});

test('a module that crashes while it splits comes back in a segment of its own', () => {
  const rig = rigOf();
  rig.pass(minute);
  rig.exits('mic');
  rig.pass(2_000);
  rig.saysReady('mic', canAll);
  rig.saysArmed('mic', []);
  rig.saysRecording('mic');
  expect(rig.of('arm')).toMatchObject([{ module: 'mic', segment: 3 }]);
  expect(of(rig, 'segment')).toMatchObject([
    { segment: 2, reason: 'length' },
    { segment: 3, reason: 'module-crash' },
  ]);
});

test('a module that is switched on after a split comes into the newest segment, late', () => {
  const rig = rigOf({ mic: {}, gps: { desired: 'off' } });
  passWell(rig, minute, ['mic']);
  rig.saysSplit('mic', 2);
  rig.ask({ kind: 'module.enable', module: 'gps' });
  rig.saysReady('gps', canAll);
  rig.saysArmed('gps', []);
  rig.saysRecording('gps');
  expect(of(rig, 'joined').at(-1)).toMatchObject({ module: 'gps', segment: 2, late: true });
});

test('a segment that nobody could go into is not begun', () => {
  const rig = rigOf({ mic: {} });
  rig.exits('mic');
  rig.pass(minute);
  expect(of(rig, 'segment')).toEqual([]);
  expect(rig.rig.trial?.segment).toBe(1);
});
