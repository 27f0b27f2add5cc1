import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { layOut, pi5Full } from '../daemon/pi-trees.ts';
import { runProgram } from '../support/program.ts';

let folder: string;
const run = (words: readonly string[], env: Record<string, string> = {}) =>
  runProgram(words, {
    cwd: folder,
    env: {
      HOME: folder,
      RIGDECK_STATE_DIR: join(folder, 'state'),
      RIGDECK_RUN_DIR: join(folder, 'run'),
      ...env,
    },
  });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rig-init-'));
});
afterEach(async () => {
  await run(['down', '--yes']);
  await rm(folder, { recursive: true, force: true });
});

it('a first rig.yaml is in order, and the rig records with it', async () => {
  // On this machine, whatever it has: `/` is its own root.
  const made = await run(['config', 'init'], { RIGDECK_MACHINE_ROOT: '/' });
  expect(made).toMatchObject({ code: 0, stderr: '' });
  expect(made.stdout).toContain(`wrote ${join(folder, 'rig.yaml')}`);
  expect((await run(['config', 'check'])).code).toBe(0);
  const text = await readFile(join(folder, 'rig.yaml'), 'utf8');
  const onlyHost = text
    .replace(/recordings: .*/, 'recordings: ./recordings')
    .replace('500MB', '1MB');
  await writeFile(
    join(folder, 'rig.yaml'),
    onlyHost.replace(/requireMount: true/, 'requireMount: false'),
  );
  expect((await run(['up'])).code).toBe(0);
  expect((await run(['disable', '--all'])).code).toBe(0);
  expect((await run(['enable', 'host', '--wait', '30'])).code).toBe(0);
  expect(await run(['record', 'start'])).toMatchObject({ code: 0 });
  expect((await run(['record', 'stop', '--yes'])).code).toBe(0);
  expect((await run(['sessions', 'verify'])).code).toBe(0);
  expect(await readdir(join(folder, 'recordings'))).toHaveLength(1);
});

it('it says what was found, what is missing, and what next', async () => {
  const { root } = layOut(pi5Full);
  const { stdout } = await run(['config', 'init'], { RIGDECK_MACHINE_ROOT: root });
  expect(stdout).toContain(' for this Raspberry Pi 5 Model B Rev 1.0\n');
  expect(stdout).toContain('  sound    USB PnP Sound Device\n');
  expect(stdout).toContain('  disk     /media/pi/DATA ONE\n');
  expect(stdout).toContain('\nnext:\n');
});

it('nothing is overwritten, and nothing is written twice', async () => {
  await writeFile(join(folder, 'rig.yaml'), 'mine\n');
  const refused = await run(['config', 'init']);
  expect(refused.code).toBe(5);
  expect(refused.stderr).toContain('exists, and nothing is overwritten');
  expect(await readFile(join(folder, 'rig.yaml'), 'utf8')).toBe('mine\n');
  const ends = await Promise.all(
    [1, 2, 3].map(() => run(['--config', 'new/rig.yaml', 'config', 'init'])),
  );
  expect(ends.map(({ code }) => code).sort()).toEqual([0, 5, 5]);
});

it('the named file is written, programs read JSON, and editors find the schema', async () => {
  const { code, stdout } = await run(['--config', './a/b.yaml', '--json', 'config', 'init']);
  expect(code).toBe(0);
  const said = JSON.parse(stdout);
  expect(said).toMatchObject({ version: 1, file: join(folder, 'a/b.yaml'), found: { sound: [] } });
  const text = await readFile(said.file, 'utf8');
  const schema = /^# yaml-language-server: \$schema=(.*)$/m.exec(text)?.[1] ?? '';
  expect(JSON.parse(await readFile(schema, 'utf8'))).toHaveProperty('properties.modules');
});

it('a folder that takes no file is said in words', async () => {
  const { code, stderr } = await run(['--config', '/proc/none/rig.yaml', 'config', 'init']);
  expect(code).toBe(1);
  expect(stderr).toContain('cannot write /proc/none/rig.yaml');
});
