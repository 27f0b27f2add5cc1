import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { blocksOf, pages } from './pages.ts';

/** The programs that a reader is told to type, besides `rigdeck`. */
const programs =
  'cgps cp echo export journalctl kill ln lp man mkdir nano npm scp ssh tmux timedatectl';
const known = new Set([
  'rigdeck',
  'sudo',
  './scripts/demo',
  './scripts/test',
  ...programs.split(' '),
]);

/** Shell is what names no language. Examples in a language are run by the tests of modules; yaml by those of the configuration. */
const languages = ['', 'yaml', 'json', 'python', 'js', 'sh', 'text'];

test.each(pages)('every block of $path is in a language that is checked', ({ text }) => {
  const fences = [...text.matchAll(/^```([^\n]*)\n.*?^```$/gms)].map((match) => match[1] ?? '');
  expect(fences.filter((language) => !languages.includes(language))).toEqual([]);
});

test.each(pages)(
  'what is to be typed in $path is shell, and begins with a known program',
  ({ text }) => {
    for (const block of blocksOf(text, '')) {
      const { status, stderr } = spawnSync('bash', ['-n'], { input: block, encoding: 'utf8' });
      expect({ block, status, stderr }).toMatchObject({ status: 0, stderr: '' });
      const firsts = block.split('\n').flatMap((line) => /^[^\s#]+/.exec(line)?.[0] ?? []);
      expect(firsts.filter((first) => !known.has(first))).toEqual([]);
    }
  },
);

test.each(pages)('every JSON in $path is one', ({ text }) => {
  for (const block of blocksOf(text, 'json')) expect(() => JSON.parse(block)).not.toThrow();
});
