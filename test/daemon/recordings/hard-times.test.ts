import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { recoverSession } from '../../../src/daemon/recordings/recover-session.ts';
import { verifySession } from '../../../src/daemon/recordings/verify-session.ts';
import { bundle } from '../../support/bundle.ts';
import { until } from '../../support/until.ts';
import { mountSmallDisk, type SmallDisk } from '../store/small-disk.ts';
import { readEvents, readManifestFile, Shelf, workspace } from './shelf.ts';

/** A file system in memory of its own. */
function smallDisk(sizeKb: number): SmallDisk {
  const disk = mountSmallDisk(sizeKb * 1_024);
  onTestFinished(() => disk.remove());
  return disk;
}

const mayMount = process.platform === 'linux' && process.getuid?.() === 0;
const marker = (n: number) =>
  ({
    is: 'marker',
    at: new Date().toISOString(),
    monoNs: String(n),
    text: 'x'.repeat(500),
    actor: 'test',
    trial: null,
  }) as const;

/** A program of its own that writes manifests as fast as it can. */
async function writer(folder: string, program: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout ?? child, 'data');
  return child;
}

async function builtWriter(): Promise<string> {
  const outfile = join(await workspace(), 'manifest-writer.mjs');
  await bundle(outfile, { file: join(import.meta.dirname, 'manifest-writer.ts') });
  return outfile;
}

test('the manifest is valid whenever the daemon is killed, and no acknowledged event is lost', async () => {
  const program = await builtWriter();
  for (let kill = 0; kill < 8; kill += 1) {
    const folder = await workspace();
    const child = await writer(folder, program);
    const [session = ''] = await readdir(folder);
    const path = join(folder, session);
    const enough = 3 + kill * 7;
    await until(
      'enough events',
      async () => (await readEvents(join(path, 'events.jsonl'))).length > enough,
    );
    child.kill('SIGKILL');
    await once(child, 'exit');
    const manifest = await readManifestFile(path);
    const events = await readEvents(join(path, 'events.jsonl'));
    expect(events.length).toBeGreaterThanOrEqual(manifest.markers.length);
    const next = new Shelf(folder);
    expect((await next.recordings.session())?.path).toBe(path);
    next.recordings.note(marker(999_999));
    expect((await next.manifest()).markers.length).toBe(
      events.filter((event) => event.is === 'marker').length + 1,
    );
  }
});

test.runIf(mayMount)(
  'a full disk is a problem, costs nothing, and is over when there is room',
  async () => {
    const disk = smallDisk(256);
    const shelf = new Shelf(disk.path);
    const { session } = await shelf.open('rec');
    disk.fill(0);
    for (let n = 0; n < 40; n += 1) shelf.recordings.note(marker(n));
    await until('the fault is told', () => shelf.faults.some((fault) => fault.code === 'manifest'));
    expect(shelf.faults[0]?.message).toContain('full');
    const before = await readManifestFile(session.path);
    expect(before.markers.length).toBeLessThan(40);
    disk.free();
    await until('the fault is over', () => shelf.over.includes('manifest'));
    expect((await readManifestFile(session.path)).markers).toHaveLength(40);
    const events = await readEvents(join(session.path, 'events.jsonl'));
    expect(events.filter((event) => event.is === 'marker')).toHaveLength(40);
  },
);

test.runIf(mayMount)('a start on a full disk is refused and leaves nothing behind', async () => {
  const disk = smallDisk(64);
  const shelf = new Shelf(disk.path);
  disk.fill(0);
  const { refusal } = await shelf.refuse();
  expect(refusal.reason).toBe('recordings-folder');
  expect(refusal.message).toContain('full');
  expect(await readdir(shelf.folder)).toEqual(['ballast']);
  expect(shelf.faults).toEqual([]);
});

test.runIf(mayMount)(
  'a disk that becomes read-only is named, in a refusal and in a problem',
  async () => {
    const disk = smallDisk(1_024);
    const shelf = new Shelf(disk.path);
    await shelf.open('rec');
    await shelf.recordings.flush();
    disk.setReadOnly('ro');
    const { refusal } = await shelf.refuse();
    expect(refusal.message).toContain('read-only');
    shelf.recordings.note(marker(1));
    await until('the fault is told', () =>
      shelf.faults.some((fault) => fault.message.includes('read-only')),
    );
    disk.setReadOnly('rw');
    await until('the fault is over', () => shelf.over.includes('manifest'));
    expect((await shelf.prepare()).trial).toBe(1);
  },
);

test.runIf(mayMount)(
  'a session that ended on a full disk is brought to its end by the next daemon',
  async () => {
    const disk = smallDisk(256);
    const first = new Shelf(disk.path);
    const { session } = await first.open('rec');
    const { trial } = await first.prepare();
    await first.begin(trial, { mic: 'abc' });
    await first.recordings.flush();
    disk.fill(0);
    for (let n = 0; n < 40; n += 1) first.recordings.note(marker(n));
    await first.close(trial);
    expect((await first.end()).partly).toBe(
      'session.json could not be written: the disk is full. What was recorded is in its files. Delete or move old recordings. It is tried again until it is on the disk',
    );
    await first.recordings.close();
    expect(first.recordings.unwritten()).toMatch(
      /^session\.json of 0001_\S+ is not on the disk: the disk is full\. .* Then the next daemon writes it, or: rigdeck sessions recover 0001$/,
    );
    expect(first.recordings.isHopeless()).toBe(false);
    expect((await readManifestFile(session.path)).session.endedAt).toBeNull();
    const saved = first.recordings.present();
    disk.free();
    const copy = join(await workspace(), basename(session.path));
    await cp(session.path, copy, { recursive: true, preserveTimestamps: true });
    const second = new Shelf(disk.path, saved);
    expect(await second.recordings.session()).toBeNull();
    const manifest = await readManifestFile(session.path);
    expect(manifest.session.endedAt).not.toBeNull();
    expect(manifest.trials).toMatchObject([
      {
        outcome: 'interrupted',
        stoppedAt: expect.any(String),
        segments: [{ modules: { mic: { files: [{ bytes: 3, verdict: 'ok' }] } } }],
      },
    ]);
    expect(manifest.problems).toMatchObject([
      {
        code: 'manifest',
        message: expect.stringMatching(
          /^the end of trial 1 and of this session was not on disk \(the disk took nothing, .*nothing is taken from the files$/,
        ),
      },
    ]);
    const { did, left } = await recoverSession(copy, false);
    expect(did.join()).toContain('trial 1 was open: closed as interrupted');
    expect(left).toEqual([]);
    expect(await verifySession(copy)).toMatchObject({ ok: true });
    expect(await readFile(join(copy, 'mic/trial-001/mic_s001.dat'), 'utf8')).toBe('abc');
    expect(await readFile(join(copy, 'README.txt'), 'utf8')).toContain(
      'INTERRUPTED: its end was not written down, it ends with its last byte',
    );
    expect(second.words.join()).toContain('brought to its end');
    expect((await second.prepare()).session.id).toBe('0002');
    await second.recordings.flush();
  },
);

test('a session whose folder was taken away is followed by a new one of its name', async () => {
  const shelf = new Shelf(await workspace());
  const { session } = await shelf.open('owls');
  await shelf.recordings.flush();
  await rm(session.path, { recursive: true });
  const prepared = await shelf.prepare();
  expect(prepared.session).toMatchObject({ id: '0002', name: 'owls' });
});

test('a session whose folder is gone is given up by the next start, and so is the problem of its manifest', async () => {
  const shelf = new Shelf(await workspace());
  const { session } = await shelf.open('dawn');
  await shelf.manifest();
  await rename(session.path, join(shelf.folder, 'away'));
  shelf.recordings.note({
    is: 'marker',
    at: session.startedAt,
    monoNs: '1',
    text: null,
    actor: 'me',
    trial: null,
  });
  await shelf.recordings.flush();
  expect(shelf.faults.at(-1)).toMatchObject({ code: 'manifest' });
  expect(shelf.over).toEqual([]);
  await shelf.prepare();
  expect(shelf.over).toEqual(['manifest']);
  // The new session is written for a moment yet; the one that is gone is not waited for.
  await until('everything is on disk', async () => {
    await shelf.recordings.flush();
    return shelf.recordings.unwritten() === null;
  });
});

test('what ended in a folder that is gone is told as lost, and no wait is said to help', async () => {
  const shelf = new Shelf(await workspace());
  const { session } = await shelf.open('dawn');
  await shelf.manifest();
  await rename(session.path, join(shelf.folder, 'away'));
  const { partly } = await shelf.end();
  expect(partly).toBe(`the folder ${session.path} is gone, with all that was recorded into it`);
  expect(shelf.recordings.unwritten()).toBe(partly);
  expect(shelf.recordings.isHopeless()).toBe(true);
});
