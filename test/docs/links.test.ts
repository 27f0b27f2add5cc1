import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { pageOf, pages } from './pages.ts';

const root = join(import.meta.dirname, '../..');

function linksOf(text: string): string[] {
  const prose = text.replace(/^```.*?^```$/gms, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
}

/** The anchors of a page as GitHub makes them from its headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test.each(pages)('every link of $path leads somewhere', ({ path, text }) => {
  const broken = linksOf(text)
    .filter((link) => !/^https?:/.test(link))
    .filter((link) => {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? path : normalize(join(dirname(path), file));
      if (!existsSync(join(root, target))) return true;
      if (anchor === undefined) return false;
      return !anchorsOf(readFileSync(join(root, target), 'utf8')).includes(anchor);
    });
  expect(broken).toEqual([]);
});

test('every page of the docs is found from the README', () => {
  const linked = linksOf(pageOf('README.md')).map((link) => link.split('#')[0]);
  const docs = pages.filter(({ path }) => path.startsWith('docs/'));
  expect(docs.filter(({ path }) => !linked.includes(path)).map(({ path }) => path)).toEqual([]);
});

test('every row of the failure matrix names a test, by its path', () => {
  const rows = pageOf('docs/failures.md')
    .split('\n')
    .filter((line) => /^\| (?!what happens|---)/.test(line) && !line.startsWith('|---'));
  expect(rows.length).toBeGreaterThan(60);
  expect(rows.filter((row) => !row.includes('../test/'))).toEqual([]);
});
