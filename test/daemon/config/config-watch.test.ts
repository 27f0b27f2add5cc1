import { mkdtemp, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Fault } from '../../../src/core/input.ts';
import { ConfigWatch } from '../../../src/daemon/config/config-watch.ts';
import { Preferences } from '../../../src/daemon/config/preferences.ts';

const text = `version: 1
rig: { name: lab }
modules:
  mic:
    command: [x] # by hand
    enabled: true
  cam: { command: [y] }
`;

let folder: string;
let file: string;
let told: (Fault | null)[];
let watch: ConfigWatch;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rig-watch-'));
  file = join(folder, 'rig.yaml');
  await writeFile(file, text);
  told = [];
  watch = new ConfigWatch(file, text, (fault) => told.push(fault));
});
afterEach(() => rm(folder, { recursive: true }));

const words = () => told.map((fault) => fault?.message ?? 'as loaded');

test('a file that is as it was loaded is nothing to tell of', async () => {
  await watch.look();
  await watch.look();
  expect(told).toEqual([]);
});

test('a changed file is told of once, with the time of the change, until it is as it was', async () => {
  await watch.look();
  await writeFile(file, text.replace('lab', 'field'));
  await watch.look();
  await watch.look();
  expect(words()).toEqual([
    expect.stringMatching(/^rig\.yaml was changed at \d\d:\d\d and is not in force\.$/),
  ]);
  expect(told[0]).toMatchObject({
    code: 'config-changed',
    remedy: expect.stringContaining('rigdeck config apply'),
  });
  await writeFile(file, text);
  await watch.look();
  expect(words()).toEqual([expect.any(String), 'as loaded']);
});

test('a file that was put in its place with the time of another day is changed, too', async () => {
  const other = join(folder, 'other.yaml');
  await writeFile(other, text.replace('lab', 'field'));
  await utimes(other, new Date('2020-01-01'), new Date('2020-01-01'));
  await rename(other, file);
  await watch.look();
  expect(words()).toEqual(['rig.yaml was changed and is not in force.']);
});

test('a touched or rewritten file that says the same is not changed', async () => {
  await writeFile(file, text);
  await utimes(file, new Date(), new Date());
  await watch.look();
  expect(told).toEqual([]);
});

test('a change with faults says which, and that the next daemon would not start', async () => {
  await writeFile(file, text.replace('command: [y]', 'comand: [y]'));
  await watch.look();
  expect(told[0]?.message).toMatch(
    /^rig\.yaml was changed at .*, and it has faults: \/.*\/rig\.yaml:7:\d+: .*`command`.*\.$/,
  );
  expect(told[0]?.remedy).toContain('rigdeck config check');
});

test('a file that is gone is told of, and one that is back is over', async () => {
  await rm(file);
  await watch.look();
  await writeFile(file, text);
  await watch.look();
  expect(words()).toEqual([
    expect.stringMatching(/^rig\.yaml is gone \(.*\); what it said stays in force\.$/),
    'as loaded',
  ]);
});

test('wishes that the daemon writes back are no change, before, while and after they are written', async () => {
  const preferences = new Preferences(file, () => {}, watch);
  for (const [module, enabled] of [
    ['mic', false],
    ['cam', false],
    ['mic', true],
    ['cam', true], // nothing stood there before: what stands there now is ours
  ] as const) {
    preferences.remember(module, enabled);
    const flushed = preferences.flush();
    await watch.look();
    expect(await flushed).toBe(true);
    await watch.look();
  }
  expect(await readFile(file, 'utf8')).toMatch(/cam: .*enabled: true/);
  expect(told).toEqual([]);
  preferences.stop();
});

test('a wish that is written into a changed file hides nothing, and taking the change back is enough', async () => {
  const changed = text.replace('lab', 'field');
  await writeFile(file, changed);
  const preferences = new Preferences(file, () => {}, watch);
  preferences.remember('mic', false);
  expect(await preferences.flush()).toBe(true);
  await watch.look();
  expect(told).toHaveLength(1);
  await writeFile(file, (await readFile(file, 'utf8')).replace('field', 'lab'));
  await watch.look();
  expect(words().at(-1)).toBe('as loaded');
  preferences.stop();
});

test('an `enabled` that somebody else writes is a change', async () => {
  await writeFile(file, text.replace('enabled: true', 'enabled: false'));
  await watch.look();
  expect(told).toHaveLength(1);
});

test('a text that was taken over is the one in force, and what waits for a new daemon is named', async () => {
  const other = text.replace('lab', 'field');
  await writeFile(file, other);
  await watch.look();
  await watch.whileRead(async (took) => took(other, ['rig.name', 'gpio']));
  await watch.look();
  expect(words().slice(1)).toEqual([
    'rig.yaml is in force, but for rig.name and gpio: that waits for a new start of the daemon.',
  ]);
  await writeFile(file, text);
  await watch.look();
  await watch.whileRead(async (took) => took(text, []));
  await watch.look();
  expect(words().slice(3)).toEqual(['as loaded']);
});

test('a file that was read and not taken over is still none in force', async () => {
  await writeFile(file, text.replace('lab', 'field'));
  await watch.whileRead(async () => undefined);
  await watch.look();
  expect(words()).toEqual([expect.stringContaining('is not in force')]);
});

test('a wish that the daemon wrote before is no change of a text that was taken over later', async () => {
  const preferences = new Preferences(file, () => undefined, watch);
  preferences.remember('mic', false);
  await preferences.flush();
  const edited = (await readFile(file, 'utf8')).replace('enabled: false', 'enabled: true');
  await writeFile(file, edited);
  await watch.whileRead(async (took) => took(edited, []));
  preferences.remember('cam', false);
  await preferences.flush();
  await watch.look();
  expect(words()).toEqual([]);
  preferences.stop();
});
