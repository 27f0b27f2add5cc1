import { expect, test } from 'vitest';
import { begun, type CoreRig, ready, recording } from './support/core-rig.ts';

const one = { modules: { mic: {} } };
const inMs = (ms: number) => new Date(Date.UTC(2026, 10, 22, 12) + ms).toISOString();
const lowSpace = { reason: 'low-space', message: '3 MB are free.', remedy: 'Delete.' } as const;

function refuse(rig: CoreRig): void {
  rig.input({ type: 'trial-failed', ask: rig.newest('prepare-trial').ask, refusal: lowSpace });
}

test('a press that is refused takes no older wish to record away', () => {
  const rig = begun(one, true);
  rig.saysReady('mic');
  refuse(rig);
  const asked = rig.ask({ kind: 'record.start', waitMs: 5_000 });
  refuse(rig);
  expect(asked.verdict).toMatchObject({ ok: false, refusal: { reason: 'low-space' } });
  expect(rig.rig.desired).toBe('recording');
  const before = rig.of('prepare-trial').length;
  rig.pass(60_000);
  expect(rig.of('prepare-trial').length).toBe(before + 1);
});

test('a second start that is set for later is refused, and names the first', () => {
  const rig = ready(one);
  rig.ask({ kind: 'record.start', at: inMs(3_600_000) });
  const second = rig.ask({ kind: 'record.start', at: inMs(7_200_000) });
  expect(second.verdict).toMatchObject({ ok: false, refusal: { reason: 'busy' } });
});

test('a start that is set for later still comes after a recording in between', () => {
  const rig = ready(one);
  rig.ask({ kind: 'record.start', at: inMs(3_600_000) });
  rig.record(['mic']);
  rig.stop(['mic']);
  expect(rig.rig.state).toBe('idle');
  const before = rig.of('prepare-trial').length;
  rig.pass(3_600_000);
  expect(rig.of('prepare-trial').length).toBe(before + 1);
});

test('a rig that shall record while every module is switched off says so, until one is on', () => {
  const rig = recording(one);
  rig.ask({ kind: 'module.disable', module: 'mic' });
  rig.saysIdle('mic');
  rig.exits('mic', { code: 0 });
  expect(rig.rig.problems).toMatchObject([{ code: 'nothing-records' }]);
  rig.ask({ kind: 'module.enable', module: 'mic' });
  expect(rig.rig.problems).toEqual([]);
});

test('a module that reads its commands again is no longer called deaf', () => {
  const rig = ready(one);
  const run = rig.run('mic');
  rig.input({ type: 'queue-full', module: 'mic', run });
  expect(rig.module('mic').health).toBe('unresponsive');
  rig.input({ type: 'queue-drained', module: 'mic', run });
  expect(rig.module('mic')).toMatchObject({ health: 'ok', problem: null });
});
