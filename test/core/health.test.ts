import { expect, test } from 'vitest';
import { begun, type CoreRig, ready, recording } from './support/core-rig.ts';

const mic = { modules: { mic: {} } };

/** The health loop looks every five seconds at a module that says nothing. */
function looks(rig: CoreRig, times: number): void {
  for (let n = 0; n < times; n++) rig.silent('mic', 10_000 + n * 5_000);
}

test('a module that has said nothing for ten seconds is asked whether it is there', () => {
  const rig = ready(mic);
  rig.silent('mic', 9_999);
  expect(rig.told('mic')).toEqual([]);
  rig.silent('mic', 10_000);
  expect(rig.told('mic')).toEqual(['ping']);
  expect(rig.module('mic').health).toBe('ok');
});

test('two lost pings make a module unresponsive, and any line from it clears that', () => {
  const rig = ready(mic);
  looks(rig, 2);
  expect(rig.module('mic').health).toBe('ok'); // the second ping may still be answered
  looks(rig, 1);
  expect(rig.module('mic')).toMatchObject({
    state: 'idle',
    health: 'unresponsive',
    problem: { code: 'unresponsive', count: 1 },
  });
  expect(rig.rig.status).toBe('degraded');
  rig.silent('mic', 300);
  expect(rig.module('mic')).toMatchObject({ health: 'ok', problem: null });
  expect(rig.rig.status).toBe('idle');
});

test('a module that was frozen while it paused says so, with what lets it go on', () => {
  const rig = recording(mic, ['pause']);
  rig.ask({ kind: 'record.pause' });
  rig.says('mic', { is: 'paused' });
  for (const silentMs of [10_000, 15_000, 20_000]) rig.silent('mic', silentMs, { frozenPid: 4242 });
  expect(rig.module('mic')).toMatchObject({
    state: 'paused',
    health: 'unresponsive',
    problem: {
      message: 'mic does not answer: its process 4242 is frozen (stopped by a signal).',
      remedy: 'Let it go on: kill -CONT 4242. Or: rigdeck restart mic',
    },
  });
});

test('a module that stays silent has one problem, and is asked on', () => {
  const rig = ready(mic);
  looks(rig, 20);
  expect(rig.module('mic').problem).toMatchObject({ code: 'unresponsive', count: 1 });
  expect(rig.told('mic')).toHaveLength(20);
});

test('a module that answered one of two pings is not accused', () => {
  const rig = ready(mic);
  looks(rig, 2);
  rig.silent('mic', 100);
  looks(rig, 2);
  expect(rig.module('mic').health).toBe('ok');
});

test('a module that is still starting is not asked: its own deadline watches it', () => {
  const rig = begun(mic);
  rig.forget();
  looks(rig, 5);
  expect(rig.told('mic')).toEqual([]);
  expect(rig.module('mic').problem).toBeNull();
});

test('a program that has no channel to speak on is not asked', () => {
  const rig = ready({ modules: { mic: { protocol: 'none' } } });
  rig.silent('mic', null);
  expect(rig.told('mic')).toEqual([]);
});

test('a module is not judged while it arms, nor while it finishes its files', () => {
  const rig = ready(mic);
  rig.ask({ kind: 'record.start' });
  rig.prepared();
  looks(rig, 5);
  rig.saysArmed('mic');
  rig.pass(200);
  rig.saysRecording('mic');
  rig.ask({ kind: 'record.stop' });
  looks(rig, 5);
  expect(rig.told('mic')).toEqual(['arm', 'record', 'stop']);
  expect(rig.module('mic').problem).toBeNull();
});

test('a module that does not read its commands is unresponsive until it answers one', () => {
  const rig = ready(mic);
  rig.input({ type: 'queue-full', module: 'mic', run: 1 });
  rig.silent('mic', 10_000);
  rig.silent('mic', 300); // it talks, but that does not say that it listens
  expect(rig.module('mic')).toMatchObject({ health: 'unresponsive' });
  expect(rig.module('mic').problem?.message).toContain('does not read its commands');
  rig.saysIdle('mic');
  expect(rig.module('mic')).toMatchObject({ health: 'ok', problem: null });
});

test('a look at a run that is gone says nothing about the new one', () => {
  const rig = ready(mic);
  rig.exits('mic');
  rig.pass(0);
  rig.saysReady('mic');
  rig.forget();
  for (let n = 0; n < 5; n++) {
    rig.input({ type: 'health', seen: [{ module: 'mic', run: 1, silentMs: 60_000 }] });
  }
  expect(rig.told('mic')).toEqual([]);
  expect(rig.module('mic').health).toBe('ok');
});

test('the first evidence is believed at once; until then it is not known whether bytes land', () => {
  const rig = ready(mic);
  rig.ask({ kind: 'record.start' });
  rig.prepared();
  rig.saysArmed('mic');
  rig.pass(200);
  rig.saysRecording('mic');
  expect(rig.module('mic')).toMatchObject({ health: 'unknown', phase: 'proving' });
  rig.look('mic', 'yes', { bytes: 4_000 });
  expect(rig.module('mic')).toMatchObject({
    health: 'ok',
    phase: null,
    evidence: { bytes: 4_000 },
  });
});

test('the first bytes are not missed before evidenceTimeout, and then after two looks', () => {
  const rig = ready(mic);
  rig.ask({ kind: 'record.start' });
  rig.prepared();
  rig.saysArmed('mic');
  rig.pass(200);
  rig.saysRecording('mic');
  for (let n = 0; n < 3; n++) {
    rig.pass(1_250);
    rig.look('mic', 'no');
  }
  expect(rig.module('mic').health).toBe('unknown');
  rig.pass(1_250);
  rig.look('mic', 'no');
  rig.pass(1_250);
  rig.look('mic', 'no');
  expect(rig.module('mic')).toMatchObject({ health: 'stalled', problem: { code: 'stalled' } });
});

test('one bad look raises nothing, two do; one good look clears nothing, two do', () => {
  const rig = recording(mic);
  rig.look('mic', 'no');
  expect(rig.module('mic').health).toBe('ok');
  rig.look('mic', 'no', { why: 'the disk is read-only' });
  expect(rig.module('mic')).toMatchObject({ state: 'recording', health: 'stalled' });
  expect(rig.module('mic').problem?.message).toContain('the disk is read-only');
  expect(rig.rig.status).toBe('degraded');
  rig.look('mic', 'yes');
  expect(rig.module('mic').health).toBe('stalled');
  rig.look('mic', 'yes');
  expect(rig.module('mic')).toMatchObject({ health: 'ok', problem: null });
  expect(rig.rig.status).toBe('recording');
});

test('looks that alternate change nothing', () => {
  const rig = recording(mic);
  for (let n = 0; n < 10; n++) rig.look('mic', n % 2 === 0 ? 'no' : 'yes');
  expect(rig.module('mic').health).toBe('ok');
});

test('counters that rise while files stand still are degraded, and stalled when they stand too long', () => {
  const rig = recording(mic);
  rig.look('mic', 'unflushed');
  rig.look('mic', 'unflushed');
  expect(rig.module('mic')).toMatchObject({ health: 'degraded', problem: { code: 'unflushed' } });
  expect(rig.rig.status).toBe('recording');
  rig.look('mic', 'no');
  expect(rig.module('mic').health).toBe('degraded');
  rig.look('mic', 'no');
  expect(rig.module('mic')).toMatchObject({ health: 'stalled', problem: { code: 'stalled' } });
});

test('nothing grows in a pause, and nothing is wrong with that', () => {
  const rig = recording(mic);
  rig.look('mic', 'no');
  rig.ask({ kind: 'record.pause' });
  rig.says('mic', { is: 'paused' });
  for (let n = 0; n < 5; n++) rig.look('mic', 'no');
  expect(rig.module('mic')).toMatchObject({ state: 'paused', health: 'ok', problem: null });
  rig.ask({ kind: 'record.resume' });
  rig.saysRecording('mic');
  rig.look('mic', 'no');
  expect(rig.module('mic').health).toBe('unknown'); // proven anew, in its own time
});

test('a stalled module is shown and left alone, unless its rule says otherwise', () => {
  const rig = recording(mic);
  rig.look('mic', 'no');
  rig.look('mic', 'no');
  rig.pass(60_000);
  expect(rig.told('mic')).toEqual([]);
});

test('onStall: restart ends the stalled module with a signal and lets it record on in a new segment', () => {
  const rig = recording({ modules: { mic: { onStall: 'restart' }, gps: {} } });
  rig.look('mic', 'no');
  rig.look('mic', 'no');
  expect(rig.told('mic')).toEqual(['SIGINT']);
  expect(rig.module('mic')).toMatchObject({ state: 'stopping', problem: { code: 'stalled' } });
  rig.exits('mic', { code: 0 });
  rig.pass(600);
  rig.saysReady('mic');
  expect(rig.module('mic')).toMatchObject({ run: 2, problem: null, desired: 'on' });
  expect(rig.newest('arm')).toMatchObject({ module: 'mic', trial: 1, segment: 2 });
  rig.saysArmed('mic');
  rig.saysRecording('mic');
  const gap = rig.notes().find(({ is }) => is === 'gap');
  expect(gap).toMatchObject({ module: 'mic', cause: expect.stringContaining('onStall: restart') });
});

test('an error that a recording module reports is shown, and its evidence is believed', () => {
  const rig = recording(mic);
  rig.reports('mic', 'the buffer ran over');
  expect(rig.module('mic')).toMatchObject({
    state: 'recording',
    health: 'degraded',
    problem: { code: 'reported' },
  });
  expect(rig.rig.status).toBe('recording');
});
