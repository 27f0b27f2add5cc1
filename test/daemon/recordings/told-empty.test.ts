import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recoverSession } from '../../../src/daemon/recordings/recover-session.ts';
import { verifySession } from '../../../src/daemon/recordings/verify-session.ts';
import { readManifestFile, Shelf, workspace } from './shelf.ts';

const heading = 'n,monoNs\n';
const row = `${heading}1,5000000000\n`;

/** A minute ago: what is told of a trial lies before its end. */
const goMs = Date.now() - 60_000;
const iso = (ms: number) => new Date(goMs + ms).toISOString();

const lost = 'what it recorded is not in its file';
const toldFirst = 'it told its first sample, and ended before anything was in its file';

/** A trial in which only mic records, of which what is written is told by each test. */
async function begun(isSegmentNoted = true) {
  const shelf = new Shelf(await workspace());
  const { session, trial } = await shelf.prepare();
  const about = { label: null, startedAt: iso(0), goMonoNs: '5000000000' };
  const modules = ['mic'];
  shelf.recordings.note({ is: 'trial-began', trial, ...about, modules, without: [] });
  if (isSegmentNoted) shelf.segment(trial, 1, 'start');
  const write = async (segment: number, text: string) => {
    const { dir, prefix } = await shelf.recordings.moduleFolder('mic', trial, segment);
    await writeFile(join(dir, `${prefix}.csv`), text);
    return `${prefix}.csv`;
  };
  const note = shelf.recordings.note.bind(shelf.recordings);
  const joins = async (segment: number, text: string, at: string, first: string | null = null) => {
    const files = [await write(segment, text)];
    const about = { trial, segment, module: 'mic', firstSampleMonoNs: first, files, late: false };
    note({ is: 'joined', ...about, at });
  };
  const leaves = (segment: number, how: 'crashed' | 'finished', at: string) => {
    note({ is: 'left', trial, segment, module: 'mic', how, at });
    if (how === 'crashed') note({ is: 'gap', module: 'mic', from: at, to: null, cause: 'crash' });
  };
  const isBack = async (segment: number, at: string) => {
    shelf.segment(trial, segment, 'module-crash');
    await joins(segment, row, at);
    note({ is: 'gap', module: 'mic', from: null, to: at, cause: 'crash' });
    leaves(segment, 'finished', iso(50_000));
  };
  return { shelf, path: session.path, trial, write, joins, leaves, isBack };
}

test('a file that a module made when it armed again, and ended before it was told to record, is told by the gap', async () => {
  const { shelf, path, trial, write, joins, leaves, isBack } = await begun();
  await joins(1, row, iso(0));
  leaves(1, 'crashed', iso(4_000));
  await write(2, heading);
  await isBack(3, iso(9_000));
  await shelf.close(trial);
  await shelf.end();
  const [file] = (await verifySession(path)).files.filter(({ verdict }) => verdict === 'empty');
  expect(file?.path).toBe('mic/trial-001/mic_s002.csv');
  expect(await verifySession(path)).toMatchObject({ ok: true, empty: 1 });
});

test('what a module should have recorded before it crashed is a gap where its file is empty', async () => {
  const { shelf, trial, joins, leaves, isBack } = await begun();
  const [joinedAt, crashedAt, backAt] = [iso(1_000), iso(4_000), iso(6_000)];
  await joins(1, heading, joinedAt);
  leaves(1, 'crashed', crashedAt);
  await isBack(2, backAt);
  await shelf.close(trial);
  const { gaps } = await shelf.manifest();
  const cause = 'it ended before anything was in its file';
  expect(gaps).toEqual([
    { from: crashedAt, to: backAt, module: 'mic', cause: 'crash' },
    { from: joinedAt, to: crashedAt, module: 'mic', cause },
  ]);
  const second = new Shelf(shelf.folder, shelf.recordings.present());
  expect((await second.manifest()).gaps).toEqual(gaps);
});

test('a module that finished in order has to answer for its empty file, and so has whoever emptied one', async () => {
  const { shelf, path, trial, joins, leaves } = await begun();
  await joins(1, heading, iso(0));
  leaves(1, 'finished', iso(4_000));
  await shelf.close(trial);
  await shelf.end();
  const { ok, empty, notes } = await verifySession(path);
  expect({ ok, empty }).toEqual({ ok: false, empty: 0 });
  expect(notes.join()).toContain('mic/trial-001/mic_s001.csv is empty: a heading and no row');
  expect((await recoverSession(path, true)).left.join()).toContain('is empty');
});

test('an empty file that is gone, or is another by now, is not in order whatever the gap says', async () => {
  const { shelf, path, trial, joins, leaves, isBack } = await begun();
  await joins(1, heading, iso(0));
  leaves(1, 'crashed', iso(4_000));
  await isBack(2, iso(6_000));
  await shelf.close(trial);
  await shelf.end();
  expect(await verifySession(path)).toMatchObject({ ok: true, empty: 1 });
  await writeFile(join(path, 'mic/trial-001/mic_s001.csv'), row);
  expect(await verifySession(path)).toMatchObject({ ok: false, empty: 0 });
});

test('a module that told its first sample, and crashed with nothing in its file, has lost what it recorded: that is not in order', async () => {
  const { shelf, path, trial, joins, leaves, isBack } = await begun();
  const [joinedAt, crashedAt] = [iso(10), iso(17_000)];
  await joins(1, heading, joinedAt, '5000000000');
  leaves(1, 'crashed', crashedAt);
  await isBack(2, iso(19_000));
  await shelf.close(trial);
  const { gaps } = await shelf.manifest();
  expect(gaps.at(-1)).toEqual({ from: joinedAt, to: crashedAt, module: 'mic', cause: toldFirst });
  await shelf.end();
  const { ok, empty, notes } = await verifySession(path);
  expect({ ok, empty }).toEqual({ ok: false, empty: 0 });
  // The file that it went on in has nothing to answer for.
  const words =
    'mic/trial-001/mic_s001.csv is empty: a heading and no row; its module told its first sample and ended before that was in the file: what it recorded until then is lost, and the gap says so';
  expect(notes.filter((note) => note.includes('mic_s00'))).toEqual([words]);
  expect((await recoverSession(path, true)).left).toEqual([words]);
});

for (const [who, first] of [
  ['a module that told its first sample', '5000000000'],
  ['a program that tells none', null],
] as const) {
  test(`what a power cut took of the file that ${who} left when it crashed is lost, and not in order`, async () => {
    const { shelf, path, joins, leaves } = await begun();
    const [joinedAt, crashedAt] = [iso(10), iso(6_000)];
    await joins(1, row, joinedAt, first);
    leaves(1, 'crashed', crashedAt);
    shelf.segment(1, 2, 'module-crash');
    await joins(2, row, iso(7_000), first);
    await shelf.recordings.flush();
    await shelf.recordings.close();
    await writeFile(join(path, 'mic/trial-001/mic_s001.csv'), heading);
    await recoverSession(path, false);
    const { gaps } = await readManifestFile(path);
    expect(gaps.at(-1)).toEqual({ from: joinedAt, to: crashedAt, module: 'mic', cause: lost });
    expect(await verifySession(path)).toMatchObject({ ok: false, empty: 0 });
  });

  test(`a power cut in a later segment may have emptied the file of ${who}`, async () => {
    const { shelf, path, trial, joins, leaves } = await begun();
    await joins(1, heading, iso(10), first);
    leaves(1, 'crashed', iso(6_000));
    shelf.segment(trial, 2, 'module-crash');
    await joins(2, row, iso(7_000), first);
    leaves(2, 'crashed', iso(9_000));
    shelf.segment(trial, 3, 'power-loss');
    await joins(3, row, iso(20_000), first);
    leaves(3, 'finished', iso(50_000));
    await shelf.close(trial);
    await shelf.end();
    expect(await verifySession(path)).toMatchObject({ ok: false, empty: 0 });
  });
}

test('an empty file of a segment that no word tells of stands beside a good one, and is told by the gap', async () => {
  const { shelf, path, trial, write, joins, leaves } = await begun(false);
  await write(1, heading);
  shelf.recordings.note({ is: 'gap', module: 'mic', from: iso(-50), to: null, cause: 'crash' });
  shelf.segment(trial, 3, 'daemon-restart');
  await joins(3, row, iso(4_000), '5000000000');
  shelf.recordings.note({ is: 'gap', module: 'mic', from: null, to: iso(4_000), cause: 'crash' });
  leaves(3, 'finished', iso(50_000));
  await shelf.close(trial);
  await shelf.end();
  const { trials, gaps } = await readManifestFile(path);
  const [segment, none] = trials[0]?.segments ?? [];
  expect(none).toBeUndefined();
  expect(segment?.modules['mic']?.files.map((one) => one.path).sort()).toEqual([
    'mic/trial-001/mic_s001.csv',
    'mic/trial-001/mic_s003.csv',
  ]);
  expect(gaps).toHaveLength(1);
  expect(await verifySession(path)).toMatchObject({ ok: true, empty: 1 });
});

test('an empty file of a segment that no word tells of is not in order where the power went', async () => {
  const { shelf, path, trial, write, joins, leaves } = await begun(false);
  await write(1, heading);
  shelf.segment(trial, 3, 'power-loss');
  await joins(3, row, iso(4_000));
  leaves(3, 'finished', iso(50_000));
  await shelf.close(trial);
  await shelf.end();
  expect(await verifySession(path)).toMatchObject({ ok: false, empty: 0 });
});

test('a file that nobody confirmed, before its module recorded on in another, stays told when the power goes later', async () => {
  const { shelf, path, trial, write, joins, leaves } = await begun();
  await joins(1, row, iso(0));
  leaves(1, 'crashed', iso(4_000));
  await write(2, heading);
  shelf.segment(trial, 3, 'module-crash');
  await joins(3, row, iso(9_000));
  shelf.recordings.note({ is: 'gap', module: 'mic', from: null, to: iso(9_000), cause: 'crash' });
  leaves(3, 'crashed', iso(12_000));
  shelf.segment(trial, 4, 'power-loss');
  await joins(4, row, iso(20_000));
  leaves(4, 'finished', iso(50_000));
  await shelf.close(trial);
  await shelf.end();
  expect(await verifySession(path)).toMatchObject({ ok: true, empty: 1 });
});
