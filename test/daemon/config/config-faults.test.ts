import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatFault } from '../../../src/daemon/config/config-fault.ts';
import { loadConfig } from '../../../src/daemon/config/load-config.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rig-faults-'));
  file = join(folder, 'rig.yaml');
});
afterEach(() => rm(folder, { recursive: true }));

/** The faults of a file as people see them, without the file's name. */
async function faultsOf(text: string): Promise<string[]> {
  await writeFile(file, text);
  const result = await loadConfig(file);
  return result.ok ? [] : result.faults.map((f) => formatFault(f).slice(file.length + 1));
}

const rig = (modules: string) => `version: 1\nmodules:\n${modules}`;

const anAction =
  'expected one of record.toggle, record.start, record.stop, record.pause, record.resume, mark, module.<name>.toggle, rig.shutdown, problem.acknowledge, preflight';

const cases: readonly (readonly [what: string, text: string, faults: readonly string[]])[] = [
  ['an empty file', '', ['1:1: the file is empty (begin with `version: 1`)']],
  [
    'a list',
    '- 1\n',
    ['1:1: expected a map with `version`, `rig` and `modules` (begin with `version: 1`)'],
  ],
  ['no version', '# hello\nrig: {}\n', ['2:1: missing `version` (write `version: 1`)']],
  ['another version', 'version: 2\n', ['1:10: expected 1, the only version there is, found `2`']],
  [
    'an unclosed map',
    rig('  a: { command: [x], env: { B: c }\n  d:\n    command: [x]\n'),
    ['3:6: `{` is never closed with `}`'],
  ],
  [
    'an unclosed list',
    'version: 1\nmodules: {a: {command: [x}}\nrig: {}\n',
    ['2:10: `{` is never closed with `}`', '2:24: `[` is never closed with `]`'],
  ],
  ['an unclosed quote', 'version: 1\nrig:\n  name: "x\n', ['3:9: the quote " is never closed']],
  ['a tab', 'version: 1\nrig:\n\tname: x\n', ['3:1: a tab cannot indent (use spaces)']],
  [
    'two documents',
    'version: 1\n---\nversion: 1\n',
    ['2:1: a second document begins here (a rig.yaml is one document)'],
  ],
  [
    'a key twice',
    rig('  a:\n    command: [x]\n    command: [y]\n'),
    ['5:5: this key is written twice in one map (remove one of the two)'],
  ],
  [
    'an unknown key',
    rig('  a:\n    comand: [x]\n    command: [x]\n'),
    ['4:5: unknown key `comand` (did you mean `command`?)'],
  ],
  [
    'an unknown key far from all',
    'version: 1\nzzz: 1\n',
    ['2:1: unknown key `zzz` (known here: version, rig, modules, gpio, kiosk, hooks)'],
  ],
  [
    'a key in a merged map',
    rig('  a: &b\n    command: [x]\n    enbled: true\n  c:\n    <<: *b\n'),
    ['5:5: unknown key `enbled` (did you mean `enabled`?)'],
  ],
  [
    'a word for a switch',
    rig('  a: { command: [x], enabled: yes }\n'),
    ['3:31: expected true or false, found `yes` (did you mean `true`?)'],
  ],
  [
    'a command as one text',
    rig('  a: { command: ls -l }\n'),
    ['3:17: expected a list, found `ls -l` (write it as a list: [ls, -l])'],
  ],
  [
    'a bad choice',
    rig('  a: { command: [x], restart: { policy: nevr } }\n'),
    ['3:41: expected always, on-failure or never, found `nevr` (did you mean `never`?)'],
  ],
  [
    'a bad duration',
    rig('  a: { command: [x], stopTimeout: 5 sec }\n'),
    ['3:35: expected a duration such as 500ms, 5s or 10m, found `5 sec`'],
  ],
  [
    'hours of the night that are none, and a PIN that is shown in no message',
    'version: 1\nkiosk:\n  dim: 22-6\n  pin: 1234567890123\n',
    [
      '3:8: expected two times of the day such as "22:00-06:00", found `22-6`',
      '4:8: expected 4 to 12 digits in quotes, such as "2580"',
    ],
  ],
  [
    'a segment that is over before anybody could see data in it',
    'version: 1\nrig: { segment: 8s }\nmodules:\n  a: { command: [x] }\n',
    [
      '2:17: expected at least twice the `evidenceTimeout` of `a` (10s or more, or 0 for no segments)',
    ],
  ],
  [
    'a wait of nothing',
    rig('  a: { command: [x], armTimeout: 0, restart: { initial: 0s } }\n'),
    ['3:34: expected more than 0', '3:57: expected more than 0'],
  ],
  [
    'a bad name',
    rig('  My_Cam: { command: [x] }\n'),
    [
      '3:3: expected a name: a-z, 0-9 and -, at most 32 characters, not starting with -, found `My_Cam` (did you mean `my-cam`?)',
    ],
  ],
  [
    'no program',
    rig('  a:\n  b: {}\n'),
    [
      '3:3: expected `use` (a bundled module) or `command` (your own program) (for example `use: system`)',
      '4:3: expected `use` (a bundled module) or `command` (your own program) (for example `use: system`)',
    ],
  ],
  [
    'two programs',
    rig('  a: { use: system, command: [x] }\n'),
    ['3:21: either `use` or `command`, not both (remove one of the two)'],
  ],
  [
    'a plain program with a command',
    rig('  a: { protocol: none, command: [x] }\n'),
    [
      '3:3: `protocol: none` needs `record` (put the program under `record: { command: [...] }`)',
      '3:24: `protocol: none` has no `command` (put the program under `record: { command: [...] }`)',
    ],
  ],
  [
    'a record without the protocol',
    rig('  a: { record: { command: [x] } }\n'),
    ['3:8: `record` needs `protocol: none` (add `protocol: none`)'],
  ],
  [
    'a record without a command',
    rig('  a: { protocol: none, record: {} }\n'),
    ['3:24: missing `command`'],
  ],
  [
    'after nobody',
    rig('  gps: { command: [x] }\n  a: { command: [x], after: [gpss, a] }\n'),
    [
      '4:30: no module `gpss` (did you mean `gps`?)',
      '4:36: `a` cannot wait for itself (remove it)',
    ],
  ],
  [
    'a circle',
    rig(
      '  a: { command: [x], after: [b] }\n  b: { command: [x], after: [c] }\n  c: { command: [x], after: [a] }\n',
    ),
    ['5:30: these wait for each other in a circle: a -> b -> c -> a (remove one of them)'],
  ],
  [
    'an environment of lists',
    rig('  a: { command: [x], env: { A: [b] } }\n'),
    ['3:32: expected text, a number or true or false, found a list'],
  ],
  ['an alias of nothing', 'version: *x\n', ['1:10: no anchor `&x` stands above']],
  [
    'an alias in itself',
    rig('  a: { command: [x], options: &o { a: *o } }\n'),
    ['3:39: `*o` would contain itself'],
  ],
  ['a tag', 'version: !int 1\n', ['1:10: tags such as !name have no meaning here']],
  [
    'a key that objects swallow',
    rig('  __proto__: { command: [x] }\n'),
    ['3:3: `__proto__` cannot be a key'],
  ],
  [
    'a control character',
    'version: 1\nrig: { name: a\u001b[2J }\n',
    ['2:15: control characters are not allowed here'],
  ],
  [
    'NUL in an argument',
    rig('  a: { command: ["x\\0y"] }\n'),
    ['3:18: a NUL character cannot be passed on'],
  ],
  [
    'two things on one line',
    `version: 1
gpio:
  buttons:
    - { line: GPIO17, name: go, click: record.start }
    - { line: GPIO17, name: go, click: module.mic.toggle }
  leds:
    - { line: GPIO17, name: go, shows: module.mic }
    - { name: go, shows: rig }
`,
    [
      '5:15: `GPIO17` is already used by the button `go`',
      '5:29: another button is already called `go`',
      '5:40: no module `mic` (there are: )',
      '7:15: `GPIO17` is already used by the button `go`',
      '7:40: no module `mic` (there are: )',
      '8:7: missing `line`',
      '8:15: another LED is already called `go`',
    ],
  ],
  [
    'buttons that make no sense, or do harm by a slip',
    `version: 1
gpio:
  buttons:
    - { line: GPIO5, name: a, click: rig.shutdown }
    - { line: GPIO6, name: b, double: record.stop, allowDangerousClick: true }
    - { line: GPIO7, name: c, click: mark, hold: { after: 20ms, do: rig.shutdown } }
    - { line: GPIO8, name: d, debounce: 1s, hold: { after: 1s, do: mark } }
    - { line: GPIO9, name: e }
    - { line: GPIO10, name: f, level: record, click: mark, hold: { after: 2s, do: mark } }
    - { line: GPIO11, name: g, click: record.toggle }
    - { line: GPIO12, name: h, level: record }
    - { line: GPIO13, name: i, hold: { after: 200ms, do: record.stop } }
    - { line: GPIO16, name: j, hold: { after: 200ms, do: mark } }
    - { line: GPIO17, name: k, hold: { after: 200ms, do: record.stop }, allowDangerousClick: true }
`,
    [
      '4:38: `rig.shutdown` needs a hold: a click happens by a slip (write `hold: { after: 2s, do: rig.shutdown }`, or allow it with `allowDangerousClick: true`)',
      '6:59: a hold of `20ms` is not longer than the debounce time of 30 ms (for example `after: 2s`)',
      '7:60: a hold of `1s` is not longer than the debounce time of 1000 ms (for example `after: 2s`)',
      '8:7: this button does nothing (for example `click: mark` or `hold: { after: 2s, do: record.stop }`)',
      '9:32: a latching switch (`level`) knows no `click` or `hold` (remove one of the two)',
      '12:47: a hold of `200ms` is as short as a click, and `record.stop` needs 500 ms at least (for example `after: 2s`, or allow it with `allowDangerousClick: true`)',
    ],
  ],
  [
    'a button with times that nobody means, and with no action that there is',
    `version: 1
gpio:
  buttons:
    - { line: GPIO5, name: a, hold: { after: 60s, do: mark }, debounce: 1s }
    - { line: GPIO6, name: b, hold: { after: 2m, do: mark } }
    - { line: GPIO7, name: c, click: mark, debounce: 2s }
    - { line: GPIO8, name: d, click: record.play }
    - { line: GPIO9, name: e, click: mark, debounce: 0ms }
    - { line: GPIO10, name: f, level: record, debounce: 5ms }
`,
    [
      '5:46: `2m` is too long: a hold is 60 s at most (for example `after: 2s`)',
      '6:54: `2s` is too long: the debounce time is 1 s at most (for example `debounce: 30ms`)',
      '7:38: expected one of record.toggle, record.start, record.stop, record.pause, record.resume, mark, module.<name>.toggle, rig.shutdown, problem.acknowledge, preflight, found `record.play`',
      '8:54: `0ms` is too short: the debounce time is 5 ms at least, or every spike on the wire is a press (for example `debounce: 30ms`)',
    ],
  ],
  [
    'what people write who have wired a Pi before',
    `version: 1
modules: { mic: { use: audio } }
gpio:
  buttons:
    - { line: 11, name: a, click: mark }
    - { line: pin9, name: b, click: recrod.start }
    - { line: BCM17, name: c, click: module.mic, double: stop }
    - { line: gpio27, name: d, hold: record.stop }
    - { line: GPIO60, name: e, hold: { after: 2s, do: shutdown } }
  leds:
    - { line: GPIO22, name: s, shows: mic }
    - { line: GPIO23, name: t, shows: rigg }
    - { line: GPIO24, name: u, shows: disk }
`,
    [
      '5:15: expected text, found `11` (lines are written as GPIO17; pin 11 of the header is GPIO17)',
      '6:15: expected a line GPIO0 to GPIO53, found `pin9` (lines are written as GPIO17; pin 9 of the header is GND, which is no line)',
      `6:37: ${anAction}, found \`recrod.start\` (did you mean \`record.start\`?)`,
      '7:15: expected a line GPIO0 to GPIO53, found `BCM17` (did you mean `GPIO17`?)',
      `7:38: ${anAction}, found \`module.mic\` (did you mean \`module.mic.toggle\`?)`,
      `7:58: ${anAction}, found \`stop\` (did you mean \`record.stop\`?)`,
      '8:15: expected a line GPIO0 to GPIO53, found `gpio27` (did you mean `GPIO27`?)',
      '8:38: expected a map, found `record.stop` (write `hold: { after: 2s, do: record.stop }`)',
      '9:15: expected a line GPIO0 to GPIO53, found `GPIO60` (those of the header are GPIO0 to GPIO27)',
      `9:55: ${anAction}, found \`shutdown\` (did you mean \`rig.shutdown\`?)`,
      '11:39: expected rig, module.<name>, storage, clock or clients, found `mic` (did you mean `module.mic`?)',
      '12:39: expected rig, module.<name>, storage, clock or clients, found `rigg` (did you mean `rig`?)',
      '13:39: expected rig, module.<name>, storage, clock or clients, found `disk` (did you mean `storage`?)',
    ],
  ],
  [
    'an unknown event',
    'version: 1\nhooks: [{ on: [module.crahsed], run: [x] }]\n',
    ['2:16: no event `module.crahsed` (did you mean `module.crashed`?)'],
  ],
];

describe('what is wrong is said with line, column and what was expected', () => {
  test.each(cases)('%s', async (_, text, faults) => {
    expect(await faultsOf(text)).toEqual(faults);
  });

  test('all of it at once, in file order', async () => {
    const faults = await faultsOf(`version: 1
rig: { nme: x, minFree: lots }
modules:
  a: { use: nothing-like-it }
  b: { command: [], after: [zz] }
`);
    expect(faults.map((fault) => fault.split(': ')[0])).toEqual([
      '2:8',
      '2:25',
      '4:13',
      '5:17',
      '5:29',
    ]);
  });

  test('a bundled module that does not exist: what exists is named', async () => {
    const [fault] = await faultsOf(rig('  a: { use: nothing-like-it }\n'));
    expect(fault).toMatch(/^3:13: no bundled module `nothing-like-it` \((there are: |none is)/);
  });
});
