import { readFileSync, renameSync } from 'node:fs';
import {
  chmod,
  chown,
  link,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/daemon/config/load-config.ts';
import { Preferences } from '../../../src/daemon/config/preferences.ts';
import { spliceEnabled } from '../../../src/daemon/config/splice-enabled.ts';
import { writeEnabled } from '../../../src/daemon/config/write-enabled.ts';
import { mountSmallDisk, noSmallDisk } from '../store/small-disk.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rig-wish-'));
  file = join(folder, 'rig.yaml');
});
afterEach(() => rm(folder, { recursive: true }));

const head = 'version: 1\nmodules:\n';
const spliced = (text: string, enabled = false) => {
  const result = spliceEnabled(text, 'mic', enabled, []);
  return result.ok ? result.text : `refused: ${result.reason}`;
};

const cases: readonly (readonly [what: string, before: string, after: string])[] = [
  [
    'a value that is there',
    `${head}  mic:\n    enabled:   True  # yes\n    command: [x]\n`,
    `${head}  mic:\n    enabled:   false  # yes\n    command: [x]\n`,
  ],
  [
    'a quoted key',
    `${head}  "mic": {"command": ["x"], "enabled": true}\n`,
    `${head}  "mic": {"command": ["x"], "enabled": false}\n`,
  ],
  [
    'a block without the key',
    `${head}  mic:\n    command: [x] # c\n    group: a\n`,
    `${head}  mic:\n    command: [x] # c\n    enabled: false\n    group: a\n`,
  ],
  [
    'a block whose first value has many lines',
    `${head}  mic:\n    # c\n    command:\n      - x\n`,
    `${head}  mic:\n    # c\n    enabled: false\n    command:\n      - x\n`,
  ],
  [
    'no line end at the end',
    `${head}  mic:\n    command: [x]`,
    `${head}  mic:\n    command: [x]\n    enabled: false`,
  ],
  [
    'a flow map',
    `${head}  mic: { command: [x] }\n`,
    `${head}  mic: { command: [x], enabled: false }\n`,
  ],
  [
    'a flow map with a comma too many',
    `${head}  mic: {command: [x], }\n`,
    `${head}  mic: {command: [x], enabled: false, }\n`,
  ],
  [
    'a flow map of many lines',
    `${head}  mic: {\n    command: [x],\n    group: a\n  }\n`,
    `${head}  mic: {\n    command: [x],\n    group: a,\n    enabled: false\n  }\n`,
  ],
  [
    'JSON',
    '{"version": 1, "modules": {"mic": {"command": ["x"]}}}',
    '{"version": 1, "modules": {"mic": {"command": ["x"], "enabled": false}}}',
  ],
  [
    'a map that merges another',
    `${head}  a: &a\n    command: [x]\n  mic:\n    <<: *a\n`,
    `${head}  a: &a\n    command: [x]\n  mic:\n    <<: *a\n    enabled: false\n`,
  ],
  [
    'a value that is an alias',
    `${head}  a:\n    enabled: &e true\n    command: [x]\n  mic: { command: [x], enabled: *e }\n`,
    `${head}  a:\n    enabled: &e true\n    command: [x]\n  mic: { command: [x], enabled: false }\n`,
  ],
  [
    'Windows line ends',
    `${head}  mic:\n    command: [x]\n`.replaceAll('\n', '\r\n'),
    `${head}  mic:\n    command: [x]\n    enabled: false\n`.replaceAll('\n', '\r\n'),
  ],
];

describe('the wish is written into the file in the style of its map', () => {
  test.each(cases)('%s', (_, before, after) => {
    expect(spliced(before)).toBe(after);
    expect(spliced(after)).toBe(after);
  });

  test.each([
    ['others share the map', `${head}  mic: &m\n    command: [x]\n  a: *m\n`],
    ['others merge the map', `${head}  mic: &m\n    command: [x]\n  a:\n    <<: *m\n`],
    ['the module is an alias', `${head}  a: &m\n    command: [x]\n  mic: *m\n`],
    [
      'others share the value',
      `${head}  mic: { command: [x], enabled: &e true }\n  a: { command: [x], enabled: *e }\n`,
    ],
    ['all modules are merged from elsewhere', `${head}  a: { command: [x] }\n`],
  ])('it is refused where %s', (_, text) => {
    expect(spliced(text)).toMatch(/^refused: /);
  });
});

const space = fc.constantFrom('', ' ', '   ');
const comment = fc.constantFrom('', ' # note', '   # enabled: true, {x: [');
const key = (name: string) => fc.constantFrom(name, name, `"${name}"`, `'${name}'`);
const entry = fc.oneof(
  fc.tuple(key('group'), fc.constantFrom('av', '"av"', "'a'")),
  fc.tuple(key('required'), fc.constantFrom('true', 'False')),
  fc.tuple(key('options'), fc.constantFrom('{ enabled: true, a: [1, 2] }', '{}')),
  fc.tuple(key('env'), fc.constantFrom('{enabled: "true"}', '{ A: "x, } # y" }')),
);
const enabled = fc.option(
  fc.tuple(key('enabled'), fc.constantFrom('true', 'True', 'false', '!!bool true')),
);
const rows = fc
  .tuple(fc.uniqueArray(entry, { selector: ([k]) => k.replace(/\W/g, '') }), enabled, fc.nat(9))
  .map(([others, mine, at]) => {
    const all = [['command', '[python3, ./x.py]'] as [string, string], ...others];
    if (mine !== null) all.splice(at % (all.length + 1), 0, mine);
    return all;
  });
const block = fc
  .tuple(rows, fc.constantFrom('    ', '      '), comment, space)
  .map(
    ([all, indent, note, gap]) =>
      `${note}\n${all.map(([k, v]) => `${indent}${k}: ${gap}${v}${note}\n`).join(note ? `${indent}${note.trim()}\n\n` : '')}`,
  );
const flow = fc
  .tuple(rows, space, fc.constantFrom(', ', ',\n      ', ' ,  '))
  .map(([all, gap, comma]) => ` {${gap}${all.map(([k, v]) => `${k}: ${v}`).join(comma)}${gap}}\n`);
const module = fc.oneof(block, flow);
const files = fc
  .record({
    before: module,
    mine: module,
    after: module,
    top: fc.constantFrom('', '# a rig\n\n', '---\n'),
    eol: fc.constantFrom('\n', '\r\n'),
    end: fc.constantFrom('', '\n', '\nhooks: []\n'),
    cut: fc.boolean(),
  })
  .map(({ before, mine, after, top, eol, end, cut }) => {
    const text = `${top}version: 1\nmodules:\n  a:${before}  mic:${mine}  b:${after}${end}`;
    return (cut ? text.trimEnd() : text).replaceAll('\n', eol);
  });

/** Whether `now` is `text` with one value replaced, or with one entry put in. */
function isOnlyThatValue(text: string, now: string): boolean {
  const swapped = [...text.matchAll(/true|false/gi)].some(({ 0: old, index }) =>
    ['true', 'false'].some(
      (value) => text.slice(0, index) + value + text.slice(index + old.length) === now,
    ),
  );
  const more = now.length - text.length;
  const isInserted = (at: number) =>
    /^[\s,]*"?enabled"?: (true|false)[\s,]*$/.test(now.slice(at, at + more)) &&
    now.slice(0, at) + now.slice(at + more) === text;
  return (
    swapped ||
    Array.from(text, (_, at) => at)
      .concat(text.length)
      .some(isInserted)
  );
}

describe('whatever the layout', () => {
  test('only the one value changes, and writing the old wish again gives the old file', () => {
    fc.assert(
      fc.property(files, fc.boolean(), (text, wish) => {
        const there = spliceEnabled(text, 'mic', wish, []);
        if (!there.ok) throw new Error(there.reason);
        const now = there.text;
        expect(spliceEnabled(now, 'mic', wish, [])).toEqual(there);
        expect(now === text || isOnlyThatValue(text, now)).toBe(true);
        if (now === text || now.length - text.length > 1) return;
        const back = spliceEnabled(now, 'mic', !wish, []);
        expect(back.ok ? back.text.toLowerCase() : back.reason).toBe(text.toLowerCase());
      }),
      { numRuns: 400 },
    );
  });
});

const text = `${head}  mic:\n    command: [x]\n    enabled: true\n`;

describe('the file', () => {
  test('keeps its owner, mode, link and byte order mark, and nothing is left beside it', async () => {
    const target = join(folder, 'real.yaml');
    await writeFile(target, `\ufeff${text}`);
    await chmod(target, 0o640);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) await chown(target, 1234, 4321);
    await symlink('real.yaml', file);
    expect(await writeEnabled(file, 'mic', false)).toEqual({ ok: true, changed: true });
    expect(await readFile(target, 'utf8')).toBe(`\ufeff${text.replace('true', 'false')}`);
    const { mode, uid, gid } = await stat(target);
    expect(mode & 0o7777).toBe(0o640);
    if (isRoot) expect([uid, gid]).toEqual([1234, 4321]);
    expect((await readdir(folder)).sort()).toEqual(['real.yaml', 'rig.yaml']);
  });

  test('is not touched when it says so already', async () => {
    await writeFile(file, text);
    const { mtimeMs, ino } = await stat(file);
    expect(await writeEnabled(file, 'mic', true)).toEqual({ ok: true, changed: false });
    expect(await stat(file)).toMatchObject({ mtimeMs, ino });
  });

  test('is not touched when it has errors, is gone, has hard links or does not know the module', async () => {
    const message = async () => {
      const result = await writeEnabled(file, 'mic', false);
      return result.ok ? 'written' : `${result.fault.code}: ${result.fault.message}`;
    };
    expect(await message()).toMatch(/^preference: .*ENOENT/);
    await writeFile(file, `${text}nonsense: 1\n`);
    expect(await message()).toMatch(/^preference: .*has errors/);
    expect(await readFile(file, 'utf8')).toBe(`${text}nonsense: 1\n`);
    await writeFile(file, text.replace('mic', 'cam'));
    expect(await message()).toMatch(/no module mic/);
    await writeFile(file, text);
    await link(file, join(folder, 'other'));
    expect(await message()).toMatch(/hard links/);
    expect(await readFile(file, 'utf8')).toBe(text);
  });
});

describe('a file in trouble', () => {
  test.skipIf(noSmallDisk !== null)(
    `is whole on a full and on a read-only disk${noSmallDisk ? ` (${noSmallDisk})` : ''}`,
    async () => {
      const disk = mountSmallDisk();
      try {
        const long = `${text}${'# words\n'.repeat(2_000)}`;
        const there = join(disk.path, 'rig.yaml');
        await writeFile(there, long);
        for (const free of [0, 4_096, 8_192]) {
          disk.fill(free);
          const result = await writeEnabled(there, 'mic', false);
          expect(result.ok ? '' : result.fault.message).toMatch(/disk is full/);
          expect(await readFile(there, 'utf8')).toBe(long);
        }
        disk.setReadOnly('ro');
        const result = await writeEnabled(there, 'mic', false);
        expect(result.ok ? '' : result.fault.message).toMatch(/disk is read-only/);
        disk.setReadOnly('rw');
        disk.free();
        expect(await writeEnabled(there, 'mic', false)).toEqual({ ok: true, changed: true });
        expect((await readdir(disk.path)).sort()).toEqual(['ballast', 'rig.yaml']);
      } finally {
        disk.remove();
      }
    },
  );

  test('an editor that saves at the same time loses nothing', async () => {
    await writeFile(file, text);
    const edits = Array.from({ length: 30 }, (_, i) => `# edit ${i}\n`);
    let isEditing = true;
    const editor = async () => {
      for (const edit of edits) {
        const now = await readFile(file, 'utf8');
        await writeFile(`${file}~`, now + edit);
        // A person's editor asks before it writes over what changed on disk; here it begins again.
        if (readFileSync(file, 'utf8') === now) renameSync(`${file}~`, file);
        else edits.push(edit);
      }
      isEditing = false;
    };
    const daemon = async () => {
      for (let wish = false; isEditing; wish = !wish) await writeEnabled(file, 'mic', wish);
    };
    await Promise.all([editor(), daemon()]);
    const end = await readFile(file, 'utf8');
    for (const edit of edits) expect(end).toContain(edit);
    expect(end.length).toBeLessThan(text.length + 30 * 12);
    expect((await loadConfig(file)).ok).toBe(true);
  });
});

test('wishes that follow quickly are written once, the newest of each module, and tried again after a failure', async () => {
  const told: (string | null)[] = [];
  const preferences = new Preferences(file, (fault) => told.push(fault?.code ?? null));
  preferences.remember('a', false);
  preferences.remember('mic', true);
  preferences.remember('mic', false);
  expect(await preferences.flush()).toBe(false);
  expect(told).toEqual(['preference']);
  await writeFile(file, `${head}  mic: { command: [x] }\n  a: { command: [x] }\n`);
  preferences.remember('a', true);
  expect(await preferences.flush()).toBe(true);
  expect(await readFile(file, 'utf8')).toBe(
    `${head}  mic: { command: [x], enabled: false }\n  a: { command: [x] }\n`,
  );
  expect(told).toEqual(['preference', null]);
  preferences.stop();
});
