import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { lockFolder } from '../../../src/daemon/store/folder-lock.ts';
import { bundle } from '../../support/bundle.ts';

// A daemon in one line: it locks the folder, says what came of it, and lives until it is ended.
const daemonText = `
import { lockFolder } from './src/daemon/store/folder-lock.ts';
const { ok, pid, message } = await lockFolder(process.argv[2]);
console.log(JSON.stringify({ ok, pid, message }));
setInterval(() => undefined, 1e6);
`;
type Answer = { readonly ok: boolean; readonly pid?: number | null; readonly message?: string };

let program: string;
let programs: string;
let folder: string;
const children: ChildProcess[] = [];
beforeAll(async () => {
  programs = await mkdtemp(join(tmpdir(), 'rig-lock-program-'));
  program = join(programs, 'daemon.mjs');
  await bundle(program, { text: daemonText });
});
afterAll(() => rm(programs, { recursive: true }));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rig-lock-'));
});
afterEach(async () => {
  await Promise.all(children.splice(0).map(end));
  await rm(folder, { recursive: true });
});

function begin(): { readonly child: ChildProcess; readonly answer: Promise<Answer> } {
  const child = spawn(process.execPath, [program, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const answer = once(createInterface(child.stdout), 'line').then(([line]) => JSON.parse(line));
  return { child, answer };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

test('a second daemon is refused with the PID of the first, and takes over once that was killed', async () => {
  const first = begin();
  expect(await first.answer).toEqual({ ok: true });
  const second = await begin().answer;
  expect(second).toMatchObject({ ok: false, pid: first.child.pid });
  expect(second.message).toContain(`PID ${first.child.pid}`);
  await end(first.child);
  const third = begin();
  expect(await third.answer).toEqual({ ok: true });
  const holder = JSON.parse(await readFile(join(folder, 'daemon.json'), 'utf8'));
  expect(holder.pid).toBe(third.child.pid);
});

test('of many that start at once after a crash, exactly one wins and the others name it', async () => {
  for (let round = 0; round < 3; round += 1) {
    const all = Array.from({ length: 6 }, begin);
    const answers = await Promise.all(all.map(({ answer }) => answer));
    const winners = all.filter((_, n) => answers[n]?.ok === true);
    expect(winners).toHaveLength(1);
    for (const { ok, pid } of answers) if (!ok) expect(pid).toBe(winners[0]?.child.pid);
    await Promise.all(all.map(({ child }) => end(child)));
  }
});

test('what the daemon starts does not hold the lock for it', async () => {
  const locked = await lockFolder(folder);
  if (!locked.ok) throw new Error(locked.message);
  const module = spawn('sleep', ['60'], { stdio: 'ignore' });
  children.push(module);
  locked.lock.release();
  expect(await begin().answer).toEqual({ ok: true });
});

test('one process cannot have it twice either, and a released lock is free', async () => {
  const first = await lockFolder(folder);
  expect(await lockFolder(folder)).toMatchObject({ ok: false, pid: process.pid });
  if (first.ok) first.lock.release();
  const again = await lockFolder(folder);
  expect(again.ok).toBe(true);
  if (again.ok) again.lock.release();
});

/** Locks something until it is ended; resolves once it has it. */
async function hold(path: string, uid: number): Promise<ChildProcess> {
  const words = ['-n', path, 'sh', '-c', 'echo has; exec sleep 600'];
  const child = spawn('flock', words, {
    stdio: ['ignore', 'pipe', 'inherit'],
    uid,
    detached: true,
  });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

test.skipIf(process.getuid?.() !== 0)(
  'somebody else who locks the folder keeps no daemon out, and cannot lock what would (needs root)',
  async () => {
    await chmod(folder, 0o755);
    const stranger = await hold(folder, 65_534);
    const first = begin();
    expect(await first.answer).toEqual({ ok: true });
    expect(await begin().answer).toMatchObject({ ok: false, pid: first.child.pid });
    expect((await stat(join(folder, 'daemon.lock'))).mode & 0o777).toBe(0o600);
    expect(stranger.exitCode).toBe(null);
    process.kill(-Number(stranger.pid), 'SIGKILL');
    await once(stranger, 'close');
  },
);

test('a daemon of a version that locks the folder alone keeps it, and so does one whose lock file is gone', async () => {
  const older = await hold(folder, process.getuid?.() ?? 0);
  expect(await begin().answer).toMatchObject({ ok: false, pid: expect.any(Number) });
  process.kill(-Number(older.pid), 'SIGKILL');
  await once(older, 'close');
  const first = begin();
  expect(await first.answer).toEqual({ ok: true });
  await rm(join(folder, 'daemon.lock'));
  await rm(join(folder, 'daemon.json'));
  expect(await begin().answer).toMatchObject({ ok: false, pid: first.child.pid });
});
