import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { plainEnvironment, runProgram } from '../support/program.ts';

let folder: string;
let env: Record<string, string>;
const run = (...words: string[]) => runProgram(words, { cwd: folder, env });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rig-doctor-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const text =
    'version: 1\nrig: { recordings: ./recordings, minFree: 1MB }\nmodules:\n  host: { use: system }\n';
  await writeFile(join(folder, 'rig.yaml'), text);
  // This machine as it is, with a rig of our own.
  env = {
    HOME: folder,
    RIGDECK_MACHINE_ROOT: '/',
    RIGDECK_RUN_DIR: join(folder, 'run'),
    RIGDECK_STATE_DIR: join(folder, 'state'),
  };
});

it('this machine is looked over within its time; each thing that bites has its line', async () => {
  const beganMs = performance.now();
  const { stdout, stderr } = await run('--json', 'doctor');
  expect(performance.now() - beganMs).toBeLessThan(15_000);
  expect(stderr).toBe('');
  const { version, checks } = JSON.parse(stdout);
  expect(version).toBe(1);
  expect(checks.length).toBeGreaterThanOrEqual(30);
  for (const { level, fix } of checks) expect(fix === null).toBe(level === 'ok');
  const here = checks.find(({ id }: { id: string }) => id === 'recordings-write');
  expect(here).toMatchObject({ level: 'ok', words: folder });
});

it('a configuration with a fault fails, and with --all what is in order is told, too', async () => {
  await writeFile(join(folder, 'rig.yaml'), 'version: 1\nrgi: {}\n');
  const { code, stdout } = await run('doctor', '--all');
  expect(code).toBe(1);
  expect(stdout).toMatch(/^FAIL +config +.*rig\.yaml:2:1: unknown key `rgi`/m);
  expect(stdout).toMatch(/^ +-> rigdeck config check$/m);
  expect(stdout).toMatch(/^ok +node-version +Node \d/m);
  expect(stdout).toMatch(/\d+ checks: \d+ failed, \d+ warnings?, \d+ in order\n$/);
});

it('a disk that hangs is said, and the command ends all the same', async () => {
  const bin = join(folder, 'bin');
  await mkdir(bin);
  // What asks the disk never comes back, and hears of no signal, as in a system call on a dead mount.
  await writeFile(
    join(bin, 'stat'),
    `#!/bin/sh\ntrap '' TERM\necho $$ >>"${folder}/hung"\nmkfifo "${folder}/never-$$"\nread -r word <"${folder}/never-$$"\n`,
  );
  await chmod(join(bin, 'stat'), 0o755);
  onTestFinished(async () => {
    const pids = (await readFile(join(folder, 'hung'), 'utf8')).trim().split('\n');
    for (const pid of pids) process.kill(Number(pid), 'SIGKILL');
  });
  env['PATH'] = `${bin}:${plainEnvironment()['PATH']}`;
  const beganMs = performance.now();
  const { code, stdout } = await run('doctor');
  expect(performance.now() - beganMs).toBeLessThan(15_000);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^FAIL +recordings-space +no answer in time/m);
});
