import { execFileSync } from 'node:child_process';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeDurable } from '../../../src/daemon/store/durable-file.ts';
import { KeptFile } from '../../../src/daemon/store/kept-file.ts';
import { readSaved, savedText } from '../../../src/daemon/store/saved-file.ts';
import { type RunningModules, runningModulesSchema } from '../../../src/protocol/saved.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rig-saved-'));
  path = join(folder, 'running_modules.json');
});
afterEach(() => rm(folder, { recursive: true }));

const wishes = (desired: 'on' | 'off'): RunningModules => ({
  recording: 'recording',
  modules: { mic: { desired } },
  start: null,
  scheduled: null,
});
const writeSaved = (to: string, data: RunningModules) => writeDurable(to, savedText(data));
const read = () => readSaved(path, runningModulesSchema);

test('a file says version, checksum and data, and reads back', async () => {
  expect(await writeSaved(path, wishes('on'))).toBeNull();
  const file = JSON.parse(await readFile(path, 'utf8'));
  expect(Object.keys(file)).toEqual(['version', 'checksum', 'data']);
  expect(file).toMatchObject({ version: 1, checksum: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(await read()).toEqual({ data: wishes('on'), from: 'current', damaged: [] });
});

test('nothing there is no damage', async () => {
  expect(await read()).toEqual({ data: null, from: 'none', damaged: [] });
});

const damages: readonly (readonly [what: string, reason: RegExp, harm: () => Promise<void>])[] = [
  ['empty', /empty/, () => truncate(path, 0)],
  ['cut', /cut/, () => truncate(path, 100)],
  ['zeros', /cut/, () => writeFile(path, Buffer.alloc(4_096))],
  ['foreign', /not written by/, () => writeFile(path, '{"name": "something else"}')],
  [
    'a changed wish',
    /checksum/,
    async () => {
      await writeFile(path, (await readFile(path, 'utf8')).replace('"off"', '"on"'));
    },
  ],
  ['fractions', /checksum/, () => writeFile(path, '{"version":1,"checksum":"x","data":{"a":0.5}}')],
  ['another shape', /shape/, () => writeFile(path, savedText({ modules: [] }))],
  [
    'a folder',
    /no ordinary file|EISDIR/,
    async () => {
      await rm(path);
      await mkdir(path);
    },
  ],
  [
    'a FIFO',
    /no ordinary file/,
    async () => {
      await rm(path);
      execFileSync('mkfifo', [path]);
    },
  ],
  ['huge', /larger/, () => writeFile(path, Buffer.alloc(8_000_001, ' '))],
];
test.each(damages)(
  'a damaged file (%s) is set aside and the generation before it is used',
  async (_, reason, harm) => {
    await writeSaved(path, wishes('on'));
    await writeSaved(path, wishes('off'));
    await harm();
    const { data, from, damaged } = await read();
    expect({ data, from }).toEqual({ data: wishes('on'), from: 'previous' });
    expect(damaged).toEqual([
      { file: `${path}.damaged-1`, reason: expect.stringMatching(reason), kind: 'damaged' },
    ]);
    expect((await readdir(folder)).sort()).toEqual([
      'running_modules.json.damaged-1',
      'running_modules.json.previous',
    ]);
    expect(await writeSaved(path, wishes('off'))).toBeNull();
    expect(await read()).toMatchObject({ data: wishes('off'), damaged: [] });
  },
);

/** Makes the file one of another version, with content that fits its checksum. */
async function beOf(version: number, data: object): Promise<string> {
  const text = savedText(data).replace('"version": 1', `"version": ${version}`);
  await writeFile(path, text);
  return text;
}

test('a file of a later version is set aside whole, and what is understood of it is used', async () => {
  await writeSaved(path, wishes('off'));
  await writeSaved(path, wishes('off'));
  const text = await beOf(2, { ...wishes('on'), mood: 'fine' });
  const file = `${path}.damaged-1`;
  const reason = 'written by a later Rigdeck: format 2, this one knows 1';
  expect(await read()).toEqual({
    data: wishes('on'),
    from: 'current',
    damaged: [{ file, reason, kind: 'later' }],
  });
  expect(await readFile(file, 'utf8')).toBe(text);
  expect(await read()).toMatchObject({ data: wishes('off'), from: 'previous', damaged: [] });
});

test('a file of a later version that is not understood is set aside, and the generation before it is used', async () => {
  await writeSaved(path, wishes('on'));
  await writeSaved(path, wishes('off'));
  await beOf(2, { wishes: [{ module: 'mic', wanted: 'always' }] });
  expect(await read()).toMatchObject({
    data: wishes('on'),
    from: 'previous',
    damaged: [{ file: `${path}.damaged-1`, kind: 'later' }],
  });
});

test('a file of an older version is told as one, and what is understood of it is used', async () => {
  await beOf(0, wishes('on'));
  expect(await read()).toMatchObject({
    data: wishes('on'),
    damaged: [
      { file: `${path}.damaged-1`, reason: expect.stringMatching(/an older Rigdeck: format 0,/) },
    ],
  });
});

test('what was understood of a file of a later version is written in its place', async () => {
  await beOf(2, wishes('on'));
  const kept = new KeptFile(path, runningModulesSchema, () => undefined);
  const { data } = await kept.read();
  if (data !== null) kept.keep(data);
  expect(await kept.flush()).toBeNull();
  expect(await read()).toEqual({ data: wishes('on'), from: 'current', damaged: [] });
});

test('both generations damaged: nothing is known, and both are told', async () => {
  await writeFile(path, 'x');
  await writeFile(`${path}.previous`, 'y');
  const { data, from, damaged } = await read();
  expect({ data, from }).toEqual({ data: null, from: 'none' });
  expect(damaged.map(({ file }) => file)).toEqual([
    `${path}.damaged-1`,
    `${path}.previous.damaged-1`,
  ]);
});

test('a file that vanished between two renames is replaced by the generation before it', async () => {
  await writeSaved(path, wishes('on'));
  await rename(path, `${path}.previous`);
  expect(await read()).toEqual({ data: wishes('on'), from: 'previous', damaged: [] });
});

test('the newest five are kept', async () => {
  for (let n = 1; n <= 7; n += 1) {
    await writeFile(path, `damage ${n}`);
    await read();
  }
  const names = (await readdir(folder)).map((name) => name.split('.damaged-')[1]).sort();
  expect(names).toEqual(['3', '4', '5', '6', '7']);
});
