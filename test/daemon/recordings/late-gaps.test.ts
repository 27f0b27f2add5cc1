import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readManifest } from '../../../src/daemon/recordings/read-manifest.ts';
import { sessionDetail } from '../../../src/daemon/recordings/session-detail.ts';
import type { Manifest } from '../../../src/protocol/manifest.ts';
import { Shelf, workspace } from './shelf.ts';

const goMs = Date.parse('2026-11-22T06:00:00.000Z');
const goMonoMs = 5_000;
const iso = (ms: number) => new Date(goMs + ms).toISOString();

type Begun = {
  readonly shelf: Shelf;
  readonly trial: number;
  /** Tells that a module confirmed, so long after the go. */
  readonly joins: (module: string, atMs: number, how: How) => void;
};
type How = { readonly sampleMs?: number; readonly late?: true; readonly segment?: number };

/** A trial that has begun with cam and card, while mic was wanted, too, and not required. */
async function begun(): Promise<Begun> {
  const shelf = new Shelf(await workspace());
  const { trial } = await shelf.prepare();
  const { recordings } = shelf;
  recordings.note({
    is: 'trial-began',
    trial,
    label: null,
    startedAt: iso(0),
    goMonoNs: `${goMonoMs}000000`,
    modules: ['cam', 'card'],
    without: [],
    wanted: ['cam', 'card', 'mic'],
  });
  shelf.segment(trial, 1, 'start');
  const joins: Begun['joins'] = (module, atMs, { sampleMs, late, segment = 1 }) => {
    const firstSampleMonoNs = sampleMs === undefined ? null : `${goMonoMs + sampleMs}000000`;
    const about = { trial, segment, module, firstSampleMonoNs, late: late === true, files: [] };
    recordings.note({ is: 'joined', ...about, at: iso(atMs) });
  };
  return { shelf, trial, joins };
}

/** What is read where only the events are left of a session. */
async function fromEventsAlone(shelf: Shelf): Promise<Manifest | undefined> {
  await shelf.recordings.flush();
  const { path } = (await shelf.recordings.session()) ?? { path: '' };
  await rm(join(path, 'session.json'));
  return (await readManifest(path))?.manifest;
}

test('a module whose first sample comes seconds after the go has a gap until then, and the trial none for the others', async () => {
  const { shelf, trial, joins } = await begun();
  joins('cam', 10, { sampleMs: 2 });
  joins('card', 4_010, { sampleMs: 3_846 });
  const cause = 'its first sample came late';
  const gaps = [{ from: iso(0), to: iso(3_846), module: 'card', cause }];
  const { gaps: told, trials } = await shelf.manifest();
  expect(told).toEqual(gaps);
  expect(trials[0]).toMatchObject({ startSkewMs: 3_844, wanted: ['cam', 'card', 'mic'] });
  joins('card', 600_000, { sampleMs: 599_000, segment: 2 });
  const second = new Shelf(shelf.folder, shelf.recordings.present());
  expect((await second.manifest()).gaps).toEqual(gaps);
  await second.close(trial);
  expect((await fromEventsAlone(second))?.gaps).toEqual(gaps);
});

test('up to two seconds are what a usual camera needs, and what is not known is not claimed', async () => {
  const { shelf, joins } = await begun();
  joins('cam', 2_100, { sampleMs: 2_000 });
  joins('card', 9_000, {}); // heard of by a new daemon, perhaps long after it began
  joins('mic', 1_500, { late: true });
  expect((await shelf.manifest()).gaps).toEqual([]);
});

test('a module that was wanted at the go and comes late has a gap, told as such; one that is switched on later has none', async () => {
  const { shelf, joins } = await begun();
  joins('cam', 10, { sampleMs: 2 });
  joins('mic', 9_200, { late: true, sampleMs: 9_100 });
  joins('gps', 60_000, { late: true, sampleMs: 59_900 });
  // It was armed, and crashed before it had confirmed. It does not tell its first sample.
  joins('card', 12_000, { late: true, segment: 2 });
  const cause = 'it could not begin with the others';
  const gaps = [
    { from: iso(0), to: iso(9_100), module: 'mic', cause },
    { from: iso(0), to: iso(12_000), module: 'card', cause },
  ];
  const { gaps: told, problems } = await shelf.manifest();
  expect(told).toEqual(gaps);
  const words = 'trial 1 began without mic';
  expect(problems).toEqual([{ at: iso(0), module: 'mic', code: 'not-armed', message: words }]);
  expect((await fromEventsAlone(shelf))?.gaps).toEqual(gaps);
});

test('a gap that a new daemon has opened at the go keeps its words and ends with the first sample', async () => {
  const { shelf, joins } = await begun();
  const gap = { is: 'gap', module: 'card', from: iso(0), cause: 'the daemon ended' } as const;
  shelf.recordings.note({ ...gap, to: null });
  joins('card', 8_000, { late: true, sampleMs: 7_000 });
  shelf.recordings.note({ ...gap, to: iso(8_000) });
  expect((await shelf.manifest()).gaps).toEqual([
    { from: iso(0), to: iso(7_000), module: 'card', cause: 'the daemon ended' },
  ]);
});

test('after a power cut the clock of the first boot says nothing of a first sample', async () => {
  const { shelf, trial, joins } = await begun();
  shelf.segment(trial, 2, 'power-loss');
  joins('mic', 900_000, { late: true, sampleMs: 70_000, segment: 2 });
  expect((await shelf.manifest()).gaps).toEqual([]);
});

test('a pause in which a module records on names it, and only the files of the others are measured without it', async () => {
  const { shelf, trial, joins } = await begun();
  const { recordings } = shelf;
  joins('cam', 10, { sampleMs: 0 });
  joins('card', 10, { sampleMs: 0 });
  recordings.note({ is: 'paused', trial, at: iso(10_000), except: ['card'] });
  recordings.note({ is: 'resumed', trial, at: iso(40_000) });
  recordings.note({ is: 'paused', trial, at: iso(50_000) });
  recordings.note({ is: 'resumed', trial, at: iso(55_000) });
  for (const module of ['cam', 'card']) {
    const files = [`${module}_s001.csv`];
    recordings.note({ is: 'files', trial, segment: 1, module, files });
    recordings.note({ is: 'left', trial, segment: 1, module, how: 'finished', at: iso(60_000) });
  }
  const manifest = await shelf.manifest();
  const cause = 'paused (card recorded on)';
  const gaps = [
    { from: iso(10_000), to: iso(40_000), module: null, cause, except: ['card'] },
    { from: iso(50_000), to: iso(55_000), module: null, cause: 'paused' },
  ];
  expect(manifest.gaps).toEqual(gaps);
  const about = { folder: '', path: '', damaged: null };
  const { trials } = sessionDetail({ manifest, ...about }, new Map());
  const lengths = trials[0]?.files.map(({ module, recordedMs }) => [module, recordedMs]);
  expect(lengths).toEqual([
    ['cam', 25_000],
    ['card', 55_000],
  ]);
  expect((await fromEventsAlone(shelf))?.gaps).toEqual(gaps);
});
