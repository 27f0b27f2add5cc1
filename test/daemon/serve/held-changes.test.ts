import { expect, test } from 'vitest';
import type { Change } from '../../../src/protocol/snapshot.ts';
import { sampleHost } from '../../support/sample-rig.ts';
import { type LineClient, lineClient } from './line-client.ts';
import { serveTinyRig } from './served-rig.ts';
import { moduleRecord } from './tiny-rig.ts';

const soon = { timeout: 10_000, interval: 5 };
const anHour = 3_600_000;

/** What came after the answer to `state.watch`: the `seq` of a change, or what else it is. */
function told({ frames }: LineClient): unknown[] {
  const from = frames.findIndex(({ id }) => id === 'q1');
  return frames
    .slice(from + 1)
    .map(({ id, method, params }) => (params as Change | undefined)?.seq ?? id ?? method);
}

/** A rig whose changes may wait that long, and somebody who watches it. */
async function watched(mayWaitMs: number) {
  const served = await serveTinyRig({ mayWaitMs });
  const peer = await lineClient(`${served.runDir}/control.sock`);
  await peer.ask('state.watch');
  const turnOn = (module: string) =>
    served.rig.change({ [`modules.${module}`]: moduleRecord({ desired: 'on' }) });
  return { ...served, peer, turnOn };
}

test('changes that may wait are told in one piece a moment later, each of them and in order', async () => {
  const { rig, peer, turnOn } = await watched(1);
  turnOn('mic');
  turnOn('camera');
  await expect.poll(() => told(peer), soon).toEqual([1, 2, 3]); // the first is the watcher itself
  expect(peer.notifications('state.change').at(-1)?.params).toMatchObject({
    checksum: rig.snapshot().checksum,
  });
});

test('an answer never overtakes a change that waits', async () => {
  const { peer, turnOn } = await watched(anHour);
  turnOn('mic');
  turnOn('camera');
  await peer.ask('state.get');
  expect(told(peer)).toEqual([1, 2, 3, 'q2']);
});

test('figures of the machine do not overtake it either', async () => {
  const { telemetry, peer, turnOn } = await watched(anHour);
  await peer.ask('telemetry.watch');
  turnOn('mic');
  for (const tell of telemetry)
    tell({ at: '2026-11-22T12:00:00.000Z', modules: {}, host: sampleHost });
  await expect.poll(() => told(peer).length, soon).toBe(4);
  expect(told(peer)).toEqual([1, 'q2', 2, 'telemetry']);
});

test('who is told the whole state anew is not told before what is in there', async () => {
  const { peer, turnOn } = await watched(anHour);
  turnOn('mic');
  const { result } = await peer.ask('state.watch');
  expect(result).toMatchObject({ snapshot: { seq: 2 } });
  turnOn('camera');
  await peer.ask('state.get');
  expect(told(peer).slice(-2)).toEqual([3, 'q3']);
});

test('a daemon that ends has told every change', async () => {
  const { close, peer, turnOn } = await watched(anHour);
  turnOn('mic');
  await close();
  await expect.poll(() => peer.isClosed(), soon).toBe(true);
  expect(told(peer)).toEqual([1, 2]);
});
