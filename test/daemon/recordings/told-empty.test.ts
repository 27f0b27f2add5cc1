import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recoverSession } from '../../../src/daemon/recordings/recover-session.ts';
import { verifySession } from '../../../src/daemon/recordings/verify-session.ts';
import { Shelf, workspace } from './shelf.ts';

const heading = 'n,monoNs\n';
const row = `${heading}1,5000000000\n`;

/** A minute ago: what is told of a trial lies before its end. */
const goMs = Date.now() - 60_000;
const iso = (ms: number) => new Date(goMs + ms).toISOString();

/** A trial in which only mic records, of which what is written is told by each test. */
async function begun() {
  const shelf = new Shelf(await workspace());
  const { session, trial } = await shelf.prepare();
  const about = { label: null, startedAt: iso(0), goMonoNs: '5000000000' };
  const modules = ['mic'];
  shelf.recordings.note({ is: 'trial-began', trial, ...about, modules, without: [] });
  shelf.segment(trial, 1, 'start');
  const write = async (segment: number, text: string) => {
    const { dir, prefix } = await shelf.recordings.moduleFolder('mic', trial, segment);
    await writeFile(join(dir, `${prefix}.csv`), text);
    return `${prefix}.csv`;
  };
  const note = shelf.recordings.note.bind(shelf.recordings);
  const joins = async (segment: number, text: string, at: string) => {
    const files = [await write(segment, text)];
    const about = { trial, segment, module: 'mic', firstSampleMonoNs: null, files, late: false };
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
