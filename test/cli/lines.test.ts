import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest';
import type { Verdict } from '../../src/protocol/rig.ts';
import { programFile, runProgram } from '../support/program.ts';
import { moduleWith, snapshotWith } from '../support/sample-rig.ts';
import { until } from '../support/until.ts';
import { openTerminal } from './open-terminal.ts';
import { type ServedRig, serveRig } from './served-rig.ts';

let program: string;
let rig: ServedRig;
const size = { cols: 80, rows: 24 };

beforeAll(async () => {
  program = await programFile();
});
beforeEach(async () => {
  rig = await serveRig(snapshotWith({ mic: moduleWith() }, { name: 'rig' }));
});

function open(words: readonly string[], env: Record<string, string>) {
  return openTerminal([program, '--run-dir', rig.runDir, ...words], size, env);
}

const words = { crashed: moduleWith({ state: 'crashed', pid: null }) };

it.each([
  ['rigdeck', []],
  ['status --watch', ['status', '--watch']],
])(
  'on a terminal that only prints, %s tells each change in a line of its own',
  async (_, command) => {
    const terminal = open(command, { TERM: 'dumb' });
    await terminal.sees(/\d\d:\d\d:\d\d mic: IDLE\r\n/);
    rig.change({ mic: words.crashed });
    await terminal.sees(/\d\d:\d\d:\d\d mic: CRASHED/);
    terminal.type('\u0003');
    expect(await terminal.ended).toBe(0);
    expect(terminal.text()).not.toContain('\u001b');
    expect(terminal.text().match(/mic: IDLE/g)).toHaveLength(1);
  },
);

it.each([
  [['--screen-reader'], {}],
  [[], { RIGDECK_SCREEN_READER: '1' }],
  [[], { INK_SCREEN_READER: 'true' }],
])('for a screen reader (%s %o) there are words without signs', async (flags, env) => {
  const terminal = open(flags, env);
  await terminal.sees('rig: idle, no session\r\n');
  await terminal.sees('mic: idle\r\n');
  terminal.type('quit\r');
  await terminal.sees('rig goes on without this.');
  expect(await terminal.ended).toBe(0);
  expect(terminal.text()).toMatch(/^[ -~\r\n]*$/);
});

it('commands may be typed, several in one piece too', async () => {
  const terminal = open(['--plain'], {});
  await terminal.sees('mic: IDLE');
  terminal.type('mark the door opened\rdisable mic\rsing\rq\r');
  expect(await terminal.ended).toBe(0);
  await terminal.sees('There is no "sing" here');
  expect(rig.intents).toMatchObject([
    { kind: 'mark', text: 'the door opened' },
    { kind: 'module.disable', module: 'mic' },
  ]);
});

it('a command that reads files reads those of the same rig', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rigdeck-lines-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const config = join(folder, 'rig.yaml');
  await writeFile(config, 'version: 1\nrig: { name: rig, recordings: ./rec }\nmodules: {}\n');
  const terminal = open(['--plain', '--config', config], {});
  await terminal.sees('mic: IDLE');
  terminal.type('sessions\rverify\rq\r');
  expect(await terminal.ended).toBe(0);
  expect(terminal.text()).not.toContain('no rig.yaml');
});

it('the end of input leaves, as a terminal that is gone does', async () => {
  const terminal = open(['--plain'], {});
  await terminal.sees('mic: IDLE');
  terminal.type('\u0004');
  expect(await terminal.ended).toBe(0);
});

it('a script that has no terminal gets the status once, whatever is set for people', async () => {
  const env = { RIGDECK_SCREEN_READER: '1', TERM: 'dumb' };
  const { code, stdout } = await runProgram(['--run-dir', rig.runDir], { env });
  expect(code).toBe(0);
  expect(stdout).toMatch(/MODULE[\s\S]*mic +o IDLE/);
});

it('a command that is typed writes over no line, however long it waits', async () => {
  let done: (verdict: Verdict) => void = () => undefined;
  rig.answer(() => new Promise((resolve) => (done = resolve)));
  const terminal = open(['--plain'], {});
  await terminal.sees('mic: IDLE');
  terminal.type('record\r');
  await until('the start is asked for', () => rig.intents.length === 1);
  rig.change({ mic: moduleWith({ phase: 'arming' }) }, { state: 'arming', waitingFor: ['mic'] });
  await terminal.sees('rig: ARMING');
  done({ ok: true, outcome: 'done', seq: rig.snapshot().seq });
  terminal.type('q\r');
  expect(await terminal.ended).toBe(0);
  expect(terminal.text()).not.toContain('\u001b[K');
});
