import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type LoadedConfig, loadConfig } from '../../../src/daemon/config/load-config.ts';
import { moduleDetail } from '../../../src/daemon/config/module-detail.ts';

const options = (text: string) => `version: 1
rig: { name: r, recordings: rec }
modules:
  mine: { command: [./record], options: ${text} }
`;

/** A configuration that is in force, and a way to change the file. */
async function inForce(text: string) {
  const folder = await mkdtemp(join(tmpdir(), 'rigdeck-detail-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'rig.yaml');
  const write = (next: string) => writeFile(file, next);
  await write(options(text));
  const result = await loadConfig(file);
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return { loaded: result.loaded, folder, write };
}

async function toldOf(loaded: LoadedConfig) {
  return (await moduleDetail(loaded, 'mine', 'told'))?.options;
}

test('the options of a module are those that the daemon runs it with, in the order of their names', async () => {
  const { loaded, folder } = await inForce('{ rate: 5, device: "hw:1" }');
  expect(await moduleDetail(loaded, 'mine', 'told')).toMatchObject({
    command: [join(folder, 'record')],
    protocol: 'rigdeck/1',
    configTrouble: null,
    options: [
      { name: 'device', value: '"hw:1"' },
      { name: 'rate', value: '5' },
    ],
  });
  expect(await moduleDetail(loaded, 'absent', 'told')).toBeNull();
  expect(await moduleDetail(loaded, 'constructor', 'told')).toBeNull();
});

test('what rig.yaml says by now stands beside what is in force', async () => {
  const { loaded, write } = await inForce('{ rate: 5, mono: true, gain: 1 }');
  await write(options('{ rate: 10, mono: true, device: x }'));
  expect(await toldOf(loaded)).toEqual([
    { name: 'device', value: null, now: '"x"' },
    { name: 'gain', value: '1', now: null },
    { name: 'mono', value: 'true' },
    { name: 'rate', value: '5', now: '10' },
  ]);
});

test('a rig.yaml with faults is said to be one, and says nothing about options', async () => {
  const { loaded, write } = await inForce('{ rate: 5 }');
  await write('version: 1\nnonsense: 2\n');
  const detail = await moduleDetail(loaded, 'mine', 'told');
  expect(detail?.options).toEqual([{ name: 'rate', value: '5' }]);
  expect(detail?.configTrouble).toContain('nonsense');
});

test('who may only look is not told the options: there may be passwords in them', async () => {
  const { loaded } = await inForce('{ url: "rtsp://me:secret@cam" }');
  const detail = await moduleDetail(loaded, 'mine', 'kept-back');
  expect(detail?.options).toBeNull();
  expect(JSON.stringify(detail)).not.toContain('secret');
});
