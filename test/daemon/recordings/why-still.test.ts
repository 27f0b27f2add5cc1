import { spawn } from 'node:child_process';
import { appendFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { nothingOnDisk } from '../../../src/daemon/recordings/bytes-on-disk.ts';
import { type Still, whyStill } from '../../../src/daemon/recordings/why-still.ts';
import { addressed, nearest } from '../../../src/protocol/typed-command.ts';
import { pageOf } from '../../docs/pages.ts';
import { until } from '../../support/until.ts';
import { mountSmallDisk, noSmallDisk } from '../store/small-disk.ts';
import { Shelf, workspace } from './shelf.ts';

const disks = test.runIf(noSmallDisk === null);

/** Why nothing moves of a module that has a file on a disk that is well, but for what is said. */
async function why(facts: Partial<Still>): Promise<string> {
  const still: Still = {
    module: 'mic',
    pid: null,
    folder: '/tmp',
    kind: 'files',
    disk: { ...nothingOnDisk, files: 1, newest: { path: 'mic/trial-001/mic_s001.wav', bytes: 44 } },
    hasGrown: true,
    isCounting: false,
    ...facts,
  };
  return (await whyStill(still)).why;
}

test('a frozen process is named first, with what lets it go on', async () => {
  const child = spawn('sleep', ['60']);
  onTestFinished(() => void child.kill('SIGKILL'));
  const pid = child.pid ?? 0;
  expect(await why({ pid })).not.toContain('frozen');
  child.kill('SIGSTOP');
  await until('it is frozen', async () => (await why({ pid })).includes('frozen'));
  const disk = { ...nothingOnDisk, missing: ['mic.wav'] };
  const still = { module: 'mic', pid, folder: '/tmp', kind: 'files', disk } as const;
  const { cure } = await whyStill({ ...still, hasGrown: true, isCounting: true });
  expect(cure).toContain(`kill -CONT ${pid}`);
  // The picture in the README is of exactly this.
  const { why: cause } = await whyStill({ ...still, hasGrown: true, isCounting: true });
  const demo = { ...nearest, program: '/tmp/rigdeck-demo-Ab12Cd/rigdeck' };
  const told = addressed(`! mic records nothing: ${cause}. ${cure}`, demo);
  const shown = told.replaceAll(String(pid), '2602').replaceAll('mic', 'pressure');
  expect(pageOf('README.md').replace(/\s+/g, ' ')).toContain(shown);
});

/** A module that records one file, and what somebody does to it. */
async function after(deed: (file: string) => Promise<unknown>) {
  const shelf = new Shelf(await workspace());
  const { trial } = await shelf.prepare();
  await shelf.begin(trial, {});
  const file = await shelf.join('mic', trial, 1, 'some data');
  await shelf.recordings.session();
  expect(await shelf.recordings.bytesOf('mic', 1)).toMatchObject({ bytes: 9, missing: [] });
  await deed(file);
  return shelf.recordings.bytesOf('mic', 1);
}

test('a file that was deleted, replaced or cut short has its own words, as the disk shows it', async () => {
  const gone = await after((file) => rm(file));
  expect(await why({ disk: gone, isCounting: true })).toBe(
    'its file mic/trial-001/mic_s001.dat is gone',
  );
  const replaced = await after(async (file) => {
    await writeFile(`${file}.new`, 'another');
    await rename(`${file}.new`, file);
  });
  expect(await why({ disk: replaced })).toMatch(/mic_s001\.dat was replaced by another/);
  const cut = await after((file) => truncate(file, 2));
  expect(await why({ disk: cut })).toMatch(/mic_s001\.dat was cut short/);
  const grown = await after((file) => appendFile(file, 'more'));
  expect(await why({ disk: grown })).toBe('its file mic_s001.dat does not grow any more');
});

test('a file of a program that names none is missed when it is gone, too', async () => {
  const shelf = new Shelf(await workspace());
  const { trial } = await shelf.prepare();
  await shelf.begin(trial, {});
  const { dir } = await shelf.recordings.moduleFolder('cam', trial, 1);
  const file = join(dir, 'cam.mkv');
  await writeFile(file, 'frames');
  shelf.recordings.note({
    is: 'joined',
    trial,
    segment: 1,
    module: 'cam',
    firstSampleMonoNs: null,
    files: [],
    late: false,
    at: new Date().toISOString(),
  });
  await shelf.recordings.session();
  expect(await shelf.recordings.bytesOf('cam', 1)).toMatchObject({ files: 1, missing: [] });
  await rm(file);
  const disk = await shelf.recordings.bytesOf('cam', 1);
  expect(await why({ disk })).toBe('its file cam/trial-001/cam.mkv is gone');
});

disks('a disk that went read-only, is full or is gone has its own words', async () => {
  const disk = mountSmallDisk();
  onTestFinished(() => disk.remove());
  const folder = disk.path;
  expect(await why({ folder })).toContain('does not grow');
  disk.fill(0);
  expect(await why({ folder })).toBe('the disk is full');
  disk.free();
  disk.setReadOnly('ro');
  expect(await why({ folder })).toBe('the disk is read-only');
  disk.setReadOnly('rw');
  expect(await why({ folder: join(folder, 'away') })).toBe(`the folder ${folder}/away is gone`);
});

test('a file that is empty, one with a header only, and none at all', async () => {
  const file = (bytes: number) => {
    return { ...nothingOnDisk, files: 1, newest: { path: 'mic/mic_s001.wav', bytes } };
  };
  expect(await why({ disk: file(0), hasGrown: false })).toBe('its file mic_s001.wav is empty');
  expect(await why({ disk: file(44), hasGrown: false })).toBe(
    'its file mic_s001.wav has not grown beyond its first 44 bytes',
  );
  expect(await why({ disk: nothingOnDisk, hasGrown: false })).toBe('it has made no file');
});

test('a liar is told as one: its counters rise, and its files do not', async () => {
  expect(await why({ isCounting: true, hasGrown: false })).toBe(
    'it says that it records, but its file mic_s001.wav has not grown beyond its first 44 bytes',
  );
  expect(await why({ isCounting: true, disk: nothingOnDisk })).toBe(
    'it says that it records, but has made no file',
  );
});

test('a module that is believed by its counters or its heart says which of them stands still', async () => {
  expect(await why({ kind: 'counters' })).toContain('what it counts does not rise');
  expect(await why({ kind: 'heartbeat' })).toContain('it says nothing any more');
});
