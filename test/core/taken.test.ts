import { expect, test } from 'vitest';
import { recording } from './support/core-rig.ts';

const pair = { modules: { mic: {}, gps: {} } };
const shrank = 'mic_s001.wav shrank from 4.2 MB to 0 B';

test('a module of which somebody takes what it recorded is degraded until its take is over, though bytes land again', () => {
  const rig = recording(pair);
  rig.look('mic', 'yes', { taken: shrank });
  rig.look('mic', 'yes', { taken: shrank });
  expect(rig.module('mic')).toMatchObject({
    state: 'recording',
    health: 'degraded',
    problem: { code: 'taken', count: 1, message: `mic has lost what it recorded: ${shrank}.` },
  });
  expect(rig.module('gps').health).toBe('ok');
  rig.look('mic', 'yes', { taken: `${shrank}, and 1 more file` });
  expect(rig.module('mic').problem).toMatchObject({ code: 'taken', count: 2 });
  rig.stop(['mic', 'gps']);
  expect(rig.module('mic')).toMatchObject({ problem: null, lastProblem: { code: 'taken' } });
});

test('what is taken in a pause is told in the pause', () => {
  const rig = recording(pair);
  rig.ask({ kind: 'record.pause' });
  for (const name of ['mic', 'gps']) rig.says(name, { is: 'paused' });
  rig.look('mic', 'no', { taken: shrank });
  expect(rig.module('mic')).toMatchObject({
    state: 'paused',
    health: 'degraded',
    problem: { code: 'taken', count: 1 },
  });
  rig.ask({ kind: 'record.resume' });
  for (const name of ['mic', 'gps']) rig.saysRecording(name);
  rig.look('mic', 'yes', { taken: shrank });
  expect(rig.module('mic').problem).toMatchObject({ code: 'taken', count: 1 });
});

test('a stop is done in part where the files of the trial are not what they should be, and the next one is not', () => {
  const rig = recording(pair);
  const asked = rig.ask({ kind: 'record.stop', waitMs: 60_000 });
  for (const name of ['mic', 'gps']) rig.saysIdle(name);
  rig.closed('mic_s001.wav is gone');
  expect(asked.verdict).toMatchObject({ ok: true, partly: 'mic_s001.wav is gone' });
  rig.ask({ kind: 'record.start' });
  const calledOff = rig.ask({ kind: 'record.stop', waitMs: 60_000 });
  const refusal = { reason: 'low-space', message: 'full', remedy: null } as const;
  rig.input({ type: 'trial-failed', ask: rig.newest('prepare-trial').ask, refusal });
  expect(calledOff.verdict).toMatchObject({ ok: true });
  expect(calledOff.verdict).not.toHaveProperty('partly');
});
