import { appendFile, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { EventLog, eventsIn } from '../../../src/daemon/recordings/event-log.ts';
import type { ManifestEvent } from '../../../src/protocol/manifest-schema.ts';
import { mountSmallDisk, noSmallDisk } from '../store/small-disk.ts';
import { readEvents, workspace } from './shelf.ts';

const at = '2026-11-22T14:02:10.000Z';
const event = (trial: number): ManifestEvent => ({ is: 'paused', trial, at });
const line = (trial: number) => `${JSON.stringify(event(trial))}\n`;

async function trialsIn(path: string): Promise<number[]> {
  return (await readEvents(path)).flatMap((one) => (one.is === 'paused' ? [one.trial] : []));
}

test('lines that another process appends meanwhile are kept, also when its last is torn', async () => {
  const log = new EventLog(join(await workspace(), 'events.jsonl'));
  log.add(event(1), at);
  await log.save();
  await appendFile(log.path, line(2));
  log.add(event(3), at);
  await log.save();
  await appendFile(log.path, line(4).slice(0, 20));
  log.add(event(5), at);
  await log.save();
  expect(await trialsIn(log.path)).toEqual([1, 2, 3, 5]);
  expect(await readFile(log.path, 'utf8')).toContain(line(4).slice(0, 20));
});

test('lines that are no events cost nothing, however many they are', async () => {
  const path = join(await workspace(), 'events.jsonl');
  await writeFile(path, 'x\n'.repeat(8_000_000) + line(1));
  expect(await trialsIn(path)).toEqual([1]);
});

test('whoever has something else to do comes in between while many events are read', async () => {
  const path = join(await workspace(), 'events.jsonl');
  await writeFile(path, '{}\n'.repeat(300_000));
  const beganMs = performance.now();
  let lastMs = beganMs;
  let longestMs = 0;
  let isRead = false;
  const reading = readEvents(path).finally(() => {
    isRead = true;
  });
  while (!isRead) {
    await setImmediate();
    longestMs = Math.max(longestMs, performance.now() - lastMs);
    lastMs = performance.now();
  }
  expect(await reading).toEqual([]);
  expect(longestMs).toBeLessThan((performance.now() - beganMs) / 2);
});

test('events are read one by one, however much of the file is damage', async () => {
  const path = join(await workspace(), 'events.jsonl');
  await writeFile(path, line(1));
  await truncate(path, 3 * 2 ** 30); // more than Node reads as a whole
  for await (const event of eventsIn(path)) {
    expect(event).toMatchObject({ is: 'paused', trial: 1 });
    return;
  }
  expect.unreachable('no event was read');
});

test('words that are torn between two looks, and line ends that are none, stay in their event', async () => {
  const path = join(await workspace(), 'events.jsonl');
  const text = 'Zaunkönig \u2028 🐦 \r';
  const marker = { is: 'marker', at, monoNs: '1', text, actor: 'me', trial: 1 };
  const count = 2_000; // more than one look: the words lie on every border
  await writeFile(path, `${JSON.stringify(marker)}\n`.repeat(count));
  const read = await readEvents(path);
  expect(read).toHaveLength(count);
  for (const event of read) expect(event).toMatchObject({ text });
});

/** A log whose last save was torn by a full disk; the disk has room again. */
async function tornLog(): Promise<{ log: EventLog; wholeBytes: number }> {
  const disk = mountSmallDisk(256 * 1_024);
  onTestFinished(() => disk.remove());
  const log = new EventLog(join(disk.path, 'events.jsonl'));
  log.add(event(1), at);
  await log.save();
  const wholeBytes = (await stat(log.path)).size;
  disk.fill(0);
  for (let trial = 2; trial < 200; trial += 1) log.add(event(trial), at);
  await expect(log.save()).rejects.toThrow(/ENOSPC/);
  expect((await stat(log.path)).size).toBeGreaterThan(wholeBytes);
  disk.free();
  return { log, wholeBytes };
}

test.skipIf(noSmallDisk !== null)(
  'a torn line of ours is taken back and written again',
  async () => {
    const { log } = await tornLog();
    await log.save();
    expect(await trialsIn(log.path)).toEqual(Array.from({ length: 199 }, (_, n) => n + 1));
    expect((await readFile(log.path, 'utf8')).trim().split('\n')).toHaveLength(199);
  },
);

test.skipIf(noSmallDisk !== null)(
  'a torn line of ours takes no line of another process with it',
  async () => {
    const { log } = await tornLog();
    await appendFile(log.path, `\n${line(1_000)}`);
    await log.save();
    const trials = await trialsIn(log.path);
    expect(trials).toContain(1_000);
    expect(new Set(trials).size).toBe(200);
  },
);
