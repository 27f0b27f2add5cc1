import { existsSync } from 'node:fs';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { openTerminal } from '../cli/open-terminal.ts';
import { type ServedRig, serveRig } from '../cli/served-rig.ts';
import { plainEnvironment, programFile, runProgram } from '../support/program.ts';
import { moduleWith, snapshotWith } from '../support/sample-rig.ts';
import { LoopbackSsh } from './loopback-ssh.ts';
import { hasTmux, inTmux } from './tmux.ts';

let program: string;

beforeAll(async () => {
  program = await programFile();
});

function aRig(): Promise<ServedRig> {
  return serveRig(snapshotWith({ mic: moduleWith() }, { name: 'rig' }));
}

/** Thousands of changes, the last of which is a crash. */
function flood(rig: ServedRig): void {
  for (let turn = 0; turn < 3_000; turn += 1) {
    rig.change({ mic: moduleWith({ state: turn % 2 === 0 ? 'starting' : 'idle', run: turn }) });
  }
  rig.change({ mic: moduleWith({ state: 'crashed', pid: null }) });
}

test.each([
  ['the screen', []],
  ['status --watch', ['status', '--watch']],
])(
  '%s that stood still while thousands of changes passed shows the last of them, not all',
  async (_, words) => {
    const rig = await aRig();
    const terminal = openTerminal([program, '--run-dir', rig.runDir, ...words]);
    await terminal.sees(/IDLE/);
    terminal.kill('SIGSTOP');
    const before = terminal.text().length;
    flood(rig);
    terminal.kill('SIGCONT');
    await terminal.sees(/CRASHED/);
    expect(terminal.text().length - before).toBeLessThan(20_000);
    terminal.type('q');
    expect(await terminal.ended).toBe(0);
  },
);

const canRun = hasTmux && existsSync('/usr/sbin/sshd');

test.skipIf(!canRun)(
  'over a line that stands still the rig waits for nobody, and the screen is right once it moves again',
  async () => {
    const rig = await aRig();
    const ssh = await LoopbackSsh.start();
    onTestFinished(() => ssh.close());
    const { PATH = '', HOME = '' } = plainEnvironment();
    const remote = `env PATH=${PATH} HOME=${HOME} LC_ALL=C.UTF-8 ${process.execPath} ${program} --run-dir ${rig.runDir}`;
    const tmux = inTmux(80, 24, `exec ${ssh.command(remote)}`, {});
    await tmux.shows(/mic +● IDLE/);
    process.kill(tmux.pid(), 'SIGSTOP');
    flood(rig);
    const other = await runProgram(['--run-dir', rig.runDir, 'status']);
    expect(other.stdout).toContain('CRASHED');
    process.kill(tmux.pid(), 'SIGCONT');
    await tmux.shows(/mic +✖ CRASHED/);
    expect(tmux.screen().match(/mic /g)).toHaveLength(1);
  },
);
