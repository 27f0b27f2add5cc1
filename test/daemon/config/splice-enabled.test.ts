import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { spliceEnabled } from '../../../src/daemon/config/splice-enabled.ts';

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
      { numRuns: 400, seed: 20_261_122 },
    );
  });
});
