import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it, type TestContext } from 'vitest';
import { type Ended, plainEnvironment } from '../support/program.ts';
import { patiently } from '../support/until.ts';
import { install, officialNode, packInto, pathWithoutCompiler, whyNot } from './packed.ts';

const slowly = patiently(280_000);
let folder: string;
let tarball: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parts-'));
  tarball = (await packInto(folder)).file;
}, slowly);
afterAll(() => rm(folder, { recursive: true, force: true }), slowly);

/** Types a line into sh, for somebody whose `node` is that one. */
function types(
  line: string,
  node: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const { PATH = '', ...plain } = plainEnvironment();
  const env = {
    ...plain,
    PATH: `${dirname(node)}:${PATH}`,
    RIGDECK_MACHINE_ROOT: '/',
    RIGDECK_RUN_DIR: join(folder, 'run'),
    npm_config_prefer_offline: 'true',
    ...more,
  };
  return new Promise((resolve) => {
    execFile('sh', ['-c', line], { cwd: folder, env, timeout: slowly }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
  });
}

type Found = { readonly words: string; readonly fix: string | null };

/** What the doctor says of the two parts. */
async function doctor(
  program: string,
  node: string,
  path?: string,
): Promise<Record<'koffi' | 'onoff', Found>> {
  const more = path === undefined ? {} : { PATH: path };
  const { stdout } = await types(`'${program}' doctor --json`, node, more);
  const { checks } = JSON.parse(stdout);
  const of = (id: string) => checks.find((check: { id: string }) => check.id === id);
  return { koffi: of('koffi'), onoff: of('onoff') };
}

/** Types what the doctor said. Where npm has no network the test is left out. */
async function cure({ fix }: Found, context: TestContext, node: string, more = {}): Promise<void> {
  if (fix?.startsWith('sudo apt ')) context.skip('there is no compiler here');
  const ended = await types(fix ?? 'false', node, more);
  const why = ended.code === 0 ? undefined : whyNot(ended);
  if (why !== undefined) context.skip(why);
  expect(ended).toMatchObject({ code: 0 });
}

it(
  'what the doctor says brings the parts into a folder of one’s own, and after a change of Node again',
  async (context) => {
    const where = join(folder, 'own');
    const why = await install(['--omit=optional', tarball], where);
    if (why !== null) context.skip(why);
    const program = join(where, 'node_modules/.bin/rigdeck');
    const ours = process.execPath;
    const before = await doctor(program, ours);
    expect(before.koffi).toMatchObject({
      words: 'koffi is not installed',
      fix: `npm install --prefix ${where} koffi@3`,
    });
    expect(before.onoff).toMatchObject({ words: 'onoff is not installed' });
    await cure(before.koffi, context, ours);
    // In a folder's own packages npm brings with the first what it had left out.
    const { onoff } = await doctor(program, ours);
    if (onoff.fix !== null) await cure(onoff, context, ours);
    expect(await doctor(program, ours)).toMatchObject({
      koffi: { words: 'koffi is there' },
      onoff: { words: 'onoff is there' },
    });

    const other = process.versions.node.startsWith('22.') ? '24' : '22';
    const { node, headers } = await officialNode(other, folder, context);
    const changed = await doctor(program, node);
    expect(changed.koffi.words).toBe('koffi is there');
    expect(changed.onoff).toMatchObject({
      words: 'onoff was built for another version of Node',
      fix: `npm rebuild --prefix ${where} epoll`,
    });
    await cure(changed.onoff, context, node, { npm_config_nodedir: headers });
    expect((await doctor(program, node)).onoff.words).toBe('onoff is there');
  },
  slowly,
);

it(
  'what the doctor says brings the parts for everybody, where they could not be had at first',
  async (context) => {
    const where = join(folder, 'global');
    const cache = ['--cache', join(folder, 'empty-cache')];
    await install(['--global', '--prefix', where, '--offline', ...cache, tarball], where);
    const program = join(where, 'bin/rigdeck');
    const ours = process.execPath;
    const before = await doctor(program, ours);
    expect(before.koffi.fix).toBe(`npm install -g --prefix ${where} koffi@3`);
    const bare = await doctor(program, ours, pathWithoutCompiler(join(folder, 'no-compiler')));
    expect(bare.onoff.fix).toBe(
      `sudo apt install build-essential python3 && npm install -g --prefix ${where} onoff@6`,
    );
    await cure(before.koffi, context, ours);
    await cure(before.onoff, context, ours);
    const after = await doctor(program, ours);
    expect([after.koffi.words, after.onoff.words]).toEqual(['koffi is there', 'onoff is there']);
  },
  slowly,
);
