import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { FileSums } from '../../../src/daemon/recordings/file-sums.ts';
import { until } from '../../support/until.ts';
import { Shelf, workspace } from './shelf.ts';

const linux = test.runIf(process.platform === 'linux');

/** The thread of this process that yields to all others, and what it has read so far. */
function lowThread(): { id: string; readBytes: number } | null {
  for (const id of readdirSync('/proc/self/task')) {
    const stat = readTask(id, 'stat');
    const nice = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16];
    if (nice !== '19') continue;
    return { id, readBytes: Number(/^rchar: (\d+)/m.exec(readTask(id, 'io'))?.[1] ?? 0) };
  }
  return null;
}

function readTask(id: string, file: string): string {
  try {
    return readFileSync(`/proc/self/task/${id}/${file}`, 'latin1');
  } catch {
    return ''; // it has ended meanwhile
  }
}

/** Waits until it reads no more, and gives what it has read. */
function standsStill(): Promise<number> {
  let before = -1;
  let same = 0;
  return until('nothing is read', () => {
    const now = lowThread()?.readBytes ?? 0;
    same = now === before ? same + 1 : 0;
    before = now;
    return same > 20 ? now : null;
  });
}

function sums(): FileSums {
  const made = new FileSums();
  onTestFinished(() => made.end());
  return made;
}

test('a file is summed whole, and one that cannot be read has no sum', async () => {
  const folder = await workspace();
  const bytes = Buffer.from('recorded '.repeat(100_000));
  await writeFile(join(folder, 'a.raw'), bytes);
  const all = sums();
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  expect(await all.sumOf(join(folder, 'a.raw'))).toBe(sha256);
  expect(await all.sumOf(join(folder, 'gone.raw'))).toBeNull();
  expect(await all.sumOf(folder)).toBeNull();
  await all.end();
  expect(await all.sumOf(join(folder, 'a.raw'))).toBe(sha256); // a thread of its own again
});

linux(
  'files are summed by a thread that yields to all others, for the processor and for the disk',
  async () => {
    const path = join(await workspace(), 'a.raw');
    await writeFile(path, '');
    await truncate(path, 400_000_000); // a hole costs no disk, only time to read
    const all = sums();
    const sum = all.sumOf(path);
    const { id } = await until('it reads', lowThread);
    await until('it is the last for the disk, too', () =>
      execFileSync('ionice', ['-p', id], { encoding: 'utf8' }).startsWith('idle'),
    );
    await all.end();
    expect(await sum).toBeNull();
  },
);

linux('a held file is not read, and when it goes on nothing is read twice', async () => {
  const path = join(await workspace(), 'a.raw');
  await writeFile(path, '');
  const size = 600_000_000;
  await truncate(path, size);
  const all = sums();
  const sum = all.sumOf(path);
  await until('it reads', () => (lowThread()?.readBytes ?? 0) > 1_000_000);
  all.setPace('hold');
  const held = await standsStill();
  expect(held).toBeLessThan(size);
  all.setPace('full');
  const seen: number[] = [];
  const watched = until(
    'it is done',
    () => {
      seen.push(lowThread()?.readBytes ?? 0);
      return seen.length > 3 && (seen.at(-1) ?? 0) >= size;
    },
    50_000,
  );
  const zeros = createHash('sha256');
  for (let left = size; left > 0; left -= 1_000_000) zeros.update(Buffer.alloc(1_000_000));
  await watched;
  expect(await sum).toBe(zeros.digest('hex'));
  expect(Math.max(...seen)).toBeLessThan(size + 10_000_000);
});

test('files that nobody wants any more are never begun, and one of the recordings is summed before all others', async () => {
  const folder = await workspace();
  const huge = join(folder, 'huge.raw');
  const small = join(folder, 'small.raw');
  await writeFile(huge, '');
  await truncate(huge, 400_000_000_000); // a hole: no disk, and ten minutes to read
  await writeFile(small, 'x');
  const all = sums();
  const order: string[] = [];
  const ask = (name: string, path: string, unwanted?: AbortSignal) =>
    all.sumOf(path, unwanted).then((sha256) => {
      order.push(`${name} ${sha256 === null ? 'without' : 'with'} a sum`);
    });
  const unwanted = Array.from({ length: 6 }, () => new AbortController());
  const asked = unwanted.map(({ signal }, n) => ask(`unwanted ${n + 1}`, huge, signal));
  const patient = ask('patient', small, new AbortController().signal);
  const recorded = ask('recorded', small);
  await until('it reads', () => all.readOf(huge) > 0);
  for (const one of unwanted) one.abort();
  await Promise.all([...asked, patient, recorded]);
  expect(order.slice(0, 5)).toEqual([2, 3, 4, 5, 6].map((n) => `unwanted ${n} without a sum`));
  expect(order.slice(5)).toEqual([
    'unwanted 1 without a sum',
    'recorded with a sum',
    'patient with a sum',
  ]);
});

test('beside a recording little is read', async () => {
  const path = join(await workspace(), 'a.raw');
  await writeFile(path, Buffer.alloc(6_000_000));
  const all = sums();
  all.setPace('beside');
  const beganMs = performance.now();
  expect(await all.sumOf(path)).not.toBeNull();
  expect(performance.now() - beganMs).toBeGreaterThan(1_200); // at 4 MB a second
});

linux(
  'nothing is read while a recording is being started, little beside it, and the rest afterwards',
  async () => {
    const shelf = new Shelf(await workspace());
    const { trial } = await shelf.prepare();
    await shelf.begin(trial, {});
    const file = await shelf.join('cam', trial, 1, 'x');
    await truncate(file, 3_000_000_000);
    await shelf.close(trial);
    await until('it is read', () => (lowThread()?.readBytes ?? 0) > 1_000_000);
    const next = await shelf.prepare();
    const held = await standsStill();
    await shelf.begin(next.trial, { cam: 'y' });
    await until('it goes on', () => (lowThread()?.readBytes ?? 0) > held);
    await shelf.close(next.trial);
    await truncate(file, 1_000); // so that nobody waits for three gigabytes
    await until(
      'the other has its checksum',
      async () => {
        const { trials } = await shelf.manifest();
        return trials[1]?.segments[0]?.modules['cam']?.files[0]?.sha256 != null;
      },
      50_000,
    );
  },
);
