import { appendFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { ManifestSegment } from '../../../src/protocol/manifest.ts';
import { until } from '../../support/until.ts';
import { Shelf, workspace } from './shelf.ts';

async function segmentsOf(shelf: Shelf): Promise<ManifestSegment[]> {
  return (await shelf.manifest()).trials[0]?.segments ?? [];
}

const fileOf = (segments: readonly ManifestSegment[], number: number) =>
  segments.find((segment) => segment.number === number)?.modules['mic']?.files[0];

test('the file that a module has left gets its verdict and checksum while the trial goes on, the present one not', async () => {
  const shelf = new Shelf(await workspace());
  const { trial } = await shelf.prepare();
  await shelf.begin(trial, { mic: 'first' });
  shelf.segment(trial, 2, 'length');
  await shelf.join('mic', trial, 2, 'second');
  const first = await until(
    'its checksum',
    async () => {
      const file = fileOf(await segmentsOf(shelf), 1);
      return file?.sha256 == null ? null : file;
    },
    30_000,
  );
  expect(first).toMatchObject({ bytes: 5, verdict: 'ok' });
  const segments = await segmentsOf(shelf);
  expect(fileOf(segments, 2)).toMatchObject({ sha256: null, verdict: 'open' });
  expect(await shelf.recordings.bytesOf('mic', 1)).toMatchObject({ bytes: 11, files: 2 });
  expect((await shelf.manifest()).trials[0]).toMatchObject({ stoppedAt: null });
});

test('a file that its module still finishes gets no verdict before it rests', async () => {
  const shelf = new Shelf(await workspace());
  const { trial } = await shelf.prepare();
  await shelf.begin(trial, {});
  const file = await shelf.join('mic', trial, 1, 'first');
  shelf.segment(trial, 2, 'length');
  await shelf.join('mic', trial, 2, 'second');
  let bytes = 5;
  const growing = setInterval(() => {
    bytes += 1;
    appendFile(file, 'x').catch(() => clearInterval(growing));
  }, 500);
  const beganMs = performance.now();
  await until('several looks', () => performance.now() - beganMs > 8_000, 20_000);
  clearInterval(growing);
  expect(fileOf(await segmentsOf(shelf), 1)).toMatchObject({ verdict: 'open' });
  const rests = await until(
    'its verdict',
    async () => {
      const one = fileOf(await segmentsOf(shelf), 1);
      return one?.verdict === 'open' ? null : one;
    },
    30_000,
  );
  expect(rests).toMatchObject({ bytes, verdict: 'ok' });
});

test('a file of a new segment that a module names too early, or not at all, is in that segment', async () => {
  const shelf = new Shelf(await workspace());
  const { trial } = await shelf.prepare();
  await shelf.begin(trial, {});
  const file = await shelf.join('mic', trial, 1, 'first');
  await shelf.join('cam', trial, 1, 'first');
  shelf.segment(trial, 2, 'length');
  await writeFile(join(dirname(file), 'mic_s002.dat'), 'second');
  await writeFile(join(dirname(file).replace('mic', 'cam'), 'cam_s002.dat'), 'second');
  const named = { trial, segment: 1, module: 'mic', files: ['mic_s002.dat'] };
  shelf.recordings.note({ is: 'files', ...named });
  shelf.recordings.note({ is: 'files', ...named });
  await shelf.close(trial);
  const [first, second] = await segmentsOf(shelf);
  const paths = (segment: ManifestSegment | undefined, module: string) =>
    segment?.modules[module]?.files.map(({ path }) => path);
  for (const module of ['mic', 'cam']) {
    expect(paths(first, module)).toEqual([`${module}/trial-001/${module}_s001.dat`]);
    expect(paths(second, module)).toEqual([`${module}/trial-001/${module}_s002.dat`]);
  }
});

test('a segment by length that nobody went into is not in the manifest of the closed trial', async () => {
  const shelf = new Shelf(await workspace());
  const { trial } = await shelf.prepare();
  await shelf.begin(trial, { mic: 'all' });
  shelf.segment(trial, 2, 'length');
  expect((await segmentsOf(shelf)).map(({ number }) => number)).toEqual([1, 2]);
  await shelf.close(trial);
  expect((await segmentsOf(shelf)).map(({ number }) => number)).toEqual([1]);
});

test('a file that had its verdict and is less at the end of the trial is told of', async () => {
  const shelf = new Shelf(await workspace());
  const { trial } = await shelf.prepare();
  await shelf.begin(trial, {});
  const file = await shelf.join('mic', trial, 1, 'first');
  shelf.segment(trial, 2, 'length');
  await shelf.join('mic', trial, 2, 'second');
  await until(
    'its verdict',
    async () => fileOf(await segmentsOf(shelf), 1)?.verdict === 'ok',
    30_000,
  );
  await writeFile(file, '');
  await shelf.close(trial);
  expect(fileOf(await segmentsOf(shelf), 1)).toMatchObject({
    bytes: 0,
    verdict: 'empty',
    note: 'it had 5 bytes when it was finished',
  });
  expect(shelf.faults.map(({ code }) => code)).toContain('verdict');
});
