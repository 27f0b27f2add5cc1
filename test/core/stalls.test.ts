import { expect, test } from 'vitest';
import { begun, type CoreRig, recording, session } from './support/core-rig.ts';

const pair = { modules: { mic: {}, gps: {} } };

const iso = (ms: number) => new Date(ms).toISOString();
const stalls = (rig: CoreRig) =>
  rig.notes().filter(({ is }) => is === 'stalled' || is === 'stall-over' || is === 'gap');

/** Looks that find nothing new since `lastProgressAt`. */
function standsStill(rig: CoreRig, name: string, looks = 2, why: string | null = null): string {
  const lastProgressAt = iso(rig.wallMs);
  for (let n = 0; n < looks; n += 1) {
    rig.pass(5_000);
    rig.look(name, 'no', { lastProgressAt, why });
  }
  return lastProgressAt;
}

test('a module that stalls leaves a gap from its last progress until its evidence is back, with the reason', () => {
  const rig = recording(pair);
  const from = standsStill(rig, 'mic', 2, 'its process 7 is frozen');
  expect(stalls(rig)).toEqual([
    { is: 'stalled', module: 'mic', from, cause: 'mic recorded nothing: its process 7 is frozen' },
  ]);
  rig.pass(1_000);
  rig.look('mic');
  expect(stalls(rig)).toHaveLength(1); // one good look clears nothing
  rig.look('mic');
  expect(stalls(rig).at(-1)).toEqual({ is: 'stall-over', module: 'mic', at: iso(rig.wallMs) });
  rig.stop(['mic', 'gps']);
  expect(stalls(rig)).toHaveLength(2);
  expect(rig.newest('close-trial')).toMatchObject({ outcome: 'partial' });
});

test('a stall that was not raised is no gap', () => {
  const rig = recording(pair);
  standsStill(rig, 'mic', 1);
  rig.look('mic');
  rig.stop(['mic', 'gps']);
  expect(stalls(rig)).toEqual([]);
  expect(rig.newest('close-trial')).toMatchObject({ outcome: 'complete' });
});

test('a trial is complete although a module stalled that is not required', () => {
  const rig = recording({ modules: { mic: {}, gps: { required: false } } });
  standsStill(rig, 'gps');
  rig.stop(['mic', 'gps']);
  expect(stalls(rig)).toHaveLength(2);
  expect(rig.newest('close-trial')).toMatchObject({ outcome: 'complete' });
});

test('a stall ends when the module is told to stop, or has paused', () => {
  const stopped = recording(pair);
  standsStill(stopped, 'mic');
  stopped.ask({ kind: 'record.stop' });
  const at = iso(stopped.wallMs);
  stopped.pass(2_000);
  stopped.saysIdle('mic');
  expect(stalls(stopped).at(-1)).toEqual({ is: 'stall-over', module: 'mic', at });
  const paused = recording(pair);
  standsStill(paused, 'mic');
  paused.ask({ kind: 'record.pause' });
  for (const name of ['mic', 'gps']) paused.says(name, { is: 'paused' });
  expect(stalls(paused).map(({ is }) => is)).toEqual(['stalled', 'stall-over']);
});

test('a stalled module that is replaced is missing from its last progress until it is back', () => {
  const rig = recording({ modules: { mic: { onStall: 'restart' }, gps: {} } });
  const from = standsStill(rig, 'mic');
  const at = iso(rig.wallMs);
  expect(stalls(rig)).toMatchObject([
    { is: 'stalled', from },
    { is: 'gap', module: 'mic', from: at, to: null },
  ]);
});

test('a file is over when its module was told to stop, however long it takes to finish', () => {
  const rig = recording(pair);
  rig.ask({ kind: 'record.stop' });
  const at = iso(rig.wallMs);
  rig.pass(8_000);
  rig.saysIdle('mic');
  expect(rig.notes().filter(({ is }) => is === 'left')).toMatchObject([{ how: 'finished', at }]);
});

test('what adopted modules have said of their take is noted, and the end of a stall that nobody saw', () => {
  const heard = { firstSampleMonoNs: '900000000000', files: ['/recordings/0001_rec/x.wav'] };
  const living = {
    pid: 7,
    startedAt: iso(0),
    ready: true,
    version: null,
    can: [],
    splitTo: null,
    heard,
  };
  const adopted = { ...living, take: 'recording', trial: 3, segment: 1 } as const;
  const trial = { number: 3, label: null, startedAt: iso(0), segment: 1, partial: false };
  const rig = begun({
    modules: { mic: { adopted, run: 1 } },
    desired: 'recording',
    session,
    trial: {
      ...trial,
      startedMonoMs: 900_000,
      pausedMs: 0,
      pausedSinceMonoMs: null,
      nextSegmentMs: null,
    },
  });
  expect(rig.notes()).toMatchObject([{ is: 'joined', module: 'mic', ...heard }]);
  rig.look('mic');
  expect(rig.notes().at(-1)).toMatchObject({ is: 'stall-over', module: 'mic' });
});
