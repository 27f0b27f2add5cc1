import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import { plainEnvironment, programFile, runProgram } from '../support/program.ts';
import { openTerminal } from './open-terminal.ts';

const config = `version: 1
rig: { name: story-rig, recordings: ./recordings, minFree: 1MB }
modules:
  mic: { use: demo-sensor, options: { rate: 20 } }
  spare: { use: demo-sensor, enabled: false, required: false }
`;

let program: string;
let folder: string;
const run = (...words: string[]) =>
  runProgram(words, {
    cwd: folder,
    env: {
      RIGDECK_CONFIG: join(folder, 'rig.yaml'),
      RIGDECK_STATE_DIR: join(folder, 'state'),
      RIGDECK_RUN_DIR: join(folder, 'run'),
    },
  });
const snapshot = async (): Promise<Snapshot> => JSON.parse((await run('status', '--json')).stdout);

beforeAll(async () => {
  program = await programFile();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rigdeck-story-'));
  await writeFile(join(folder, 'rig.yaml'), config);
});
afterEach(async () => {
  await run('down', '--yes');
  await vi.waitFor(async () => expect(await processesIn(folder)).toEqual([]), 5_000);
  await rm(folder, { recursive: true, force: true });
});

/** Command lines of living processes that name the folder. */
async function processesIn(path: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.filter((line) => line.includes(path));
}

it('from up to down: a trial is recorded, marked, stopped and verified', async () => {
  const up = await run('up');
  expect(up).toMatchObject({ code: 0, stderr: '' });
  expect(up.stdout).toMatch(/^story-rig is up \(pid \d+\): 1 of 1 module ready\n$/);
  expect((await run('up')).stdout).toMatch(/runs already \(pid \d+\)/);
  expect((await run('is', 'ready')).code).toBe(0);
  expect((await run('enable', 'spare', '--wait', '20')).stdout).toBe('spare: runs\n');
  expect((await run('disable', 'spare', '--wait', '20')).stdout).toBe('spare: is off\n');
  expect((await run('session', 'start', 'pilot')).code).toBe(0);
  const start = await run('record', 'start', '--label', 'first');
  expect(start).toMatchObject({ code: 0, stdout: 'recording: trial 1 "first" in session 0001\n' });
  expect((await run('is', 'mic:recording')).code).toBe(0);
  expect((await run('status')).stdout).toMatch(/◉ REC 00:00:\d\d · trial 1 "first"/);
  expect((await run('mark', 'door', 'opened')).stdout).toBe('marked "door opened"\n');
  expect((await run('down')).code).toBe(5);
  const stop = await run('record', 'stop', '--yes');
  expect(stop.stdout).toMatch(
    /^stopped: trial 1 "first" in session 0001, \d+ m?s, 1 file, [\d.]+ k?B\n$/,
  );
  expect((await run('session', 'end')).stdout).toBe('session 0001 is closed\n');
  expect((await run('down')).stdout).toContain('story-rig is down');
  expect((await run('status')).stdout).toMatch(
    /story-rig · daemon stopped · as of (just now|\d+ s ago)/,
  );
  expect((await run('sessions')).stdout).toMatch(/^0001 .*pilot +1 trial, .*complete\n$/);
  expect((await run('sessions', 'show', '1')).stdout).toContain('door opened');
  expect(await run('sessions', 'verify', '0001')).toMatchObject({ code: 0, stderr: '' });
  expect((await run('sessions', 'verify', '9')).code).toBe(4);
  const [session] = await readdir(join(folder, 'recordings'));
  await writeFile(join(folder, 'recordings', session ?? '', 'mic/trial-001/mic_s001.csv'), 'x');
  expect((await run('sessions', 'verify')).code).toBe(1);
});

it('up says what is wrong with the configuration, and with a module that cannot start', async () => {
  await writeFile(join(folder, 'rig.yaml'), `${config}  odd: { ues: audio }\n`);
  const bad = await run('up');
  expect(bad.code).toBe(2);
  expect(bad.stderr).toMatch(/rig\.yaml:\d+:\d+: .*`use`/);
  await writeFile(join(folder, 'rig.yaml'), `${config}  odd: { command: [/nowhere/at-all] }\n`);
  const up = await run('up');
  expect(up.code).toBe(7);
  expect(up.stdout).toContain('1 of 2 modules ready');
  expect(up.stdout).toMatch(/^odd: /m);
});

it('a second daemon on the same run dir is refused with the words of the first', async () => {
  await run('up');
  const second = await run('daemon');
  expect(second.code).toBe(1);
  expect(second.stderr).toContain(
    String(JSON.parse(await readFile(join(folder, 'run/status.json'), 'utf8')).daemon.pid),
  );
});

it('after kill -9 of the daemon its state is called crashed, and up adopts what records', async () => {
  await run('up');
  await run('record', 'start');
  const before = await snapshot();
  const { pid } = JSON.parse(await readFile(join(folder, 'run/status.json'), 'utf8')).daemon;
  process.kill(pid, 'SIGKILL');
  await vi.waitFor(async () => expect((await run('is', 'up')).code).toBe(8), 10_000);
  const gone = await run('status');
  expect(gone.code).toBe(3);
  expect(gone.stdout).toContain('daemon crashed');
  expect((await run('logs', 'mic')).code).toBe(0);
  expect((await run('up')).code).toBe(0);
  const after = await snapshot();
  expect(after.modules['mic']).toMatchObject({
    pid: before.modules['mic']?.pid,
    state: 'recording',
  });
});

it('rigdeck alone starts a daemon, shows the screen, and leaves the daemon running', async () => {
  const paths = ['--config', join(folder, 'rig.yaml'), '--state-dir', join(folder, 'state')];
  const words = [program, ...paths, '--run-dir', join(folder, 'run')];
  const terminal = openTerminal(words);
  await terminal.sees('story-rig');
  await terminal.sees('mic');
  terminal.type('q');
  expect(await terminal.ended).toBe(0);
  expect((await run('is', 'up')).code).toBe(0);
});

it('a demo leaves nothing, whether it ends by itself or is interrupted', async () => {
  const whole = await runProgram(['demo'], { env: { TMPDIR: folder } });
  expect(whole.stdout).toMatch(/demo-rig is up[\s\S]*is in order: \d+ files/);
  expect(whole.code).toBe(0);
  const child = spawn(process.execPath, [program, 'demo'], {
    env: { ...plainEnvironment(), TMPDIR: folder },
  });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await vi.waitFor(() => expect(text).toContain('records'), 30_000);
  const [demo = ''] = (await readdir(folder)).filter((name) => name.startsWith('rigdeck-demo-'));
  const own = join(folder, demo, 'rigdeck');
  const asked = spawnSync(own, ['sessions', 'show', '9999'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  expect(asked.stderr).toContain(`${own} sessions list`);
  child.kill('SIGTERM');
  expect(await ended).toBe(1);
  expect((await readdir(folder)).filter((name) => name.startsWith('rigdeck-demo-'))).toEqual([]);
});

it('on a terminal the demo shows the screen, and q takes it down', async () => {
  const terminal = openTerminal([program, 'demo'], undefined, { TMPDIR: folder });
  await terminal.sees('pressure');
  terminal.type('q');
  await terminal.sees('End the demo?');
  terminal.type('y');
  await terminal.sees('The demo rig is taken down.'); // or it says what is on the screen instead
  expect(await terminal.ended).toBe(0);
  expect((await readdir(folder)).filter((name) => name.startsWith('rigdeck-demo-'))).toEqual([]);
});

it('Ctrl-C in a demo that records asks, and once more in the question closes its trial in order', async () => {
  const terminal = openTerminal([program, 'demo', '--keep'], undefined, { TMPDIR: folder });
  await terminal.sees('IDLE');
  terminal.type('r');
  const running = { trials: [{ number: 1, stoppedAt: null }] };
  const hasBytes = async () => {
    const files = await readdir(folder, { recursive: true });
    const sound = files.find((file) => file.endsWith('.wav')) ?? 'none yet';
    expect((await stat(join(folder, sound))).size).toBeGreaterThan(100_000);
  };
  await vi.waitFor(hasBytes, 30_000);
  terminal.type('\u0003');
  await terminal.sees('Trial 1 will be stopped.');
  expect(await keptSession()).toMatchObject(running);
  terminal.type('\u0003');
  await terminal.sees('The demo rig is taken down.');
  // Whoever is impatient ends nothing in the middle of it.
  terminal.type('\u0003');
  expect(await terminal.ended).toBe(0);
  expect(await keptSession()).toMatchObject({
    session: { endedAt: expect.any(String) },
    trials: [
      { outcome: expect.not.stringContaining('interrupted'), stoppedAt: expect.any(String) },
    ],
  });
  expect(await processesIn(folder)).toEqual([]);
});

/** The manifest of the one session of a demo that stays. */
async function keptSession(): Promise<unknown> {
  const [demo = ''] = (await readdir(folder)).filter((name) => name.startsWith('rigdeck-demo-'));
  const recordings = join(folder, demo, 'recordings');
  const [session = ''] = await readdir(recordings);
  return JSON.parse(await readFile(join(recordings, session, 'session.json'), 'utf8'));
}
