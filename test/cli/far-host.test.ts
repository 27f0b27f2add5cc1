import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { remoteLine } from '../../src/cli/commands/over-ssh.ts';
import { farCommand, takeHost } from '../../src/cli/far-host.ts';
import { runProgram } from '../support/program.ts';

const awkward = [
  '',
  ' two  blanks ',
  `it's "quoted"`,
  '$(touch made) `touch made` $HOME ~ * ? {a,b} [a]',
  'a\\b \\\\ c\\',
  "\\'\\''",
  '!! !x ^a^b #no ;&|<>()',
  'maze ◉ links — grün',
  '--flag=-x',
  '=ls %self @file',
];

function hasShell(name: string): boolean {
  try {
    execFileSync('which', [name], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

it.for(['sh', 'bash', 'zsh', 'fish'])(
  'what is typed here arrives there word for word, whatever it holds, where the shell is %s',
  (shell, { skip }) => {
    if (!hasShell(shell)) skip(`there is no ${shell}`);
    const folder = mkdtempSync(join(tmpdir(), 'far-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const program =
      '#!/bin/sh\nfor word in "$RIGDECK_FAR_HOST" "$@"; do printf "%s\\0" "$word"; done\n';
    writeFileSync(join(folder, 'rigdeck'), program, { mode: 0o755 });
    const env = { ...process.env, PATH: `${folder}:${process.env['PATH']}`, HOME: folder };
    const said = execFileSync(shell, ['-c', remoteLine(awkward, 'pi@rig')], { env, cwd: folder });
    expect(said.toString().split('\0').slice(0, -1)).toEqual(['pi@rig', ...awkward]);
    expect(readdirSync(folder)).not.toContain('made');
  },
);

it('--host may stand anywhere, and only it is taken away', () => {
  const far = { host: 'pi@rig', words: ['record', 'start', '--label', 'a b'] };
  expect(takeHost(['--host', 'pi@rig', 'record', 'start', '--label', 'a b'])).toEqual(far);
  expect(takeHost(['record', 'start', '--label', 'a b', '--host=pi@rig'])).toEqual(far);
  expect(takeHost(['--host', 'ssh://pi@[fe80::1%wlan0]:2222'])).toMatchObject({ words: [] });
  expect(takeHost(['--host', 'rig', 'mark', '--', '--host', 'x']).words).toEqual([
    ...['mark', '--', '--host', 'x'],
  ]);
  expect(farCommand(['status'])).toBeNull();
  expect(farCommand(['mark', '--', '--host', 'rig'])).toBeNull();
  expect(farCommand([])).toBeNull();
});

it.each([
  ['--host', '-oProxyCommand=touch made', 'status'],
  ['--host=-F/dev/null', 'status'],
  ['--host', 'pi@-oProxyCommand=x', 'status'],
  ['--host', 'rig;reboot', 'status'],
  ['--host', '$(reboot)', 'status'],
  ['--host', 'two words'],
])(
  'a name that ssh or a shell would take for something else is refused: %s %s',
  async (...words) => {
    const { code, stderr } = await runProgram(words);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^rigdeck: ".*" is no name of a machine\. For example: /);
  },
);

it('without a name, or with two, it says so', async () => {
  expect(await runProgram(['status', '--host'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--host needs the name of a machine'),
  });
  expect(await runProgram(['--host', 'a', '--host', 'b', '--json'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('"message":"--host is given more than once"'),
  });
});

it('where there is no ssh, it says what brings it', async () => {
  const { code, stderr } = await runProgram(['--host', 'rig', 'status'], {
    env: { PATH: '/nowhere' },
  });
  expect(code).toBe(1);
  expect(stderr).toBe('rigdeck: there is no program ssh here. sudo apt install openssh-client\n');
});

it('what is said of the machine of the rig is true also for who sits at another', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'far-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'rig.yaml');
  writeFileSync(file, JSON.stringify({ version: 1, modules: { cam: { command: ['nosuch'] } } }));
  const env = { RIGDECK_FAR_HOST: 'pi@rig', RIGDECK_RUN_DIR: join(folder, 'run') };
  const check = await runProgram(['--config', file, 'config', 'check'], { env });
  expect(check.stdout).toContain('but on pi@rig, now: cam: ');
  const { stdout } = await runProgram(['doctor', '--all'], { env });
  expect(stdout).not.toContain('this machine');
  expect(stdout).not.toContain('--host pi@rig daemon');
});

it('no message says "this machine" to somebody who may sit at another', () => {
  const src = fileURLToPath(new URL('../../src/', import.meta.url));
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' });
  // A rig.yaml is read where it lies; `thisMachine` knows who reads.
  const well = ['daemon/first-config/first-config.ts', 'protocol/typed-command.ts'];
  const told = files.filter((name) => /\.tsx?$/.test(name) && !well.includes(name));
  expect(told.length).toBeGreaterThan(500);
  const lines = told.flatMap((name) => readFileSync(join(src, name), 'utf8').split('\n'));
  const isComment = /^\s*(\/?\*|\/\/)|\/\/ .*this machine/;
  expect(lines.filter((line) => line.includes('this machine') && !isComment.test(line))).toEqual(
    [],
  );
});
