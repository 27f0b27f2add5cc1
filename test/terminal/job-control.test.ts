import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { serveRig } from '../cli/served-rig.ts';
import { plainEnvironment, programFile } from '../support/program.ts';
import { moduleWith, snapshotWith } from '../support/sample-rig.ts';
import { until } from '../support/until.ts';
import { hasTmux, inTmux, type Tmux } from './tmux.ts';

let program: string;

beforeAll(async () => {
  program = await programFile();
});

/** A person's shell on a terminal of its own, and a rig. */
async function aShell() {
  const rig = await serveRig(snapshotWith({ mic: moduleWith() }, { name: 'rig' }));
  const env = { ...plainEnvironment(), HISTFILE: '' };
  const tmux = inTmux(60, 16, 'bash --norc --noprofile -i', env);
  await tmux.shows(/[$#]/);
  tmux.type("PS1='person$ '; clear\n");
  await tmux.shows(/^person\$/);
  tmux.type('echo what was here before\n');
  await tmux.shows(/^what was here before/m);
  const run = (words: string) =>
    tmux.type(`${process.execPath} ${program} --run-dir ${rig.runDir} ${words}\n`);
  return { rig, tmux, run };
}

/** The process that a shell in this terminal has started. */
function childOf(tmux: Tmux): number {
  return Number(execFileSync('pgrep', ['-P', String(tmux.pid())], { encoding: 'utf8' }).trim());
}

function isStopped(pid: number): boolean {
  return /^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
}

const onTerminal = test.skipIf(!hasTmux);

onTerminal.each([
  ['the screen', '', 'q'],
  ['status --watch', 'status --watch', 'C-c'],
])(
  '%s stops with Ctrl-Z, gives the terminal back, and goes on with fg',
  async (_, words, leave) => {
    const { rig, tmux, run } = await aShell();
    run(words);
    await tmux.shows(/mic +● IDLE/);
    expect(tmux.screen()).not.toContain('what was here before');
    tmux.press('C-z');
    await tmux.shows(/what was here before[\s\S]*Stopped/);
    expect(tmux.screen()).not.toContain('mic');
    // The shell has its line editing and its echo back.
    tmux.type('echo $((6 * 7)) is read\n');
    await tmux.shows(/42 is read/);
    rig.change({ mic: moduleWith({ state: 'crashed', pid: null }) });
    tmux.resize(50, 12);
    tmux.type('fg\n');
    await tmux.shows(/mic +✖ CRASHED/);
    expect(tmux.screen()).not.toContain('is read');
    tmux.press(leave);
    await tmux.shows(/42 is read[\s\S]*\bfg\n[\s\S]*person\$\s*$/);
    expect(tmux.scrollback().match(/what was here before/g)?.length).toBe(2);
    tmux.type('stty -a\n');
    await tmux.shows(/ icanon[\s\S]* echo /);
  },
);

onTerminal.each([
  ['the screen', ''],
  ['status --watch', 'status --watch'],
])('%s comes back whole when others stop it, with TSTP and with STOP', async (_, words) => {
  const { tmux, run } = await aShell();
  run(words);
  await tmux.shows(/mic +● IDLE/);
  const pid = childOf(tmux);
  for (const signal of ['SIGTSTP', 'SIGSTOP'] as const) {
    process.kill(pid, signal);
    await until(`${signal} has stopped it`, () => isStopped(pid));
    await tmux.shows(/Stopped/);
    tmux.type(`echo after ${signal}\n`);
    await tmux.shows(new RegExp(`^after ${signal}`, 'm'));
    tmux.type('fg\n');
    await tmux.shows(/mic +● IDLE/);
    await tmux.shows(/^(?![\s\S]*after)/);
  }
});

onTerminal(
  'in the background it waits for fg, and writes nothing over what the person does',
  async () => {
    const { tmux, run } = await aShell();
    run('');
    await tmux.shows(/mic +● IDLE/);
    const pid = childOf(tmux);
    tmux.press('C-z');
    await tmux.shows(/Stopped/);
    tmux.type('bg\n');
    tmux.type('echo still mine\n');
    await tmux.shows(/^still mine/m);
    await until('it has stopped again', () => isStopped(pid));
    expect(tmux.screen()).toContain('still mine');
    expect(tmux.screen()).not.toContain('mic');
    tmux.type('fg\n');
    await tmux.shows(/mic +● IDLE/);
  },
);

onTerminal('where no shell is there to go back to, Ctrl-Z only draws the screen anew', async () => {
  const rig = await serveRig(snapshotWith({ mic: moduleWith() }, { name: 'rig' }));
  const command = `exec ${process.execPath} ${program} --run-dir ${rig.runDir}`;
  const tmux = inTmux(60, 16, command, plainEnvironment());
  await tmux.shows(/mic +● IDLE/);
  tmux.press('C-z');
  tmux.press('?');
  await tmux.shows(/type to search/);
});
