import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bundledModules } from '../../../src/daemon/config/bundled-modules.ts';
import { formatFault } from '../../../src/daemon/config/config-fault.ts';
import { findConfig } from '../../../src/daemon/config/find-config.ts';
import { configJsonSchema } from '../../../src/daemon/config/json-schema.ts';
import { loadConfig } from '../../../src/daemon/config/load-config.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rig-config-'));
  file = join(folder, 'rig.yaml');
});
afterEach(() => rm(folder, { recursive: true }));

/** The faults of a file as people see them, without the file's name. */
async function faultsOf(text: string | Buffer): Promise<string[]> {
  await writeFile(file, text);
  const result = await loadConfig(file);
  return result.ok ? [] : result.faults.map((f) => formatFault(f).slice(file.length + 1));
}

async function loaded(text: string) {
  await writeFile(file, text);
  const result = await loadConfig(file);
  if (!result.ok) throw new Error(result.faults.map(formatFault).join('\n'));
  return result.loaded;
}

const rig = (modules: string) => `version: 1\nmodules:\n${modules}`;

describe('a correct configuration', () => {
  test('says how each module is run, with paths of the file’s folder and its owner', async () => {
    const { modules, recordings } = await loaded(`
version: 1
rig: { recordings: ~/tapes }
modules:
  mine:
    command: [python3, ./my.py, --out, ../x, -7, 007]
    cwd: /tmp
    env: { A: 010, B: true, C: words }
    options: { rate: 48000 }
    enabled: false
    after: [cam]
  cam:
    protocol: none
    record: { command: [tools/grab, "{dir}/{module}.mkv"], stopSignal: SIGTERM }
`);
    expect(recordings).toBe(join(homedir(), 'tapes'));
    expect(modules['mine']).toMatchObject({
      enabled: false,
      spec: { protocol: 'rigdeck/1', after: ['cam'], startMs: 30_000, group: 'main' },
      run: {
        protocol: 'rigdeck/1',
        command: ['python3', join(folder, 'my.py'), '--out', join(folder, '../x'), '-7', '007'],
        cwd: '/tmp',
        env: { A: '010', B: 'true', C: 'words' },
        options: { rate: 48_000 },
      },
    });
    expect(modules['cam']).toMatchObject({
      enabled: true,
      run: {
        protocol: 'none',
        command: [join(folder, 'tools/grab'), '{dir}/{module}.mkv'],
        stopSignal: 'SIGTERM',
        cwd: folder,
      },
    });
  });

  test('may have Windows line ends, a byte order mark, anchors, merges and empty parts', async () => {
    const { modules } = await loaded(
      '\ufeffversion: 1\r\nrig:\r\nhooks:\r\nmodules:\r\n  a: &base\r\n    command: [x]\r\n    env:\r\n    group: av\r\n  b:\r\n    <<: *base\r\n    required: false\r\n',
    );
    expect(modules['b']?.spec).toMatchObject({ group: 'av', required: false });
  });

  test('says which parts this version does not have yet, each with a remedy', async () => {
    const { notBuilt } = await loaded(`
version: 1
rig: { segment: 10m, requireMount: true }
modules: { a: { command: [x], limits: { memory: 200MB } } }
gpio: { buttons: [{ line: GPIO17, name: record, click: record.start }] }
hooks: [{ on: [module.crashed, rig.degraded], run: [/bin/true] }]
`);
    expect(notBuilt.map((part) => /`([a-zA-Z.]+)/.exec(part.message)?.[1])).toEqual([
      'gpio',
      'hooks',
      'rig.segment',
      'recordings',
      'limits',
    ]);
    for (const part of notBuilt) expect(part.remedy).toMatch(/or wait for a later version/);
    const simple = await loaded('version: 1\ngpio: { backend: simulated }\n');
    expect(simple.notBuilt).toEqual([]);
  });
});

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
    ['2:1: unknown key `zzz` (known here: version, rig, modules, gpio, hooks)'],
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

describe('a file that is no configuration at all', () => {
  test('missing, a folder, a device, a FIFO-like thing', async () => {
    const words = async (path: string) => {
      const result = await loadConfig(path);
      return result.ok ? 'ok' : result.faults.map((fault) => fault.message).join();
    };
    expect(await words(join(folder, 'nope.yaml'))).toBe('no such file');
    expect(await words(folder)).toBe('this is no ordinary file');
    expect(await words('/dev/zero')).toBe('this is no ordinary file');
    await symlink('loop.yaml', join(folder, 'loop.yaml'));
    expect(await words(join(folder, 'loop.yaml'))).toMatch(/^cannot be read: ELOOP/);
  });

  test('other encodings are pointed at', async () => {
    expect(await faultsOf(Buffer.from('version: 1\nrig: { name: caf\xe9 }\n', 'latin1'))).toEqual([
      '2:17: this is not UTF-8 text (save it as UTF-8)',
    ]);
    expect(await faultsOf(Buffer.from('version: 1\n', 'utf16le'))).toHaveLength(1);
  });

  test('too large, too deep, or growing without end while it is read', async () => {
    expect(await faultsOf('#'.repeat(1_000_001))).toEqual(['1:1: the file is larger than 1 MB']);
    const deep = [expect.stringMatching(/nested too deeply/)];
    expect(await faultsOf(`a: ${'['.repeat(100_000)}`)).toEqual(deep);
    expect(await faultsOf(`a: ${'['.repeat(400_000)}${']'.repeat(400_000)}`)).toEqual(deep);
    expect(await faultsOf(`a:\n  ${'- '.repeat(400_000)}`)).toEqual(deep);
    const steps = Array.from({ length: 1_300 }, (_, i) => `${' '.repeat(i)}a:`);
    expect(await faultsOf(steps.join('\n'))).toEqual(deep);
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 10; i += 1) lines.push(`a${i}: &a${i} [${Array(10).fill(`*a${i - 1}`)}]`);
    expect(await faultsOf(lines.join('\n'))).toEqual([expect.stringMatching(/alias/i)]);
    const many = `version: 1\nx: &x 1\ny: [${Array(10_000).fill('*x')}]\n`;
    expect(await faultsOf(many)).toEqual([expect.stringMatching(/more than 500 aliases/)]);
    expect(await faultsOf('- 1\n'.repeat(100_000))).toEqual([expect.stringMatching(/too long/)]);
    const modules = Array.from(
      { length: 1_000 },
      (_, i) => `  m${i}: {command: [x], after: [m${i + 1}]}\n`,
    );
    expect(await faultsOf(rig(modules.join('')))).toEqual([
      expect.stringMatching(/more than the 200/),
    ]);
  });

  test('what it says is safe to print', async () => {
    const faults = await faultsOf('version: 1\n"a\\e[2J\\u202Eb": 1\n');
    expect(faults[0]).toMatch(/^2:1: unknown key `a␛\[2J<U\+202E>b`/);
  });
});

test('the configuration is found at the flag, the environment, here, at home', async () => {
  const home = join(folder, 'home');
  await mkdir(join(home, '.config/rigdeck'), { recursive: true });
  await writeFile(join(home, '.config/rigdeck/rig.yaml'), '');
  const env = { HOME: home, RIGDECK_CONFIG: '/nowhere/env.yaml' };
  expect(await findConfig('/nowhere/flag.yaml', env)).toBe('/nowhere/flag.yaml');
  expect(await findConfig(undefined, env)).toBe('/nowhere/env.yaml');
  expect(await findConfig(undefined, { HOME: home })).toBe(join(home, '.config/rigdeck/rig.yaml'));
});

test('a bundled module is run from its own folder, by the Node that runs the daemon', async () => {
  const known = await bundledModules();
  expect(known.map(({ name }) => name)).toContain('system');
  const { modules } = await loaded(rig('  host: { use: system, options: { every: 5 } }\n'));
  const run = modules['host']?.run;
  expect(run).toMatchObject({ protocol: 'rigdeck/1', cwd: folder, options: { every: 5 } });
  expect(run?.command).toEqual(known.find(({ name }) => name === 'system')?.command);
  expect(run?.command.join(' ')).not.toMatch(/\{folder\}/);
  for (const { command } of known) expect(command[0]).not.toBe('node');
});

test('editors get a JSON Schema of what people write', () => {
  expect(configJsonSchema()).toMatchObject({
    type: 'object',
    required: ['version'],
    properties: {
      modules: { additionalProperties: { properties: { enabled: { type: 'boolean' } } } },
    },
  });
});
