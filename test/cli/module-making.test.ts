import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runProgram } from '../support/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'rig-new-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const run = (...words: string[]) => runProgram(words, { cwd: folder });
const sensor = join(import.meta.dirname, '../../modules/demo-sensor');

type Report = {
  passed: number;
  failed: number;
  checks: { name: string; outcome: string; words: string }[];
};

async function report(code: number, ...words: string[]): Promise<Report> {
  const ended = await run('--json', 'module', 'test', ...words);
  expect(ended, ended.stdout + ended.stderr).toMatchObject({ code });
  return JSON.parse(ended.stdout);
}

function failuresOf({ checks }: Report): string[] {
  return checks
    .filter(({ outcome }) => outcome === 'failed')
    .map(({ name, words }) => `${name}: ${words}`);
}

describe.each(['python', 'node', 'sh'])('a new module in %s', (lang) => {
  test.concurrent('records as it is, and passes every check that is for it', async () => {
    const made = await run('module', 'new', `my-${lang}`, '--lang', lang);
    expect(made, made.stderr).toMatchObject({ code: 0 });
    expect(made.stdout).toContain(`rigdeck module test ./my-${lang}`);
    const tested = await report(0, `my-${lang}`);
    expect(failuresOf(tested)).toEqual([]);
    expect(tested.passed).toBeGreaterThanOrEqual(11);
  });
});

test('a new module says how that rig.yaml names it: from its own folder, or with the whole path', async () => {
  const path = (file: string) => join(realpathSync(folder), file);
  const above = await run('--config', join(folder, 'rig.yaml'), 'module', 'new', 'near');
  expect(above.stdout).toContain(`In ${join(folder, 'rig.yaml')}:`);
  expect(above.stdout).toContain('command: [python3, ./near/main.py]');
  const other = await run('--config', '/etc/rig.yaml', 'module', 'new', 'far');
  expect(other.stdout).toContain(`In /etc/rig.yaml:`);
  expect(other.stdout).toContain(`command: [python3, ${path('far/main.py')}]`);
});

test('nothing that exists is overwritten, and wrong words are refused with what there is', async () => {
  await run('module', 'new', 'twice');
  const before = readFileSync(join(folder, 'twice/main.py'), 'utf8');
  expect(await run('module', 'new', 'twice', '--lang', 'sh')).toMatchObject({ code: 5 });
  expect(readFileSync(join(folder, 'twice/main.py'), 'utf8')).toBe(before);
  expect(readdirSync(join(folder, 'twice')).sort()).toEqual([
    'main.py',
    'module.json',
    'rigdeck.py',
  ]);
  const lang = await run('module', 'new', 'x', '--lang', 'ruby');
  expect(lang).toMatchObject({ code: 2, stderr: expect.stringContaining('python, node, sh') });
  expect(await run('module', 'new', 'Wrong Name')).toMatchObject({ code: 2 });
  expect(existsSync(join(folder, 'x'))).toBe(false);
  expect(await run('module', 'test', './nothing-here')).toMatchObject({ code: 4 });
  expect(await run('module', 'test', 'twice', '--options', 'rate')).toMatchObject({ code: 2 });
});

test.concurrent.each([
  [{ neverReady: true }, ['--timeout', '1'], /^is ready in time: ready was not reached within 1 s/],
  [{ lie: true }, [], /^arms, and records at the common instant: /],
  [{ crashIdle: 1_200 }, [], /^/],
])('a module that is %j does not pass, and the report says where', async (options, more, words) => {
  const tested = await report(1, sensor, '--options', JSON.stringify(options), ...more);
  expect(tested.failed).toBeGreaterThan(0);
  expect(failuresOf(tested)[0]).toMatch(words);
});

test.concurrent('a report for people has a line for each check', async () => {
  const ended = await run('module', 'test', sensor, '--options', '{"noPause":true,"rate":50}');
  expect(ended, ended.stdout).toMatchObject({ code: 0 });
  expect(ended.stdout).toMatch(
    /^skipped pause really pauses, and it goes on +it does not say that it can$/m,
  );
  expect(ended.stdout).toMatch(/^ok +quits when it is asked to +\d+ ms$/m);
  expect(ended.stdout).toMatch(/\n10 passed, 0 failed, 1 skipped\n$/);
});

test('a module whose program ends at once fails at its first end, with what it said', async () => {
  writeFileSync(join(folder, 'short.py'), 'raise SystemExit("no lens")\n');
  const [words] = failuresOf(await report(1, 'short.py'));
  expect(words).toMatch(/^is ready in time: .*exit code 1/);
  expect(words).not.toContain('within');
});
