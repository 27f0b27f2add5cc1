import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { release, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it, type TestContext } from 'vitest';
import { plainEnvironment, programFile, programParts } from '../support/program.ts';
import { patiently } from '../support/until.ts';
import {
  bytesBelow,
  install,
  officialNode,
  packInto,
  pathWithoutCompiler,
  type Tarball,
} from './packed.ts';

const slowly = patiently(280_000);
const config = `version: 1
rig: { name: packed-rig, recordings: ./recordings, minFree: 1MB }
modules:
  mic: { use: demo-sensor, options: { rate: 20 } }
  host: { use: system }
`;

let folder: string;
let tarball: Tarball;
/** Where it was installed without optional parts; or why it was not. */
let lean: { readonly modules: string; readonly why: string | null };
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'packed-'));
  tarball = await packInto(folder);
  const where = join(folder, 'lean');
  const why = await install(['--omit=optional', tarball.file], where);
  lean = { modules: join(where, 'node_modules'), why };
}, slowly);
// Some ten thousand files, on the disk of a busy machine.
afterAll(() => rm(folder, { recursive: true, force: true }), slowly);

/** Runs an installed program to its end. */
function run(program: string, words: readonly string[], node = process.execPath, cwd = folder) {
  const env = { ...plainEnvironment(), ...placesBelow(cwd), RIGDECK_MACHINE_ROOT: '/' };
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(node, [program, ...words], { cwd, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}

function placesBelow(cwd: string) {
  return {
    RIGDECK_CONFIG: join(cwd, 'rig.yaml'),
    RIGDECK_STATE_DIR: join(cwd, 'state'),
    RIGDECK_RUN_DIR: join(cwd, 'run'),
  };
}

function leanProgram(context: TestContext): string {
  if (lean.why !== null) context.skip(lean.why);
  return join(lean.modules, '.bin/rigdeck');
}

/** From nothing to a verified recording and down again. */
async function recordsWith(program: string, node = process.execPath): Promise<void> {
  const rig = mkdtempSync(join(folder, 'rig-'));
  writeFileSync(join(rig, 'rig.yaml'), config);
  const does = (...words: string[]) => run(program, words, node, rig);
  try {
    expect(await does('up')).toMatchObject({ code: 0, stderr: '' });
    expect((await does('record', 'start', '--label', 'first')).stdout).toContain(
      'recording: trial 1',
    );
    expect((await does('is', 'recording')).code).toBe(0);
    expect((await does('record', 'stop', '--yes')).stdout).toMatch(/^stopped: trial 1 "first"/);
    expect(await does('sessions', 'verify')).toMatchObject({ code: 0, stderr: '' });
  } finally {
    expect((await does('down', '--yes')).stdout).toContain('packed-rig is down');
  }
}

it('the tarball holds the program, its modules, its pages and what shells need, and nothing of its making', () => {
  const paths = tarball.files.map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining([
      ...[
        'rigdeck.js',
        'execa.js',
        'keeper.sh',
        'kiosk.sh',
        'sum-thread.mjs',
        'THIRD-PARTY.txt',
      ].map((name) => `dist/${name}`),
      ...['1', 'bash', 'fish', 'zsh'].map((end) => `share/rigdeck.${end}`),
      ...['audio', 'camera', 'command', 'demo-sensor', 'gps', 'system'].flatMap((name) =>
        ['main.mjs', 'module.json', 'README.md'].map((file) => `modules/${name}/${file}`),
      ),
      ...['share/rig.schema.json', 'docs/guide.md', 'README.md', 'CHANGELOG.md', 'LICENSE'],
    ]),
  );
  const wanted = /^(dist|modules|docs|share)\/|^(README\.md|LICENSE|CHANGELOG\.md|package\.json)$/;
  expect(paths.filter((path) => !wanted.test(path))).toEqual([]);
  expect(
    paths.filter((path) => /\.(tsx?|map|pyc|tgz)$|\.test\.|node_modules|yesterday/.test(path)),
  ).toEqual([]);
  const programs = tarball.files.filter(({ path }) => /^dist\/(rigdeck\.js|.*\.sh)$/.test(path));
  expect(programs.map(({ mode }) => mode & 0o111)).toEqual(programs.map(() => 0o111));
});

it('what a daemon loads late stands alone, so that the file of a newer version serves it too', async () => {
  const text = readFileSync(join(dirname(await programFile()), 'execa.js'), 'utf8');
  expect(text).not.toMatch(/["']\.\.?\/[^"']*\.m?js["']/);
  expect(text).toMatch(/^export \{/m);
});

it(
  'installed without optional parts it records; what is missing is said by the doctor in words',
  async (context) => {
    const program = leanProgram(context);
    const { version } = JSON.parse(
      readFileSync(join(lean.modules, 'rigdeck/package.json'), 'utf8'),
    );
    expect(await run(program, ['--version'])).toEqual({
      code: 0,
      stdout: `${version}\n`,
      stderr: '',
    });
    const { stdout, stderr } = await run(program, ['doctor']);
    expect(stdout).toMatch(/^warn +koffi +koffi is not installed\n +-> .*npm install /m);
    expect(stdout).toMatch(/^warn +onoff +onoff is not installed\n +-> .*npm install /m);
    expect(stdout + stderr).not.toMatch(/^\s+at |node:internal|ERR_/m);
    await recordsWith(program);
  },
  slowly,
);

it('what came with it is found: modules, completion, the manual and the unit', async (context) => {
  const program = leanProgram(context);
  const rig = join(folder, 'unit');
  mkdirSync(rig);
  writeFileSync(join(rig, 'rig.yaml'), config);
  const list = (await run(program, ['module', 'list'], process.execPath, rig)).stdout;
  for (const name of ['audio', 'camera', 'gps', 'system']) expect(list).toContain(name);
  const share = join(lean.modules, 'rigdeck/share');
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { stdout } = await run(program, ['completion', shell]);
    expect(stdout).toBe(readFileSync(join(share, `rigdeck.${shell}`), 'utf8'));
  }
  expect(readFileSync(join(share, 'rigdeck.1'), 'utf8')).toMatch(/^\.TH RIGDECK 1 /m); // for `man` by its path
  const unit = await run(program, ['service', 'install', '--dry-run'], process.execPath, rig);
  expect(unit.stdout).toContain(join(lean.modules, 'rigdeck/dist/rigdeck.js'));
});

it('it is one package, as small as the README says, and under 25 MB', (context) => {
  leanProgram(context);
  const [, packages, megabytes] = /\*\*(\d+) packages?, (\d+) MB\*\*/.exec(readme()) ?? [];
  const bytes = bytesBelow(lean.modules);
  expect(bytes).toBeLessThan(25e6);
  expect(Math.abs(bytes / 1e6 - Number(megabytes))).toBeLessThan(1);
  const list = readFileSync(join(lean.modules, '.package-lock.json'), 'utf8');
  expect(Object.keys(JSON.parse(list).packages)).toEqual(['node_modules/rigdeck']);
  expect(packages).toBe('1');
});

// Debian trixie has 9.2.
it.for(['this npm', 'npm@9.2.0'])(
  'by %s it is installed for everybody where there is no network and nothing is kept, with its manual',
  { timeout: slowly },
  async (npm, context) => {
    const path = npm === 'this npm' ? '' : `${await folderOfNpm(npm, context)}:`;
    const where = join(folder, `offline-${npm.replace(' ', '-')}`);
    const cache = ['--cache', join(folder, 'empty-cache')];
    const words = ['--global', '--prefix', where, '--offline', ...cache, tarball.file];
    expect(await install(words, where, { PATH: `${path}${process.env['PATH']}` })).toBe(null);
    await recordsWith(join(where, 'bin/rigdeck'));
    const page = manualOf(join(where, 'bin'));
    if (page !== null) expect(page).toBe(realpathSync(join(where, 'share/man/man1/rigdeck.1')));
  },
);

async function folderOfNpm(npm: string, context: TestContext): Promise<string> {
  const where = join(folder, npm);
  const why = await install([npm], where);
  if (why !== null) context.skip(why);
  return join(where, 'node_modules/.bin');
}

it('the licence of every package in the bundle is in the notice that goes along', async () => {
  const { outputs } = await programParts();
  const inputs = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const packages = inputs.flatMap(([file, { bytesInOutput }]) => {
    const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];
    return name === undefined || bytesInOutput === 0 ? [] : [name];
  });
  expect(packages).toEqual(expect.arrayContaining(['ink', 'react', 'zod', 'yoga-layout']));
  const notice = readFileSync(join(dirname(await programFile()), 'THIRD-PARTY.txt'), 'utf8');
  const silent = [...new Set(packages), 'systeminformation'].filter((name) => {
    const [, text] =
      new RegExp(`\\n${name} \\d\\S* \\(\\S+\\)\\n\\n([^]*?)\\n---`).exec(`${notice}\n---`) ?? [];
    return !/copyright/i.test(text ?? '') || (text ?? '').length < 500;
  });
  expect(silent).toEqual([]);
});

it('the program loads nothing but Node and the optional parts', async () => {
  const { outputs } = await programParts();
  const imports = Object.values(outputs).flatMap(({ imports }) => imports);
  const outside = imports.filter(({ external, path }) => external === true && !isBuiltin(path));
  expect([...new Set(outside.map(({ path }) => path))].sort()).toEqual([
    './execa.js',
    'koffi',
    'onoff',
  ]);
});

it(
  'installed for everybody without a compiler it asks the kernel for lines, and names what could not be built',
  async (context) => {
    const where = join(folder, 'global');
    const path = pathWithoutCompiler(join(folder, 'no-compiler'));
    const why = await install(['--global', '--prefix', where, tarball.file], where, { PATH: path });
    if (why !== null) context.skip(why);
    const program = join(where, 'bin/rigdeck');
    expect((await run(program, ['--version'])).code).toBe(0);
    const { checks } = JSON.parse((await run(program, ['doctor', '--json'])).stdout);
    const found = new Map<string, { level: string; words: string }>(
      checks.map((check: { id: string }) => [check.id, check]),
    );
    expect(found.get('koffi')).toMatchObject({ words: 'koffi is there' });
    expect(found.get('onoff')?.words).toMatch(/^onoff is not installed/);
    await recordsWith(program);
  },
  slowly,
);

it('what a machine is made of is asked without any package beside', async (context) => {
  const program = leanProgram(context);
  const printer = join(dirname(realpathSync(program)), 'print-inventory.js');
  const { code, stdout } = await run(printer, []);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ version: 1, operatingSystem: { kernel: release() } });
});

it.for(['22', '24'])(
  'it records with an official Node %s',
  { timeout: slowly },
  async (major, context) => {
    const { node } = await officialNode(major, folder, context);
    await recordsWith(leanProgram(context), node);
  },
);

it(
  'with the Node of an older system it says in one line which one it needs',
  async (context) => {
    const { node } = await officialNode('18', folder, context);
    for (const words of [[], ['status'], ['daemon']]) {
      const { code, stdout, stderr } = await run(leanProgram(context), words, node);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(
        /^rigdeck: it needs Node 20\.19 or newer, and \/\S+ is 18\.\S+\. Install Node 22 from .*\n$/,
      );
    }
  },
  slowly,
);

/** Where `man rigdeck` finds its page for somebody who has that folder in the PATH; null where there is no `man`. */
function manualOf(bin: string): string | null {
  const { PATH = '' } = process.env;
  const { error, stdout } = spawnSync('man', ['-w', 'rigdeck'], {
    encoding: 'utf8',
    env: { PATH: `${bin}:${PATH}` },
  });
  return error === undefined || process.env['RIGDECK_TEST_STRICT'] === '1' ? stdout.trim() : null;
}

function readme(): string {
  return readFileSync('README.md', 'utf8');
}
