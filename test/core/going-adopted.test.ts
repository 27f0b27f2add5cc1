import { expect, test } from 'vitest';
import { begun, session } from './support/core-rig.ts';
import { livingIn, trialLeft } from './support/taken-up.ts';

const armed = livingIn('armed');
const trial = trialLeft;

/** The daemon before decided the go, and died before mic confirmed it or had even heard of it. */
function adopts(desired: 'recording' | 'idle', mic: object = {}) {
  const modules = { mic: { adopted: armed, run: 1, before: 'known', ...mic } } as const;
  return begun({ modules, desired, session, trial });
}

test.each([
  'known',
  'recorded', // it made its file when it armed
] as const)(
  'a module that was armed (%s) when the daemon died between go and record is told to record at once',
  (before) => {
    const rig = adopts('recording', { before });
    expect(rig.of('tell')).toMatchObject([
      { module: 'mic', run: 1, command: { do: 'record', atMonoNs: '0' } },
    ]);
    expect(rig.rig.state).toBe('arming');
    rig.saysRecording('mic');
    expect(rig.module('mic')).toMatchObject({ state: 'recording' });
    const gap = { is: 'gap', module: 'mic', from: trial.startedAt };
    expect(rig.notes()).toMatchObject([
      { ...gap, to: null },
      { is: 'joined', module: 'mic', trial: 3, segment: 1, late: true },
      { ...gap, to: expect.any(String) },
    ]);
    rig.saysRecording('mic'); // the answer to the first of the two commands, or to the second
    expect(rig.notes().filter(({ is }) => is === 'joined')).toHaveLength(1);
    expect(rig.told('mic')).toEqual(['record']);
  },
);

test('one that does not record even then lets go in its time, and comes in again in a segment of its own', () => {
  const rig = adopts('recording');
  expect(rig.told('mic')).toEqual(['record']);
  rig.pass(10_000);
  expect(rig.module('mic').problem?.code).toBe('no-record');
  expect(rig.told('mic')).toEqual(['record', 'stop']);
  rig.saysIdle('mic');
  rig.pass(5_000);
  expect(rig.of('arm')).toMatchObject([{ module: 'mic', trial: 3, segment: 2 }]);
});

test.each([
  ['the trial was stopped meanwhile', 'idle', {}, 'stop'],
  ['it was switched off meanwhile', 'recording', { desired: 'off' }, 'stop'],
] as const)('it is not told to record where %s', (_, desired, mic, told) => {
  expect(adopts(desired, mic).told('mic')).toEqual([told]);
});
