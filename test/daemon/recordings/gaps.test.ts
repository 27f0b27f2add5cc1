import { readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Shelf, workspace } from './shelf.ts';

const iso = (ms: number) => new Date(ms).toISOString();

/** A trial that is being recorded. */
async function recording(): Promise<{ shelf: Shelf; trial: number; file: string }> {
  const shelf = new Shelf(await workspace());
  const { trial } = await shelf.prepare();
  await shelf.begin(trial, {});
  const file = await shelf.join('mic', trial, 1, 'abc');
  return { shelf, trial, file };
}

test('a stall is a gap in the manifest, open until evidence is back', async () => {
  const { shelf, trial } = await recording();
  const fromMs = Date.now() + 1_000;
  const cause = 'mic recorded nothing: frozen';
  shelf.recordings.note({ is: 'stalled', module: 'mic', from: iso(fromMs), cause });
  expect((await shelf.manifest()).gaps).toEqual([
    { from: iso(fromMs), to: null, module: 'mic', cause },
  ]);
  shelf.recordings.note({ is: 'stall-over', module: 'mic', at: iso(fromMs + 5_000) });
  shelf.recordings.note({ is: 'stall-over', module: 'mic', at: iso(fromMs + 6_000) });
  await shelf.close(trial);
  expect((await shelf.manifest()).gaps).toEqual([
    { from: iso(fromMs), to: iso(fromMs + 5_000), module: 'mic', cause },
  ]);
});

test('a stall of a module that has never recorded begins when it joined, and ends with the trial', async () => {
  const { shelf, trial } = await recording();
  const cause = 'mic recorded nothing';
  shelf.recordings.note({ is: 'stalled', module: 'mic', from: iso(0), cause });
  await shelf.close(trial);
  const { trials, gaps } = await shelf.manifest();
  const joinedAt = trials[0]?.segments[0]?.modules['mic']?.joinedAt;
  expect(gaps).toEqual([{ from: joinedAt, to: trials[0]?.stoppedAt, module: 'mic', cause }]);
});

test('a stall that a new daemon finds goes on as the one that is known, or begins with the last byte', async () => {
  const { shelf, trial, file } = await recording();
  const lastMs = Date.now() + 40_000;
  await utimes(file, lastMs / 1_000, lastMs / 1_000);
  const stalled = { is: 'stalled', module: 'mic', from: null } as const;
  shelf.recordings.note({ ...stalled, cause: 'mic recorded nothing: frozen' });
  await shelf.manifest();
  const second = new Shelf(shelf.folder, shelf.recordings.present());
  second.recordings.note({ ...stalled, cause: 'mic recorded nothing' });
  const { gaps } = await second.manifest();
  expect(gaps).toMatchObject([
    { module: 'mic', to: null, cause: expect.stringContaining('frozen') },
  ]);
  expect(Math.abs(Date.parse(gaps[0]?.from ?? '') - lastMs)).toBeLessThan(2);
  await second.close(trial, 'partial');
});

test('a stalled module that crashes has two gaps that meet', async () => {
  const { shelf, trial } = await recording();
  const fromMs = Date.now() + 1_000;
  const [from, at, to] = [iso(fromMs), iso(fromMs + 8_000), iso(fromMs + 9_000)];
  const { recordings } = shelf;
  recordings.note({ is: 'stalled', module: 'mic', from, cause: 'mic recorded nothing' });
  recordings.note({ is: 'left', trial, segment: 1, module: 'mic', how: 'crashed', at });
  recordings.note({ is: 'gap', module: 'mic', from: at, to: null, cause: 'crash' });
  shelf.segment(trial, 2, 'module-crash');
  await shelf.join('mic', trial, 2, 'abc');
  recordings.note({ is: 'gap', module: 'mic', from: at, to, cause: 'crash' });
  const expected = [
    { from, to: at, module: 'mic', cause: 'mic recorded nothing' },
    { from: at, to, module: 'mic', cause: 'crash' },
  ];
  const before = await shelf.manifest();
  expect(before.gaps).toEqual(expected);
  expect(before.trials[0]?.segments[0]?.modules['mic']?.left).toEqual({ at, how: 'crashed' });
  // The next daemon reads the events again over the manifest: nothing comes twice.
  const second = new Shelf(shelf.folder, recordings.present());
  expect((await second.manifest()).gaps).toEqual(expected);
});

test('events name files relative to the session folder, so that a card that was mounted elsewhere can be read', async () => {
  const { shelf, trial, file } = await recording();
  shelf.recordings.note({ is: 'files', trial, segment: 1, module: 'mic', files: [`${file}.log`] });
  await shelf.manifest();
  const { path } = (await shelf.recordings.session()) ?? { path: '' };
  const events = await readFile(join(path, 'events.jsonl'), 'utf8');
  expect(events).toContain('"files":["mic/trial-001/mic_s001.dat"]');
  expect(events).toContain('"files":["mic/trial-001/mic_s001.dat.log"]');
  expect(events).not.toContain(shelf.folder);
});

test('a new daemon is told of the pause that the manifest knows, or of the last byte of who is paused', async () => {
  const { shelf, trial, file } = await recording();
  const { recordings } = shelf;
  const lastMs = Date.now() - 40_000;
  await utimes(file, lastMs / 1_000, lastMs / 1_000);
  expect(await recordings.pauseLeft(trial, [])).toEqual({ isNoted: false, sinceMs: null });
  const left = await recordings.pauseLeft(trial, ['mic']);
  expect(left.isNoted).toBe(false);
  expect(Math.abs((left.sinceMs ?? 0) - lastMs)).toBeLessThan(2);

  const sinceMs = Date.now();
  recordings.note({ is: 'paused', trial, at: iso(sinceMs) });
  await shelf.manifest();
  const second = new Shelf(shelf.folder, recordings.present());
  expect(await second.recordings.pauseLeft(trial, ['mic'])).toEqual({ isNoted: true, sinceMs });
  second.recordings.note({ is: 'resumed', trial, at: iso(sinceMs + 1_000) });
  expect(await second.recordings.pauseLeft(trial, ['mic'])).toMatchObject({ isNoted: false });
});

test('no gap ends before it began, also where the file was looked at when its module recorded again', async () => {
  const { shelf, file } = await recording();
  const lastMs = Date.now() + 40_000;
  await utimes(file, lastMs / 1_000, lastMs / 1_000);
  const gap = { is: 'gap', module: 'mic', from: null, cause: 'a new daemon looked' } as const;
  shelf.recordings.note({ ...gap, to: null });
  shelf.recordings.note({ ...gap, to: iso(lastMs - 1_000) });
  const { gaps } = await shelf.manifest();
  expect(gaps).toEqual([{ ...gaps[0], module: 'mic', to: gaps[0]?.from }]);
  expect(Math.abs(Date.parse(gaps[0]?.from ?? '') - lastMs)).toBeLessThan(2);
});
