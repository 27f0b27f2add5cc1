import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { optionNames, withGeneratedParts } from '../../scripts/docs-pages.ts';
import { configJsonSchema } from '../../src/daemon/config/json-schema.ts';
import { loadConfig } from '../../src/daemon/config/load-config.ts';
import { intentSchema } from '../../src/protocol/intent.ts';
import { manifestSchema } from '../../src/protocol/manifest-schema.ts';
import { moduleStates } from '../../src/protocol/vocabulary.ts';
import { blocksOf, codeOf, pageOf, pages, sourceOf } from './pages.ts';

test.each(pages)('what is made from the source is up to date in $path', ({ text }) => {
  expect(withGeneratedParts(text)).toBe(text);
});

test.each(pages)('every command that $path names exists, with its options', ({ text }) => {
  expect(codeOf(text).flatMap(commandsIn).flatMap(faultOf)).toEqual([]);
});

test('the docs name enough commands that this was not checked over nothing', () => {
  const named = pages.flatMap(({ text }) => codeOf(text)).flatMap(commandsIn);
  expect(named.length).toBeGreaterThan(100);
});

/** What stands behind `rigdeck` in a piece of code, in words; comments and later commands of the line left out. */
function commandsIn(code: string): string[][] {
  return code
    .replace(/(^|\s)#.*$/, '')
    .split(/&&|\|\||;|\| /)
    .flatMap((part) => {
      const words = /(?:^|\s)rigdeck(?: (.*))?$/.exec(part.trim())?.[1];
      return words === undefined ? [] : [words.replace(/"[^"]*"/g, 'WORDS').split(' ')];
    });
}

function faultOf(words: readonly string[]): string[] {
  const typed = words.join(' ');
  const [first = ''] = words;
  if (!/^[a-z]/.test(first)) return []; // `rigdeck [options] <command>`, `rigdeck --version`
  const options = optionNames();
  const whole = [words.slice(0, 2).join(' '), first].find((name) => options.has(name));
  if (whole === undefined) return [`no such command: ${typed}`];
  const known = [...(options.get(whole) ?? []), ...(options.get('') ?? [])];
  return words
    .filter((word) => /^--?[a-z]/.test(word))
    .filter((word) => !known.includes(word))
    .map((word) => `no option ${word}: ${typed}`);
}

const examples = pages.flatMap(({ path, text }) =>
  blocksOf(text, 'yaml').map((block, index) => ({ path, number: index + 1, block })),
);

test.each(examples)('rig.yaml $number of $path is in order', async ({ block }) => {
  const folder = mkdtempSync(join(tmpdir(), 'rigdeck-docs-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'rig.yaml');
  writeFileSync(file, block.startsWith('version:') ? block : `version: 1\n${block}`);
  const result = await loadConfig(file);
  expect(result.ok ? [] : result.faults).toEqual([]);
});

test('the first rig.yaml is short', () => {
  const [first = ''] = blocksOf(pageOf('README.md'), 'yaml');
  expect(first.trim().split('\n').length).toBeLessThanOrEqual(10);
});

/** The members of a union, or of a list, of words in a source file. */
function unionOf(file: string, name: string): string[] {
  const begin = `export (?:type|const) ${name}(?:: [^=]*)? =`;
  const body = new RegExp(`${begin}(.*?);`, 's').exec(sourceOf(file))?.[1] ?? '';
  return [...body.matchAll(/'([\w-]+)'/g)].map((match) => match[1] ?? '');
}

const unions = [
  ['docs/states.md', 'src/protocol/problem.ts', 'ProblemCode', 20],
  ['docs/protocol.md', 'src/protocol/problem.ts', 'RefusalReason', 15],
  ['docs/states.md', 'src/protocol/vocabulary.ts', 'ModulePhase', 12],
  ['docs/states.md', 'src/protocol/vocabulary.ts', 'Health', 5],
  ['docs/states.md', 'src/protocol/vocabulary.ts', 'rigStatuses', 8],
  ['docs/states.md', 'src/protocol/vocabulary.ts', 'moduleStates', 8],
  ['docs/states.md', 'src/protocol/manifest.ts', 'SegmentReason', 6],
  ['docs/states.md', 'src/protocol/manifest.ts', 'FileVerdict', 5],
] as const;

test.each(unions)('%s explains every word of %s, %s', (page, file, type, atLeast) => {
  const words = unionOf(file, type);
  expect(words.length).toBeGreaterThanOrEqual(atLeast);
  expect(words.filter((word) => !pageOf(page).includes(`\`${word}\``))).toEqual([]);
});

test('every state and every intent is explained', () => {
  const states = moduleStates.filter(
    (state) => !pageOf('docs/states.md').includes(`| \`${state}\` |`),
  );
  const kinds = intentSchema.options.map(({ shape }) => shape.kind.value);
  expect(states).toEqual([]);
  expect(kinds.filter((kind) => !pageOf('docs/protocol.md').includes(`\`${kind}\``))).toEqual([]);
});

test('every key of rig.yaml is explained', () => {
  const page = pageOf('docs/configuration.md');
  const keys = keysOf(configJsonSchema(), '');
  const missing = keys.filter((key) => {
    const leaf = key.slice(key.lastIndexOf('.'));
    return !page.includes(`\`${key}\``) && !page.includes(`\`${leaf}\``);
  });
  expect(keys.length).toBeGreaterThan(45);
  expect(missing).toEqual([]);
});

/** The keys that hold a value, by their path; a module's without the module. */
function keysOf(schema: unknown, path: string): string[] {
  const { properties, additionalProperties, items } = asMap(schema);
  const below = Object.entries(asMap(properties)).flatMap(([key, value]) =>
    keysOf(value, path === '' ? key : `${path}.${key}`),
  );
  if (below.length > 0) return below;
  if (path === 'modules') return keysOf(additionalProperties, '');
  const each = keysOfItems(items, path);
  return each.length > 0 ? each : [path];
}

function keysOfItems(items: unknown, path: string): string[] {
  return 'properties' in asMap(items) ? keysOf(items, `${path}[]`) : [];
}

function asMap(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

test('the session.json that is shown is one', () => {
  const [shown = ''] = blocksOf(pageOf('docs/files.md'), 'json');
  expect(manifestSchema.safeParse(JSON.parse(shown)).error).toBeUndefined();
});
