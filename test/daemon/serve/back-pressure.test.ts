import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import type { Change } from '../../../src/protocol/snapshot.ts';
import { type LineClient, lineClient } from './line-client.ts';
import { serveTinyRig } from './served-rig.ts';
import { moduleRecord, type TinyRig } from './tiny-rig.ts';

const soon = { timeout: 30_000, interval: 5 };

test('a peer that does not read costs nothing, delays nobody, and ends with the truth', async () => {
  const { runDir, rig } = await serveTinyRig({ modules: ['camera', 'mic', 'gps'] });
  const reader = await lineClient(`${runDir}/view.sock`);
  const stuck = await lineClient(`${runDir}/view.sock`);
  await reader.ask('state.watch');
  await stuck.ask('state.watch');
  stuck.socket.pause();
  const beforeBytes = memoryBytes();
  const lags: number[] = [];
  for (let run = 1; run <= 10_000; run += 1) {
    rig.change({ 'modules.mic': moduleRecord({ run, detail: 'x'.repeat(500) }) });
    if (run % 100 === 0) lags.push(await lagOf(rig, reader));
  }
  rig.change({
    'modules.gps': null,
    'groups.main': { status: 'idle', modules: ['camera', 'mic'] },
  });
  // 10,000 changes of a kilobyte are 10 MB: the queue of the stuck peer would hold most of them.
  await expectHeldBelow(beforeBytes + 6_000_000);
  lags.sort((a, b) => a - b);
  expect(lags[50]).toBeLessThan(500);

  stuck.socket.resume();
  const { seq, checksum } = rig.snapshot();
  const last = await stuck.frame(({ params }) => (params as Change)?.seq === seq);
  expect(last.params).toMatchObject({
    coalesced: true,
    checksum,
    changed: { 'modules.mic': { run: 10_000 }, 'modules.gps': null },
  });
  const told = stuck.notifications('state.change').map(({ params }) => params as Change);
  expect(told.length).toBeLessThan(2_000);
  expect(told.filter(({ coalesced }) => coalesced).length).toBeLessThan(3);
  expect(told.map((one) => one.seq)).toEqual(told.map((one) => one.seq).sort((a, b) => a - b));
});

test('the questions of a peer that does not read its answers are not read either', async () => {
  const { runDir, rig } = await serveTinyRig();
  rig.change({ 'modules.mic': moduleRecord({ detail: 'x'.repeat(50_000) }) });
  const greedy = await lineClient(`${runDir}/view.sock`);
  await greedy.ask('state.get');
  greedy.socket.pause();
  const beforeBytes = memoryBytes();
  greedy.say('{"id":1,"method":"state.get"}\n'.repeat(2_000)); // 100 MB of answers
  const other = await lineClient(`${runDir}/control.sock`);
  for (let turn = 0; turn < 20; turn += 1) await other.ask('state.get');
  await expectHeldBelow(beforeBytes + 10_000_000);
  greedy.socket.resume();
  await vi.waitFor(() => expect(greedy.frames).toHaveLength(2_001), soon);
});

test('a peer that reads nothing for too long loses its place', async () => {
  const { runDir, rig } = await serveTinyRig({ limits: { stuckMs: 50 } });
  const stuck = await lineClient(`${runDir}/view.sock`);
  await stuck.ask('state.watch');
  expect(rig.snapshot().clients).toHaveLength(1);
  stuck.socket.pause();
  for (let run = 1; run <= 2_000; run += 1) {
    rig.change({ 'modules.mic': moduleRecord({ run, detail: 'x'.repeat(500) }) });
  }
  await vi.waitFor(() => expect(rig.snapshot().clients).toEqual([]), soon);
});

/** How long the newest change takes to the last byte of a peer that reads. */
async function lagOf(rig: TinyRig, reader: LineClient): Promise<number> {
  const beganMs = performance.now();
  const { seq } = rig.snapshot();
  const hasCome = () => expect(reader.frames.at(-1)?.params).toMatchObject({ seq });
  await vi.waitFor(hasCome, { timeout: 5_000, interval: 1 });
  reader.frames.length = 0;
  return performance.now() - beganMs;
}

setFlagsFromString('--expose-gc');
const collectGarbage: unknown = runInNewContext('gc');

/** Buffers that nobody holds are given back by another thread, a moment after the garbage collection. */
function expectHeldBelow(bytes: number): Promise<void> {
  return vi.waitFor(() => expect(memoryBytes()).toBeLessThan(bytes), { timeout: 5_000 });
}

/** What Node holds for sockets and objects that are still in use. */
function memoryBytes(): number {
  if (typeof collectGarbage === 'function') collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
