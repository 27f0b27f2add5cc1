import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** A page of the docs, by its path in the repository. */
export type Page = { readonly path: string; readonly text: string };

/** The README, the changelog, and all of docs/. */
export const pages: readonly Page[] = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
].map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

/** The text of one page. @throws Error when there is no such page */
export function pageOf(path: string): string {
  const page = pages.find((one) => one.path === path);
  if (page === undefined) throw new Error(`there is no page ${path}`);
  return page.text;
}

/** A file of the repository, by its path there. */
export function sourceOf(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The fenced blocks of a page that are in this language; '' for those that name none. */
export function blocksOf(text: string, language: string): string[] {
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].flatMap(([, named, block]) =>
    named === language ? [block ?? ''] : [],
  );
}

/** Everything that stands as code in a page: blocks that name no language, line by line, and spans. */
export function codeOf(text: string): string[] {
  const prose = text.replace(/^```.*?^```$/gms, '');
  const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '');
  const lines = ['', 'sh']
    .flatMap((language) => blocksOf(text, language))
    .join('')
    .split('\n');
  return [...spans, ...lines];
}
