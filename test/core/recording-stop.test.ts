import { expect, test } from 'vitest';
import { type CoreRig, ready, recording } from './support/core-rig.ts';

const pair = { modules: { mic: {}, gps: {} } };
const files = ['/recordings/0001_rec/mic/trial-001/mic_s001.wav'];

function arming(): CoreRig {
  const rig = ready(pair);
  rig.ask({ kind: 'record.start' });
  rig.prepared();
  return rig;
}

test('a stop waits until every file is finished and the trial is closed', () => {
  const rig = recording(pair);
  const asked = rig.ask({ kind: 'record.stop', waitMs: 60_000 });
  expect(rig.rig).toMatchObject({ state: 'stopping', status: 'stopping', desired: 'idle' });
  expect(rig.rig.waitingFor).toEqual(['mic', 'gps']);
  expect(rig.module('mic')).toMatchObject({ state: 'recording', phase: 'finalizing' });
  rig.saysIdle('mic');
  expect(rig.rig.waitingFor).toEqual(['gps']);
  expect(rig.of('close-trial')).toEqual([]);
  rig.saysIdle('gps');
  expect(rig.newest('close-trial')).toMatchObject({ trial: 1, outcome: 'complete' });
  expect(rig.rig.state).toBe('stopping');
  expect(asked.verdict).toBeNull();
  rig.closed();
  expect(asked.verdict).toMatchObject({ ok: true, outcome: 'done' });
  expect(rig.rig).toMatchObject({ state: 'idle', trial: null });
});

test('a stop of a rig that does not record changes nothing', () => {
  const rig = ready(pair);
  expect(rig.ask({ kind: 'record.stop' }).verdict).toMatchObject({ outcome: 'unchanged' });
});

test('a module that still has progress gets more time, again and again', () => {
  const rig = recording({ modules: { mic: { stopMs: 5_000 }, gps: {} } });
  rig.ask({ kind: 'record.stop' });
  for (let etaMs = 40_000; etaMs > 0; etaMs -= 4_000) {
    rig.pass(4_000);
    rig.says('mic', { is: 'finalizing', etaMs });
  }
  expect(rig.told('mic')).toEqual(['stop']);
  expect(rig.module('mic').problem).toBeNull();
});

test('a module that says how long its files need is shown with that, and with nothing once they are finished', () => {
  const rig = recording({ modules: { mic: {}, gps: {} } });
  rig.ask({ kind: 'record.stop' });
  expect(rig.module('mic').phaseEta).toBeNull();
  rig.says('mic', { is: 'finalizing', etaMs: 4_000 });
  const { phaseSince, phaseEta } = rig.module('mic');
  expect(Date.parse(phaseEta ?? '') - Date.parse(phaseSince ?? '')).toBe(4_000);
  rig.saysIdle('mic');
  expect(rig.module('mic').phaseEta).toBeNull();
});

test('a module that grows while it finishes has progress, also without an estimate', () => {
  const rig = recording({ modules: { mic: { stopMs: 5_000 } } });
  rig.ask({ kind: 'record.stop' });
  rig.says('mic', { is: 'finalizing', etaMs: null });
  for (let n = 1; n < 5; n++) {
    rig.pass(4_000);
    rig.look('mic', 'yes', { bytes: 10_000_000 + n });
    rig.says('mic', { is: 'finalizing', etaMs: null });
  }
  expect(rig.told('mic')).toEqual(['stop']);
});

test('a module that only says that it is finishing gets no more time for it', () => {
  const rig = recording({ modules: { mic: { stopMs: 5_000 }, gps: {} } });
  rig.ask({ kind: 'record.stop' });
  rig.look('mic', 'no', { bytes: 10 });
  rig.says('mic', { is: 'finalizing', etaMs: 2_000 });
  for (let n = 0; n < 10; n++) {
    rig.pass(1_000);
    rig.says('mic', { is: 'finalizing', etaMs: 2_000 });
  }
  expect(rig.told('mic')).toContain('SIGINT');
});

test('a module that cannot end its file is ended with signals, and the trial is closed all the same', () => {
  const rig = recording({ modules: { mic: { stopMs: 5_000 }, gps: {} } });
  rig.ask({ kind: 'record.stop' });
  rig.saysIdle('gps');
  rig.pass(5_000);
  expect(rig.told('mic')).toEqual(['stop', 'SIGINT']);
  expect(rig.module('mic').problem?.code).toBe('not-stopped');
  expect(rig.of('close-trial')).toEqual([]); // it may still write
  rig.pass(3_000);
  rig.pass(3_000);
  expect(rig.told('mic')).toEqual(['stop', 'SIGINT', 'SIGTERM', 'SIGKILL']);
  rig.exits('mic', { signal: 'SIGKILL' });
  expect(rig.newest('close-trial')).toMatchObject({ outcome: 'partial' });
  expect(rig.told('mic').at(-1)).toBe('spawn'); // it is still wanted
});

test('a process that survives SIGKILL holds no trial open for ever', () => {
  const rig = recording({ modules: { mic: { stopMs: 5_000 }, gps: {} } });
  rig.ask({ kind: 'record.stop' });
  rig.saysIdle('gps');
  rig.pass(5_000 + 3_000 + 3_000 + 5_000);
  expect(rig.of('close-trial')).toHaveLength(1);
});

test('a disk that does not answer holds no stop up for ever', () => {
  const rig = recording(pair);
  rig.ask({ kind: 'record.stop' });
  rig.saysIdle('mic');
  rig.saysIdle('gps');
  rig.pass(30_000);
  expect(rig.rig).toMatchObject({ state: 'idle', problems: [{ code: 'manifest' }] });
});

test('a start that comes during a stop follows it', () => {
  const rig = recording(pair);
  const stop = rig.ask({ kind: 'record.stop', waitMs: 60_000 });
  const start = rig.ask({ kind: 'record.start', label: 'next', waitMs: 60_000 });
  expect(rig.of('prepare-trial')).toEqual([]);
  rig.saysIdle('mic');
  rig.saysIdle('gps');
  rig.closed();
  expect(stop.verdict).toMatchObject({ ok: true });
  expect(rig.newest('prepare-trial').label).toBe('next');
  expect(rig.rig.desired).toBe('recording');
  rig.prepared(2);
  for (const name of ['mic', 'gps']) rig.saysArmed(name);
  rig.pass(110);
  for (const name of ['mic', 'gps']) rig.saysRecording(name);
  for (const name of ['mic', 'gps']) rig.look(name);
  expect(start.verdict).toMatchObject({ ok: true, outcome: 'done' });
});

test('two starts that come during a stop are one start', () => {
  const rig = recording(pair);
  rig.ask({ kind: 'record.stop' });
  rig.ask({ kind: 'record.start', label: 'first' });
  for (const more of [{}, { label: 'first' }]) {
    const second = rig.ask({ kind: 'record.start', ...more });
    expect(second.verdict).toMatchObject({ ok: true, outcome: 'unchanged' });
  }
  rig.saysIdle('mic');
  rig.saysIdle('gps');
  rig.closed();
  expect(rig.of('prepare-trial')).toMatchObject([{ label: 'first' }]);
});

test('a stop takes back the start that was to follow', () => {
  const rig = recording(pair);
  rig.ask({ kind: 'record.stop' });
  const start = rig.ask({ kind: 'record.start', waitMs: 60_000 });
  rig.ask({ kind: 'record.stop' });
  expect(start.verdict).toMatchObject({ ok: false, refusal: { reason: 'called-off' } });
  rig.saysIdle('mic');
  rig.saysIdle('gps');
  rig.closed();
  expect(rig.rig).toMatchObject({ state: 'idle', desired: 'idle' });
  expect(rig.of('prepare-trial')).toEqual([]);
});

test('a start that is called off lets everybody go, names what goes, and uses up no number', () => {
  const rig = arming();
  const start = rig.ask({ kind: 'record.start', waitMs: 60_000 });
  rig.saysArmed('mic', files);
  const stop = rig.ask({ kind: 'record.stop', waitMs: 60_000 });
  expect(rig.told('mic').at(-1)).toBe('stop');
  expect(rig.told('gps').at(-1)).toBe('stop');
  rig.saysIdle('mic');
  expect(stop.verdict).toBeNull();
  rig.says('gps', { is: 'idle', files: ['/gps_s001.csv'] });
  expect(rig.newest('discard-trial').files).toEqual([...files, '/gps_s001.csv']);
  expect(start.verdict).toMatchObject({ ok: false, refusal: { reason: 'called-off' } });
  expect(stop.verdict).toMatchObject({ ok: true, outcome: 'done' });
  expect(rig.notes()).toEqual([]);
  expect(rig.rig).toMatchObject({ state: 'idle', desired: 'idle', session: null, trial: null });
  expect(rig.module('mic').problem).toBeNull();
});

test('a called-off start leaves the session that a person opened', () => {
  const rig = ready({
    ...pair,
    session: {
      id: '0004',
      name: 'pond',
      path: '/recordings/0004',
      startedAt: '2026-11-22T11:00:00Z',
    },
  });
  rig.ask({ kind: 'record.start' });
  rig.prepared();
  rig.ask({ kind: 'record.stop' });
  rig.saysIdle('mic');
  rig.saysIdle('gps');
  expect(rig.of('discard-trial')).toHaveLength(1);
  expect(rig.rig.session).not.toBeNull();
});

test('a start that is called off before the disk answered is undone when it does', () => {
  const rig = ready(pair);
  rig.ask({ kind: 'record.start' });
  const stop = rig.ask({ kind: 'record.stop', waitMs: 60_000 });
  expect(stop.verdict).toBeNull();
  rig.prepared();
  expect(rig.of('arm')).toEqual([]);
  expect(rig.of('discard-trial')).toHaveLength(1);
  expect(stop.verdict).toMatchObject({ ok: true });
});

test('a start right after one that was called off follows it, also while the disk has not answered, and can be called off too', () => {
  const rig = ready(pair);
  const first = rig.ask({ kind: 'record.start', waitMs: 1_000 });
  rig.ask({ kind: 'record.stop' });
  const again = rig.ask({ kind: 'record.start' });
  rig.pass(2_000); // the wait of the first start is over: that takes back nothing newer
  expect(again.verdict).toMatchObject({ ok: true, outcome: 'accepted' });
  expect(rig.rig.desired).toBe('recording');
  rig.prepared();
  expect(first.verdict).toMatchObject({ ok: false });
  expect(rig.of('discard-trial')).toHaveLength(1);
  expect(rig.of('prepare-trial')).toHaveLength(2);
  rig.ask({ kind: 'record.stop' });
  rig.ask({ kind: 'record.start' });
  rig.ask({ kind: 'record.stop' });
  rig.prepared();
  expect(rig.of('prepare-trial')).toHaveLength(2);
  expect(rig.rig).toMatchObject({ desired: 'idle', state: 'idle' });
});

test('a start that was told to go and is called off before anybody confirmed uses up no number', () => {
  const rig = arming();
  for (const name of ['mic', 'gps']) rig.saysArmed(name, [`/${name}`]);
  rig.ask({ kind: 'record.stop' });
  for (const name of ['mic', 'gps']) rig.saysIdle(name);
  expect(rig.of('discard-trial')).toMatchObject([{ files: ['/mic', '/gps'] }]);
  expect(rig.of('close-trial')).toEqual([]);
});

test('a trial that is stopped before a required module confirmed lacks that module', () => {
  const rig = arming();
  for (const name of ['mic', 'gps']) rig.saysArmed(name);
  rig.pass(110);
  rig.saysRecording('mic');
  rig.ask({ kind: 'record.stop' });
  for (const name of ['mic', 'gps']) rig.saysIdle(name);
  expect(rig.of('discard-trial')).toEqual([]);
  expect(rig.newest('close-trial')).toMatchObject({ trial: 1, outcome: 'partial' });
});

test('a file that has grown is not removed with a start that came to nothing', () => {
  const rig = arming();
  for (const name of ['mic', 'gps']) rig.saysArmed(name, [`/${name}`]);
  rig.pass(110);
  rig.look('mic', 'yes', { bytes: 5_000_000 });
  rig.pass(10_000);
  for (const name of ['mic', 'gps']) rig.saysIdle(name);
  expect(rig.of('discard-trial')).toMatchObject([{ files: ['/gps'] }]);
});

test('a start whose deadline passes is called off, and says so', () => {
  const rig = ready(pair);
  const asked = rig.ask({ kind: 'record.start', waitMs: 3_000 });
  rig.prepared();
  rig.saysArmed('mic');
  rig.pass(3_000);
  expect(asked.verdict).toMatchObject({ ok: false, refusal: { reason: 'deadline' } });
  expect(JSON.stringify(asked.verdict)).toContain('gps');
  rig.saysIdle('mic');
  rig.saysIdle('gps');
  expect(rig.rig).toMatchObject({ state: 'idle', desired: 'idle' });
});

test('a recording module that says it cannot go on is told to finish first, and only then counts as failed', () => {
  const rig = recording({ modules: { cam: {}, mic: {} } });
  rig.forget();
  rig.reports('cam', 'the lens fell off', false);
  expect(rig.told('cam')).toContain('stop');
  expect(rig.module('cam')).toMatchObject({ state: 'recording', phase: 'finalizing' });
  rig.saysIdle('cam');
  expect(rig.module('cam')).toMatchObject({ state: 'error', problem: { code: 'reported' } });
  expect(rig.notes()).toContainEqual(
    expect.objectContaining({ is: 'left', module: 'cam', how: 'ended' }),
  );
  rig.stop(['mic']);
  expect(rig.newest('close-trial')).toMatchObject({ outcome: 'partial' });
});
