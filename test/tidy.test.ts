import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

/** Who may import whom. Read it top-down: the further down, the more it may know. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  protocol: ['zod'],
  core: ['protocol'],
  gpio: ['protocol'],
  client: ['protocol', 'node:'],
  tui: ['protocol', 'ink', 'react', 'node:'],
  daemon: ['protocol', 'core', 'gpio', 'node:', 'zod', 'yaml', 'write-file-atomic', 'execa'],
  cli: ['protocol', 'client', 'node:', 'commander'],
  'main.ts': ['cli'],
  'rigdeck.ts': ['main.ts'],
};
/** Heavy rooms that the command line may load only when a command runs. */
const loadedLate: Readonly<Record<string, readonly string[]>> = { cli: ['daemon', 'tui', 'yaml'] };

/** Only these files touch pins. */
const backends = { folder: 'src/gpio/backends/', may: ['node:', 'koffi', 'epoll', 'onoff'] };

const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter(Boolean);
const sources = tracked.filter((file) => /^src\/.*\.tsx?$/.test(file));
const textOf = (file: string) => readFileSync(file, 'utf8');
const roomOf = (file: string) => file.split('/')[1] ?? '';

type Import = { readonly from: string; readonly kind: 'type' | 'value' | 'late' };

function importsOf(file: string): Import[] {
  const text = textOf(file);
  const early = [...text.matchAll(/^\s*(?:import|export)\s+(type\s)?[^'"();]*?from '([^']+)'/gm)];
  const bare = [...text.matchAll(/^import '([^']+)'/gm)];
  const late = [...text.matchAll(/\bimport\('([^']+)'\)/g)];
  return [
    ...early.map((m): Import => ({ from: m[2] ?? '', kind: m[1] ? 'type' : 'value' })),
    ...bare.map((m): Import => ({ from: m[1] ?? '', kind: 'value' })),
    ...late.map((m): Import => ({ from: m[1] ?? '', kind: 'late' })),
  ];
}

/** An import as the table names it: a room, a package, or `node:`. */
function target(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return roomOf(normalize(join(dirname(file), specifier)));
  return specifier.startsWith('node:') ? 'node:' : (specifier.split('/')[0] ?? specifier);
}

test('the house is large enough that its rules were not kept over nothing', () => {
  expect(sources.length).toBeGreaterThan(150);
  expect(sources.flatMap(importsOf).length).toBeGreaterThan(600);
});

test.each(sources)('%s imports only what its room may', (file) => {
  const room = roomOf(file);
  const wrong = importsOf(file).filter(({ from, kind }) => {
    const to = target(file, from);
    if (to === room || mayImport[room]?.includes(to)) return false;
    if (file.startsWith(backends.folder) && backends.may.includes(to)) return false;
    return kind === 'value' || !loadedLate[room]?.includes(to);
  });
  expect(wrong).toEqual([]);
});

test('the core takes types from the protocol and nothing that runs', () => {
  const core = sources.filter((file) => roomOf(file) === 'core');
  const wrong = core.flatMap((file) =>
    importsOf(file)
      .filter(({ from, kind }) => target(file, from) === 'protocol' && kind !== 'type')
      .map(({ from }) => `${file}: ${from}`),
  );
  expect(core.length).toBeGreaterThan(15);
  expect(wrong).toEqual([]);
});

test('the core reads no clock, rolls no dice and waits for nothing', () => {
  const forbidden =
    /\bDate\.now\b|new Date\(\)|Math\.random|performance\.now|\basync\b|\bawait\b|\bPromise\b/;
  const bad = sources.filter((file) => roomOf(file) === 'core' && forbidden.test(textOf(file)));
  expect(bad).toEqual([]);
});

test('clients and screens load no schema library', () => {
  const light = sources.filter((file) => ['client', 'tui'].includes(roomOf(file)));
  const heavy = new Set(
    sources
      .filter((file) => importsOf(file).some(({ from }) => from === 'zod'))
      .map((file) => file),
  );
  const bad = light.flatMap((file) =>
    importsOf(file)
      .filter(({ kind }) => kind === 'value')
      .map(({ from }) => normalize(join(dirname(file), from)))
      .filter((path) => heavy.has(path)),
  );
  expect(bad).toEqual([]);
});

test('files stay short enough to be read: none over 300 lines', () => {
  const long = sources.filter((file) => textOf(file).split('\n').length > 301);
  expect(long).toEqual([]);
});

test('names say what a thing is: no helper, util, handler, facade or coordinator', () => {
  const banned =
    /(helper|util|handler|facade|coordinator)s?[-.]|(Helper|Util|Handler|Facade|Coordinator)s?$/;
  const named = sources.flatMap((file) => {
    const exported = [
      ...textOf(file).matchAll(/^export (?:async )?(?:function|class|type|const) (\w+)/gm),
    ];
    return [file, ...exported.map((m) => m[1] ?? '')].filter((name) => banned.test(name));
  });
  expect(named).toEqual([]);
});

test('nothing is left to do in a comment, and nothing is silenced without a reason', () => {
  const bad = tracked
    .filter(
      (file) =>
        /^(src|test|modules|scripts)\/.*\.(ts|tsx|mjs)$/.test(file) && file !== 'test/tidy.test.ts',
    )
    .filter((file) => {
      const text = textOf(file);
      return /\bTODO\b|\bFIXME\b|@ts-ignore|\bas any\b|: any[;,)=>\]]/.test(text);
    });
  expect(bad).toEqual([]);
});

test('every test has a name that reads as a sentence, and none is left out', () => {
  const tests = tracked.filter((file) => /^test\/.*\.test\.tsx?$/.test(file));
  const bad = tests.filter((file) => /\b(test|it|describe)\.(only|todo)\(/.test(textOf(file)));
  expect(tests.length).toBeGreaterThan(40);
  expect(bad).toEqual([]);
});

test('the lock file names no download addresses', () => {
  expect(textOf('package-lock.json')).not.toContain('"resolved"');
});

test('the lock file knows every optional part for every platform, or `npm ci` refuses it', () => {
  const lock = JSON.parse(textOf('package-lock.json')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) =>
        !(`node_modules/${name}` in lock.packages) &&
        !(`${path}/node_modules/${name}` in lock.packages),
    ),
  );
  expect(missing).toEqual([]);
});
