import { chmod, chown, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runDirOf, stateDirOf } from '../../../src/daemon/store/folders.ts';
import { isRunning, processIdentity } from '../../../src/daemon/store/process-identity.ts';
import { prepareRunDir } from '../../../src/daemon/store/run-dir.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rig-run-'));
});
afterEach(() => rm(folder, { recursive: true }));

const why = async (runDir: string) => (await prepareRunDir(runDir))?.message ?? 'fine';

test('the run dir is made so that others may look and nobody else may write', async () => {
  const runDir = join(folder, 'a', 'b');
  const umask = process.umask(0o077);
  try {
    expect(await why(runDir)).toBe('fine');
  } finally {
    process.umask(umask);
  }
  expect((await stat(runDir)).mode & 0o777).toBe(0o755);
  expect(await why(runDir)).toBe('fine');
});

test('a run dir that somebody else could use against us is refused in words', async () => {
  const runDir = join(folder, 'r');
  await writeFile(runDir, '');
  expect(await why(runDir)).toMatch(/is no folder/);
  await rm(runDir);
  await symlink(folder, runDir);
  expect(await why(runDir)).toMatch(/symbolic link/);
  await rm(runDir);
  await mkdir(runDir);
  for (const mode of [0o775, 0o757]) {
    await chmod(runDir, mode);
    expect(await why(runDir)).toMatch(/written in by others/);
  }
  expect(await why('/proc/1/nope')).toMatch(/cannot be used/);
});

test.skipIf(process.getuid?.() !== 0)(
  'a run dir of another user is refused (needs root)',
  async () => {
    await chown(folder, 1234, 1234);
    expect(await why(folder)).toMatch(/belongs to another user \(uid 1234\)/);
    await chown(folder, 0, 0);
  },
);

test('a run dir whose socket path would be cut off by the kernel is refused, to the byte', async () => {
  const room = 107 - Buffer.byteLength(join(folder, '/control.sock')) - 1;
  expect(await why(join(folder, 'x'.repeat(room)))).toBe('fine');
  expect(await why(join(folder, 'x'.repeat(room + 1)))).toMatch(/a path of 108 bytes/);
  expect(await why(join(folder, 'ä'.repeat(room)))).toMatch(/are possible/);
});

test('which folders are meant', () => {
  const user = process.getuid?.() ?? 0;
  const own = `/tmp/rigdeck-${user}`;
  expect(runDirOf('/a', { RIGDECK_RUN_DIR: '/b' })).toBe('/a');
  expect(runDirOf(undefined, { RIGDECK_RUN_DIR: '/b', RUNTIME_DIRECTORY: '/c' })).toBe('/b');
  expect(runDirOf(undefined, { RUNTIME_DIRECTORY: '/run/rigdeck:/run/x' })).toBe('/run/rigdeck');
  expect([own, '/run/rigdeck']).toContain(runDirOf(undefined, {}));
  expect(stateDirOf('none', {}, own)).toBeNull();
  expect(stateDirOf(undefined, { RIGDECK_STATE_DIR: 'none' }, own)).toBeNull();
  expect(stateDirOf(undefined, { STATE_DIRECTORY: '/var/lib/rigdeck' }, own)).toBe(
    '/var/lib/rigdeck',
  );
  expect(stateDirOf(undefined, {}, '/run/rigdeck')).toBe('/var/lib/rigdeck');
  expect(stateDirOf(undefined, { HOME: '/h' }, own)).toBe('/h/.local/state/rigdeck');
  expect(stateDirOf(undefined, {}, own)).toBe(join(homedir(), '.local/state/rigdeck'));
});

test('a process is known by boot, number and start', () => {
  const me = processIdentity(process.pid);
  expect(me).toMatchObject({ pid: process.pid, startTicks: expect.stringMatching(/^\d+$/) });
  if (me === null) throw new Error('we run');
  expect(isRunning(me)).toBe(true);
  expect(isRunning({ ...me, startTicks: '1' })).toBe(false);
  expect(isRunning({ ...me, bootId: 'another' })).toBe(false);
  expect(processIdentity(4_194_305)).toBeNull();
});
