import { expect, test } from 'vitest';
import { begun, ready, session } from './support/core-rig.ts';

const pair = { modules: { mic: {}, gps: {} } };
const armFiles = ['/recordings/0001_rec/mic/trial-001/mic_s001.wav'];

test('a recording is armed, goes, and is confirmed with evidence before its start is answered', () => {
  const rig = ready(pair);
  const asked = rig.ask({ kind: 'record.start', label: 'frogs', waitMs: 60_000 });
  expect(rig.newest('prepare-trial').label).toBe('frogs');
  expect(rig.rig).toMatchObject({ state: 'arming', desired: 'recording', trial: null });
  rig.prepared(12);
  expect(rig.of('arm')).toMatchObject([
    { module: 'mic', trial: 12, segment: 1 },
    { module: 'gps', trial: 12, segment: 1 },
  ]);
  expect(rig.rig.waitingFor).toEqual(['mic', 'gps']);
  rig.saysArmed('mic');
  expect(rig.rig.waitingFor).toEqual(['gps']);
  rig.saysArmed('gps');
  rig.pass(120);
  rig.saysRecording('mic');
  rig.saysRecording('gps');
  expect(rig.rig).toMatchObject({ state: 'recording', status: 'recording', session });
  expect(rig.notes().filter(({ is }) => is === 'segment')).toMatchObject([
    { trial: 12, segment: 1, reason: 'start' },
  ]);
  expect(rig.rig.trial).toMatchObject({ number: 12, label: 'frogs', segment: 1 });
  rig.look('mic');
  expect(asked.verdict).toBeNull();
  rig.look('gps');
  expect(asked).toMatchObject({ answers: 1, verdict: { ok: true, outcome: 'done' } });
});

test('all modules are told the same instant, 100 ms and 5 ms a module ahead', () => {
  const rig = ready({ modules: { mic: {}, gps: {}, camera: {} } });
  rig.ask({ kind: 'record.start' });
  rig.prepared();
  rig.pass(300);
  for (const name of ['mic', 'gps', 'camera']) rig.saysArmed(name);
  const atMonoNs = `${rig.monoMs + 115}000000`;
  expect(rig.of('tell').map(({ module, command }) => ({ module, command }))).toEqual(
    ['mic', 'gps', 'camera'].map((module) => ({ module, command: { do: 'record', atMonoNs } })),
  );
  expect(rig.notes()).toMatchObject([
    {
      is: 'trial-began',
      goMonoNs: atMonoNs,
      startedAt: new Date(rig.wallMs + 115).toISOString(),
      without: [],
    },
  ]);
  expect(rig.manager.state().recording).toMatchObject({
    trial: { startedMonoMs: rig.monoMs + 115 },
  });
});

test('a required module that does not arm in time ends the start, with its name', () => {
  const rig = ready(pair);
  const asked = rig.ask({ kind: 'record.start', waitMs: 60_000 });
  rig.prepared();
  rig.saysArmed('mic', armFiles);
  rig.pass(9_999);
  expect(rig.rig.state).toBe('arming');
  rig.pass(1);
  expect(rig.rig).toMatchObject({ state: 'stopping', status: 'stopping' });
  expect(asked.verdict).toBeNull();
  rig.saysIdle('gps');
  rig.saysIdle('mic');
  expect(asked.verdict).toMatchObject({ ok: false, refusal: { reason: 'not-armed' } });
  expect(JSON.stringify(asked.verdict)).toContain('gps is not ready to record');
  expect(JSON.stringify(asked.verdict)).not.toContain('mic is');
  expect(rig.newest('discard-trial')).toEqual({ type: 'discard-trial', trial: 1, files: armFiles });
  expect(rig.rig).toMatchObject({ state: 'idle', desired: 'idle', session: null });
});

test('onMissingModule: start-without goes without it, says so, and marks the trial', () => {
  const rig = ready({ ...pair, onMissingModule: 'start-without' });
  rig.ask({ kind: 'record.start' });
  rig.prepared();
  rig.saysArmed('mic');
  rig.pass(10_000);
  expect(rig.notes()).toMatchObject([{ is: 'trial-began', modules: ['mic'], without: ['gps'] }]);
  rig.pass(105);
  rig.saysRecording('mic');
  expect(rig.rig).toMatchObject({ state: 'recording', status: 'degraded' });
  rig.look('mic');
  rig.stop(['mic', 'gps']);
  expect(rig.newest('close-trial')).toMatchObject({ outcome: 'partial' });
});

test('a module that may lack does not hold up the others beyond its own time', () => {
  const rig = ready({ modules: { mic: {}, gps: { required: false, armMs: 2_000 } } });
  rig.ask({ kind: 'record.start' });
  rig.prepared();
  rig.saysArmed('mic');
  rig.pass(2_000);
  expect(rig.told('mic')).toEqual(['arm', 'record']);
  const wanted = ['mic', 'gps'];
  expect(rig.notes()).toMatchObject([{ is: 'trial-began', modules: ['mic'], without: [], wanted }]);
});

test('a module that is still starting is waited for as long as it may take to arm', () => {
  const rig = begun({ modules: { mic: {}, gps: { armMs: 20_000 } } });
  rig.saysReady('mic');
  rig.ask({ kind: 'record.start' });
  rig.prepared();
  rig.saysArmed('mic');
  rig.pass(19_000);
  expect(rig.rig.state).toBe('arming');
  rig.saysReady('gps');
  expect(rig.told('gps')).toEqual(['spawn', 'arm']);
  rig.saysArmed('gps');
  expect(rig.told('mic')).toContain('record');
});

test('a required module that a person switched off is that person’s wish: the others record', () => {
  const rig = ready({ modules: { mic: {}, gps: { desired: 'off' } } });
  rig.ask({ kind: 'record.start' });
  rig.prepared();
  rig.saysArmed('mic');
  rig.pass(105);
  rig.saysRecording('mic');
  expect(rig.rig).toMatchObject({ state: 'recording', status: 'recording' });
});

test('a module that crashes while it arms is tried again where its retry comes in time', () => {
  const rig = ready(pair);
  rig.ask({ kind: 'record.start' });
  rig.prepared();
  rig.saysArmed('gps');
  rig.exits('mic');
  rig.pass(600);
  expect(rig.rig.state).toBe('arming');
  rig.saysReady('mic');
  expect(rig.newest('arm')).toMatchObject({ module: 'mic', run: 2, segment: 2 });
  rig.saysArmed('mic');
  expect(rig.told('gps')).toContain('record');
});

test('with nothing wanted there is nothing to record', () => {
  const rig = begun({ modules: { mic: { desired: 'off' } } });
  const { verdict } = rig.ask({ kind: 'record.start' });
  expect(verdict).toMatchObject({ ok: false, refusal: { reason: 'nothing-to-record' } });
  expect(rig.rig.desired).toBe('idle');
  expect(rig.of('prepare-trial')).toEqual([]);
});

test('a disk that refuses ends the start with its own words', () => {
  const rig = ready(pair);
  const asked = rig.ask({ kind: 'record.start', waitMs: 60_000 });
  const refusal = { reason: 'low-space', message: '3 MB are free.', remedy: 'Delete.' } as const;
  rig.input({ type: 'trial-failed', ask: rig.newest('prepare-trial').ask, refusal });
  expect(asked.verdict).toMatchObject({ ok: false, refusal });
  expect(rig.rig).toMatchObject({ state: 'idle', desired: 'idle' });
  expect(rig.of('arm')).toEqual([]);
});

test('a disk that does not answer ends the start, and what it prepares later is removed', () => {
  const rig = ready(pair);
  const asked = rig.ask({ kind: 'record.start', waitMs: 60_000 });
  rig.pass(40_000);
  expect(asked.verdict).toMatchObject({ ok: false, refusal: { reason: 'recordings-folder' } });
  expect(rig.rig.state).toBe('idle');
  rig.prepared(3);
  expect(rig.of('discard-trial')).toMatchObject([{ trial: 3 }]);
  expect(rig.rig.state).toBe('idle');
});

test('the go waits until what was made for the trial is on the disk', () => {
  const rig = ready(pair);
  rig.ask({ kind: 'record.start' });
  rig.numbered();
  const effects = rig.effects.map(({ type }) => type).filter((type) => /arm|trial/.test(type));
  expect(effects).toEqual(['prepare-trial', 'arm', 'arm', 'secure-trial']); // the folders come first
  for (const name of ['mic', 'gps']) rig.saysArmed(name);
  expect(rig.told('mic')).not.toContain('record');
  rig.pass(9_000);
  expect(rig.told('mic')).not.toContain('record');
  rig.input({ type: 'trial-secured', ask: rig.newest('secure-trial').ask });
  for (const name of ['mic', 'gps']) expect(rig.told(name)).toContain('record');
  expect(rig.of('secure-trial')).toHaveLength(1);
});

test('a disk that fails while modules arm ends the start with its own words, and who has armed stands down', () => {
  const rig = ready(pair);
  const asked = rig.ask({ kind: 'record.start', waitMs: 60_000 });
  rig.numbered(4);
  rig.saysArmed('mic');
  const refusal = { reason: 'recordings-folder', message: 'EIO', remedy: 'Change it.' } as const;
  rig.input({ type: 'trial-failed', ask: rig.newest('secure-trial').ask, refusal });
  for (const name of ['mic', 'gps']) {
    expect(rig.told(name).slice(-1)).toEqual(['stop']);
    rig.saysIdle(name);
  }
  expect(asked.verdict).toMatchObject({ ok: false, refusal });
  expect(rig.newest('discard-trial')).toMatchObject({ trial: 4, files: ['mic_s001.dat'] });
  expect(rig.rig).toMatchObject({ state: 'idle', desired: 'idle', trial: null });
  expect(rig.notes()).toEqual([]);
});

test('a disk that does not answer while modules arm ends the start, and its late answer begins nothing', () => {
  const rig = ready(pair);
  const asked = rig.ask({ kind: 'record.start', waitMs: 60_000 });
  rig.numbered();
  for (const name of ['mic', 'gps']) rig.saysArmed(name);
  rig.pass(40_000);
  for (const name of ['mic', 'gps']) rig.saysIdle(name);
  expect(asked.verdict).toMatchObject({ ok: false, refusal: { reason: 'recordings-folder' } });
  expect(rig.of('discard-trial')).toHaveLength(1);
  rig.input({ type: 'trial-secured', ask: rig.newest('secure-trial').ask });
  expect(rig.rig.state).toBe('idle');
  expect(rig.told('mic')).not.toContain('record');
});

test('the late answer to a start that was given up disturbs no other start', () => {
  const rig = ready(pair);
  rig.ask({ kind: 'record.start' });
  const { ask } = rig.newest('prepare-trial');
  rig.pass(40_000);
  rig.ask({ kind: 'record.start' });
  rig.input({ type: 'trial-prepared', ask, session, trial: 5 });
  expect(rig.of('discard-trial')).toEqual([]); // the number may be that of the start under way
  expect(rig.of('arm')).toEqual([]);
  rig.prepared(5);
  expect(rig.of('arm')).toMatchObject([{ trial: 5 }, { trial: 5 }]);
});

test('a module that does not confirm is left behind, and the others record', () => {
  const rig = ready(pair);
  rig.ask({ kind: 'record.start' });
  rig.prepared();
  rig.saysArmed('mic');
  rig.saysArmed('gps');
  rig.pass(110);
  rig.saysRecording('mic');
  expect(rig.rig.state).toBe('arming');
  rig.pass(10_000);
  expect(rig.module('gps').problem?.code).toBe('no-record');
  expect(rig.rig).toMatchObject({ state: 'recording', status: 'degraded' });
  rig.saysIdle('gps');
  rig.pass(5_000);
  expect(rig.newest('arm')).toMatchObject({ module: 'gps', segment: 2 }); // it is asked again, not in a loop
});

test('a start whose evidence does not come is partly done, and names who is missing', () => {
  const rig = ready(pair);
  const asked = rig.ask({ kind: 'record.start', waitMs: 60_000 });
  rig.prepared();
  rig.saysArmed('mic');
  rig.saysArmed('gps');
  rig.pass(110);
  rig.saysRecording('mic');
  rig.saysRecording('gps');
  rig.look('mic');
  rig.pass(4_999);
  expect(asked.verdict).toBeNull();
  rig.pass(1);
  expect(asked.verdict).toMatchObject({ ok: true, partly: expect.stringContaining('gps') });
  expect(JSON.stringify(asked.verdict)).not.toContain('mic');
});

test('two people who start at once start one recording and get the same answer', () => {
  const rig = ready(pair);
  const one = rig.ask({ kind: 'record.start', waitMs: 60_000 });
  const two = rig.ask({ kind: 'record.start', waitMs: 60_000 });
  expect(rig.of('prepare-trial')).toHaveLength(1);
  rig.prepared();
  for (const name of ['mic', 'gps']) rig.saysArmed(name);
  rig.pass(110);
  for (const name of ['mic', 'gps']) rig.saysRecording(name);
  for (const name of ['mic', 'gps']) rig.look(name);
  expect(one.verdict).toMatchObject({ ok: true, outcome: 'done' });
  expect(two.verdict).toMatchObject({ ok: true, outcome: 'unchanged' });
  expect(rig.ask({ kind: 'record.start' }).verdict).toMatchObject({ outcome: 'unchanged' });
});

test('a start of one who does not wait is answered at once as under way', () => {
  const rig = ready(pair);
  expect(rig.ask({ kind: 'record.start' }).verdict).toMatchObject({
    ok: true,
    outcome: 'accepted',
  });
});

test('a session that was named stays open and collects trials', () => {
  const rig = ready(pair);
  rig.ask({ kind: 'session.start', name: 'pond' });
  const named = { ...session, name: 'pond' };
  rig.input({ type: 'session-opened', ask: rig.newest('open-session').ask, session: named });
  expect(rig.rig.session).toEqual(named);
  rig.record(['mic', 'gps'], 1);
  rig.stop(['mic', 'gps']);
  expect(rig.rig.session).not.toBeNull();
  rig.record(['mic', 'gps'], 2);
  expect(rig.rig.trial?.number).toBe(2);
  expect(rig.ask({ kind: 'session.end' }).verdict).toMatchObject({
    refusal: { reason: 'recording' },
  });
  rig.stop(['mic', 'gps']);
  const end = rig.ask({ kind: 'session.end', waitMs: 5_000 });
  rig.input({ type: 'session-ended', ask: rig.newest('end-session').ask, partly: null });
  expect(end.verdict).toMatchObject({ ok: true, outcome: 'done' });
  expect(rig.rig.session).toBeNull();
});

test('a session whose end is not on the disk yet is over, and whoever ended it is told why', () => {
  const rig = ready(pair);
  rig.record(['mic', 'gps'], 1);
  rig.stop(['mic', 'gps']);
  const end = rig.ask({ kind: 'session.end', waitMs: 5_000 });
  const partly = 'session.json could not be written: the disk is full';
  rig.input({ type: 'session-ended', ask: rig.newest('end-session').ask, partly });
  expect(end.verdict).toMatchObject({ ok: true, outcome: 'done', partly });
  expect(rig.rig.session).toBeNull();
});
