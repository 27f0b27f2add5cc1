import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bundledModules } from '../../../src/daemon/config/bundled-modules.ts';
import { formatFault } from '../../../src/daemon/config/config-fault.ts';
import { findConfig } from '../../../src/daemon/config/find-config.ts';
import { configJsonSchema } from '../../../src/daemon/config/json-schema.ts';
import { loadConfig } from '../../../src/daemon/config/load-config.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rig-config-'));
  file = join(folder, 'rig.yaml');
});
afterEach(() => rm(folder, { recursive: true }));

/** The faults of a file as people see them, without the file's name. */
async function faultsOf(text: string | Buffer): Promise<string[]> {
  await writeFile(file, text);
  const result = await loadConfig(file);
  return result.ok ? [] : result.faults.map((f) => formatFault(f).slice(file.length + 1));
}

async function loaded(text: string) {
  await writeFile(file, text);
  const result = await loadConfig(file);
  if (!result.ok) throw new Error(result.faults.map(formatFault).join('\n'));
  return result.loaded;
}

const rig = (modules: string) => `version: 1\nmodules:\n${modules}`;

describe('a correct configuration', () => {
  test('says how each module is run, with paths of the file’s folder and its owner', async () => {
    const { modules, recordings } = await loaded(`
version: 1
rig: { recordings: ~/tapes }
modules:
  mine:
    command: [python3, ./my.py, --out, ../x, -7, 007]
    cwd: /tmp
    env: { A: 010, B: true, C: words }
    options: { rate: 48000 }
    enabled: false
    after: [cam]
  cam:
    protocol: none
    record: { command: [tools/grab, "{dir}/{module}.mkv"], stopSignal: SIGTERM }
`);
    expect(recordings).toBe(join(homedir(), 'tapes'));
    expect(modules['mine']).toMatchObject({
      enabled: false,
      spec: { protocol: 'rigdeck/1', after: ['cam'], startMs: 30_000, group: 'main' },
      run: {
        protocol: 'rigdeck/1',
        command: ['python3', join(folder, 'my.py'), '--out', join(folder, '../x'), '-7', '007'],
        cwd: '/tmp',
        env: { A: '010', B: 'true', C: 'words' },
        options: { rate: 48_000 },
      },
    });
    expect(modules['cam']).toMatchObject({
      enabled: true,
      run: {
        protocol: 'none',
        command: [join(folder, 'tools/grab'), '{dir}/{module}.mkv'],
        stopSignal: 'SIGTERM',
        cwd: folder,
      },
    });
  });

  test('may have Windows line ends, a byte order mark, anchors, merges and empty parts', async () => {
    const { modules } = await loaded(
      '\ufeffversion: 1\r\nrig:\r\nhooks:\r\nmodules:\r\n  a: &base\r\n    command: [x]\r\n    env:\r\n    group: av\r\n  b:\r\n    <<: *base\r\n    required: false\r\n',
    );
    expect(modules['b']?.spec).toMatchObject({ group: 'av', required: false });
  });
});

describe('a file that is no configuration at all', () => {
  test('missing, a folder, a device, a FIFO-like thing', async () => {
    const words = async (path: string) => {
      const result = await loadConfig(path);
      return result.ok ? 'ok' : result.faults.map((fault) => fault.message).join();
    };
    expect(await words(join(folder, 'nope.yaml'))).toBe('no such file');
    expect(await words(folder)).toBe('this is no ordinary file');
    expect(await words('/dev/zero')).toBe('this is no ordinary file');
    await symlink('loop.yaml', join(folder, 'loop.yaml'));
    expect(await words(join(folder, 'loop.yaml'))).toMatch(/^cannot be read: ELOOP/);
  });

  test('other encodings are pointed at', async () => {
    expect(await faultsOf(Buffer.from('version: 1\nrig: { name: caf\xe9 }\n', 'latin1'))).toEqual([
      '2:17: this is not UTF-8 text (save it as UTF-8)',
    ]);
    expect(await faultsOf(Buffer.from('version: 1\n', 'utf16le'))).toHaveLength(1);
  });

  test('too large, too deep, or growing without end while it is read', async () => {
    expect(await faultsOf('#'.repeat(1_000_001))).toEqual(['1:1: the file is larger than 1 MB']);
    const deep = [expect.stringMatching(/nested too deeply/)];
    expect(await faultsOf(`a: ${'['.repeat(100_000)}`)).toEqual(deep);
    expect(await faultsOf(`a: ${'['.repeat(400_000)}${']'.repeat(400_000)}`)).toEqual(deep);
    expect(await faultsOf(`a:\n  ${'- '.repeat(400_000)}`)).toEqual(deep);
    const steps = Array.from({ length: 1_300 }, (_, i) => `${' '.repeat(i)}a:`);
    expect(await faultsOf(steps.join('\n'))).toEqual(deep);
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 10; i += 1) lines.push(`a${i}: &a${i} [${Array(10).fill(`*a${i - 1}`)}]`);
    expect(await faultsOf(lines.join('\n'))).toEqual([expect.stringMatching(/alias/i)]);
    const many = `version: 1\nx: &x 1\ny: [${Array(10_000).fill('*x')}]\n`;
    expect(await faultsOf(many)).toEqual([expect.stringMatching(/more than 500 aliases/)]);
    expect(await faultsOf('- 1\n'.repeat(100_000))).toEqual([expect.stringMatching(/too long/)]);
    const modules = Array.from(
      { length: 1_000 },
      (_, i) => `  m${i}: {command: [x], after: [m${i + 1}]}\n`,
    );
    expect(await faultsOf(rig(modules.join('')))).toEqual([
      expect.stringMatching(/more than the 200/),
    ]);
  });

  test('what it says is safe to print', async () => {
    const faults = await faultsOf('version: 1\n"a\\e[2J\\u202Eb": 1\n');
    expect(faults[0]).toMatch(/^2:1: unknown key `a␛\[2J<U\+202E>b`/);
  });
});

test('the configuration is found at the flag, the environment, here, at home', async () => {
  const home = join(folder, 'home');
  await mkdir(join(home, '.config/rigdeck'), { recursive: true });
  await writeFile(join(home, '.config/rigdeck/rig.yaml'), '');
  const env = { HOME: home, RIGDECK_CONFIG: '/nowhere/env.yaml' };
  expect(await findConfig('/nowhere/flag.yaml', env)).toBe('/nowhere/flag.yaml');
  expect(await findConfig(undefined, env)).toBe('/nowhere/env.yaml');
  expect(await findConfig(undefined, { HOME: home })).toBe(join(home, '.config/rigdeck/rig.yaml'));
});

test('a bundled module is run from its own folder, by the Node that runs the daemon', async () => {
  const known = await bundledModules();
  expect(known.map(({ name }) => name)).toContain('system');
  const { modules } = await loaded(rig('  host: { use: system, options: { rate: 5 } }\n'));
  const run = modules['host']?.run;
  expect(run).toMatchObject({
    protocol: 'rigdeck/1',
    cwd: folder,
    options: { rate: 5, inventory: true },
  });
  expect(run?.command).toEqual(known.find(({ name }) => name === 'system')?.command);
  for (const { command } of known) expect(command.join(' ')).not.toMatch(/[{}]/);
});

test('editors get a JSON Schema of what people write', () => {
  expect(configJsonSchema()).toMatchObject({
    type: 'object',
    required: ['version'],
    properties: {
      modules: { additionalProperties: { properties: { enabled: { type: 'boolean' } } } },
    },
  });
});
