import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { readEvents } from '../../../src/daemon/recordings/event-log.ts';
import { readManifestFile, Shelf, until, workspace } from './shelf.ts';

/** A file system in memory of its own, of this many kB. */
async function smallDisk(sizeKb: number): Promise<string> {
  const folder = await workspace();
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeKb}k`, 'rigdeck-test', folder]);
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  return folder;
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
  await build({
    entryPoints: [join(import.meta.dirname, 'manifest-writer.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['execa'],
    banner: {
      js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
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
    await until(async () => (await readEvents(join(path, 'events.jsonl'))).length > enough);
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
    const shelf = new Shelf(await smallDisk(256));
    const { session } = await shelf.open('rec');
    const filler = join(shelf.folder, 'filler');
    await writeFile(filler, 'x'.repeat(1_000_000)).catch(() => null);
    for (let n = 0; n < 40; n += 1) shelf.recordings.note(marker(n));
    await until(() => shelf.faults.some((fault) => fault.code === 'manifest'));
    expect(shelf.faults[0]?.message).toContain('full');
    const before = await readManifestFile(session.path);
    expect(before.markers.length).toBeLessThan(40);
    await rm(filler);
    await until(() => shelf.over.includes('manifest'));
    expect((await readManifestFile(session.path)).markers).toHaveLength(40);
    const events = await readEvents(join(session.path, 'events.jsonl'));
    expect(events.filter((event) => event.is === 'marker')).toHaveLength(40);
  },
);

test.runIf(mayMount)('a start on a full disk is refused and leaves nothing behind', async () => {
  const shelf = new Shelf(await smallDisk(64));
  await writeFile(join(shelf.folder, 'filler'), 'x'.repeat(1_000_000)).catch(() => null);
  const { refusal } = await shelf.refuse();
  expect(refusal.reason).toBe('recordings-folder');
  expect(refusal.message).toContain('full');
  expect(await readdir(shelf.folder)).toEqual(['filler']);
  expect(shelf.faults).toEqual([]);
});

test.runIf(mayMount)(
  'a disk that becomes read-only is named, in a refusal and in a problem',
  async () => {
    const shelf = new Shelf(await smallDisk(1_024));
    await shelf.open('rec');
    await shelf.recordings.flush();
    execFileSync('mount', ['-o', 'remount,ro', shelf.folder]);
    const { refusal } = await shelf.refuse();
    expect(refusal.message).toContain('read-only');
    shelf.recordings.note(marker(1));
    await until(() => shelf.faults.some((fault) => fault.message.includes('read-only')));
    execFileSync('mount', ['-o', 'remount,rw', shelf.folder]);
    await until(() => shelf.over.includes('manifest'));
    expect((await shelf.prepare()).trial).toBe(1);
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
