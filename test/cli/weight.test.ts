import type { Metafile } from 'esbuild';
import { beforeAll, expect, it } from 'vitest';
import { programParts } from '../support/program.ts';

let parts: Metafile;
beforeAll(async () => {
  parts = await programParts();
});

/** Every source that is loaded when these commands run: what their bundles import, and the imports of those. */
function loadedBy(entries: readonly string[]): string[] {
  const { outputs } = parts;
  const files = Object.keys(outputs);
  const waiting = entries.map((entry) => {
    const file = files.find((name) => outputs[name]?.entryPoint === entry);
    if (file === undefined) throw new Error(`${entry} is no entry`);
    return file;
  });
  const seen = new Set<string>();
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const imports = outputs[file]?.imports ?? [];
    waiting.push(
      ...imports
        .filter(({ kind }) => kind === 'import-statement')
        .map(({ path }) => path)
        .filter((path) => path in outputs),
    );
  }
  return [...seen].flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}));
}

const light = [
  'status',
  'status-watch',
  'condition',
  'session',
  'record',
  'wish',
  'watch',
  'logs',
  'history',
  'log-level',
  'down',
];

it.each(light)('%s loads no schemas, no YAML, no screen', (command) => {
  const sources = loadedBy(['src/main.ts', 'src/cli/program.ts', `src/cli/commands/${command}.ts`]);
  const packages = sources.flatMap(
    (source) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? [],
  );
  expect([...new Set(packages)]).toEqual(['commander']);
  expect(sources.filter((source) => /^src\/(core|daemon|tui|gpio)\//.test(source))).toEqual([]);
  expect(sources.length).toBeGreaterThan(10);
});

it.each(['status', 'condition'])(
  '%s, as scripts ask it, does without the parser too',
  (command) => {
    const sources = loadedBy(['src/main.ts', `src/cli/commands/${command}.ts`]);
    expect(sources.filter((source) => source.includes('node_modules/'))).toEqual([]);
  },
);
