import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandWords, valueOptions } from '../../scripts/command-words.ts';
import { sharedFiles } from '../../scripts/shared-files.ts';
import { sourceOf } from './pages.ts';

const files = sharedFiles();

test.each(Object.keys(files))('share/%s is as the table of commands says', (name) => {
  expect(sourceOf(`share/${name}`)).toBe(files[name]);
});

test('nothing else lies in share', () => {
  const folder = join(import.meta.dirname, '../../share');
  expect(readdirSync(folder).sort()).toEqual(Object.keys(files).sort());
});

test('every command has its part of the manual page', () => {
  const page = (files['rigdeck.1'] ?? '').replaceAll('\\-', '-');
  const leaves = commandWords().filter(({ commands }) => commands.length === 0);
  expect(leaves.length).toBeGreaterThan(30);
  expect(leaves.filter(({ path }) => !page.includes(`\nrigdeck ${path}`))).toEqual([]);
});

const checkers = [
  ['mandoc', ['-Tlint', '-Werror']],
  ['man', ['--warnings', '-E', 'UTF-8', '-l', '-Tutf8', '-Z']],
] as const;

test.each(checkers)('%s finds nothing wrong with the manual page', (program, words) => {
  const { error, stdout, stderr } = spawnSync(program, [...words, 'share/rigdeck.1'], {
    encoding: 'utf8',
  });
  if (error !== undefined && process.env['RIGDECK_TEST_STRICT'] !== '1') return;
  expect(stderr).toBe('');
  if (program === 'mandoc') expect(stdout).toBe('');
});

test.each(['bash', 'zsh', 'fish'])('%s finds the completion well formed', (shell) => {
  const { error, stderr } = spawnSync(shell, ['-n', `share/rigdeck.${shell}`], {
    encoding: 'utf8',
  });
  if (error !== undefined && process.env['RIGDECK_TEST_STRICT'] !== '1') return;
  expect(stderr).toBe('');
});

test('an option takes a value in every command, or in none', () => {
  const all = commandWords();
  const withValue = valueOptions(all);
  const plain = all
    .flatMap(({ options }) => options)
    .filter(({ value, names }) => value === null && names.some((name) => withValue.has(name)));
  expect(plain).toEqual([]);
});

test('npm ships the manual page and the completions', () => {
  const { man, files: shipped } = JSON.parse(sourceOf('package.json'));
  // As a list: npm makes a link for `man` only of that.
  expect(man).toEqual(['./share/rigdeck.1']);
  expect(shipped).toContain('share');
});
