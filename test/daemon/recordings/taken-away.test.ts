import { readFileSync } from 'node:fs';
import { appendFile, open, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { Shelf, workspace } from './shelf.ts';

/** A trial of one module with one file of 200 kB, which was looked at once. */
async function recording(name: 'named' | 'unnamed' = 'named', bytes = 200_000) {
  const shelf = new Shelf(await workspace());
  const { trial, session } = await shelf.prepare();
  await shelf.begin(trial, {});
  const file = await shelf.join('mic', trial, 1, 'x'.repeat(bytes), null, name === 'named');
  await shelf.recordings.session();
  const look = () => shelf.recordings.bytesOf('mic', 1);
  expect((await look()).loss).toBeNull();
  return { shelf, trial, file, look, folder: session.path };
}

test('a file that shrinks while it is recorded is told, stands in the manifest, and is not ok when it has grown again', async () => {
  const { shelf, trial, file, look } = await recording();
  await truncate(file, 0);
  const loss = 'mic_s001.dat shrank from 200 kB to 0 B';
  expect(await look()).toMatchObject({ loss, taken: [{ trial, segment: 1 }] });
  await appendFile(file, 'y'.repeat(300_000));
  expect(await look()).toMatchObject({ loss, taken: [] });
  const { partly } = await shelf.close(trial);
  expect(partly).toContain('mic/trial-001/mic_s001.dat is short: it shrank from 200 kB to 0 B');
  const { trials, problems } = await shelf.manifest();
  expect(trials[0]).toMatchObject({ outcome: 'partial' });
  expect(trials[0]?.segments[0]?.modules['mic']?.files).toMatchObject([
    { bytes: 300_000, verdict: 'short', note: expect.stringContaining('shrank from 200 kB') },
  ]);
  expect(problems).toMatchObject([{ module: 'mic', code: 'taken' }]);
});

test('a file that was cut and is written on at its old place has a hole, which is told', async () => {
  const { file, look } = await recording();
  const writer = await open(file, 'r+');
  await truncate(file, 0);
  await writer.write('head', 0);
  await writer.write('y'.repeat(900_000), 200_000);
  await writer.close();
  expect((await look()).loss).toMatch(/^mic_s001\.dat was cut short: \d+ kB of it are a hole$/);
});

test('a program that makes its file large ahead of what it writes has lost nothing', async () => {
  const { file, look } = await recording();
  await truncate(file, 900_000);
  expect((await look()).loss).toBeNull();
});

test('a file that was deleted or replaced is told, and one that its module has grown, or put its last words better in, is not', async () => {
  const deleted = await recording();
  await rm(deleted.file);
  expect((await deleted.look()).loss).toBe('mic_s001.dat was deleted; it had 200 kB');
  const replaced = await recording();
  await writeFile(`${replaced.folder}/other`, 'z'.repeat(250_000));
  await rename(`${replaced.folder}/other`, replaced.file);
  expect((await replaced.look()).loss).toBe('mic_s001.dat was replaced by another file');
  const grown = await recording();
  await appendFile(grown.file, 'more');
  await grown.look();
  await truncate(grown.file, 200_001);
  expect((await grown.look()).loss).toBeNull();
});

test('the folder of a module that is removed is told also when the next segment makes it anew', async () => {
  const { shelf, trial, file, look } = await recording();
  await rm(dirname(file), { recursive: true });
  shelf.segment(trial, 2, 'length');
  await shelf.join('mic', trial, 2, 'y'.repeat(1_000_000));
  await shelf.recordings.session();
  expect((await look()).loss).toBe('mic_s001.dat was deleted; it had 200 kB');
  const { partly } = await shelf.close(trial);
  expect(partly).toContain('mic_s001.dat is empty: it is gone');
  expect((await shelf.manifest()).trials[0]?.outcome).toBe('partial');
});

test('a program that names no files may rename, remove and rewrite small ones; its largest is what it records', async () => {
  const { file, look } = await recording('unnamed');
  const index = join(dirname(file), 'index.json');
  await writeFile(index, 'x'.repeat(9_000));
  await look();
  await writeFile(index, 'x');
  await rename(file, `${file}.done`);
  expect((await look()).loss).toBeNull();
  await rm(index);
  expect((await look()).loss).toBeNull();
  await truncate(`${file}.done`, 50_000);
  expect((await look()).loss).toBe('mic_s001.dat.done shrank from 200 kB to 50 kB');
});

test('what was taken under the eyes of an earlier daemon is still told by the next', async () => {
  const { shelf, file, look } = await recording();
  await truncate(file, 10);
  await look();
  const saved = shelf.recordings.present();
  await shelf.recordings.close();
  const next = new Shelf(shelf.folder, saved);
  await next.recordings.session();
  expect(await next.recordings.bytesOf('mic', 1)).toMatchObject({
    loss: 'mic_s001.dat shrank from 200 kB to 10 B',
  });
});

test('what was taken while no daemon lived is told by the first look of the next', async () => {
  const { shelf, file } = await recording();
  const saved = shelf.recordings.present();
  await shelf.recordings.close();
  await truncate(file, 1_000);
  await appendFile(file, 'y'.repeat(5_000)); // its module writes on
  const next = new Shelf(shelf.folder, saved);
  await next.recordings.session();
  const loss = 'mic_s001.dat shrank from 200 kB to 6.0 kB';
  expect(await next.recordings.bytesOf('mic', 1)).toMatchObject({ loss, taken: [{ segment: 1 }] });
  expect(await next.recordings.bytesOf('mic', 1)).toMatchObject({ loss, taken: [] });
});

test('a file that was deleted while no daemon lived is told with what it had', async () => {
  const { shelf, file } = await recording();
  const saved = shelf.recordings.present();
  await shelf.recordings.close();
  await rm(file);
  const next = new Shelf(shelf.folder, saved);
  await next.recordings.session();
  const loss = 'mic_s001.dat was deleted; it had 200 kB';
  expect(await next.recordings.bytesOf('mic', 1)).toMatchObject({ loss });
});

test('a start of the machine between them has taken what was not on the disk: that is no hand, and no news', async () => {
  const { shelf, file } = await recording();
  const saved = shelf.recordings.present();
  await shelf.recordings.close();
  const sizes = join(shelf.folder, 'sizes.json');
  const text = readFileSync(sizes, 'utf8');
  await writeFile(sizes, text.replace(/"bootId":"[^"]+"/, '"bootId":"another"'));
  await truncate(file, 1_000);
  const next = new Shelf(shelf.folder, saved);
  await next.recordings.session();
  expect((await next.recordings.bytesOf('mic', 1)).loss).toBeNull();
});

test('a stop says that everything is gone when the folder of the session is, and calls no trial complete', async () => {
  const { shelf, trial, folder, look } = await recording();
  await rename(folder, `${folder}.away`); // at one stroke, while its own files are written
  expect((await look()).loss).toBeNull(); // a disk that is not there has taken nothing: it may come back
  const { partly } = await shelf.close(trial);
  expect(partly).toBe(`the files of trial 1 are gone: there is no folder ${folder} any more`);
  expect(shelf.faults).toContainEqual(
    expect.objectContaining({ code: 'verdict', message: partly }),
  );
});
