import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { spawn } from '@lydell/node-pty';
import { beforeEach, expect, it, onTestFinished, test } from 'vitest';
import { plainEnvironment, runProgram } from '../support/program.ts';
import { moduleWith, snapshotWith } from '../support/sample-rig.ts';
import { until } from '../support/until.ts';
import { leaveStatus } from './served-rig.ts';

const share = join(import.meta.dirname, '../../share');
let folder: string;
let env: Record<string, string>;

/** A shell that is not there and cannot be installed is no reason to fail; where it can be, `scripts/test` has done so. */
const isThere = (shell: string) => {
  try {
    execFileSync(shell, ['-c', 'exit 0']);
    return true;
  } catch {
    return process.env['RIGDECK_TEST_STRICT'] === '1';
  }
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rig-tab-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const recordings = join(folder, 'recordings');
  mkdirSync(join(recordings, '0007_2026-11-22_14-02-10_rec'), { recursive: true });
  mkdirSync(join(recordings, '0008_unsynced_rec'));
  mkdirSync(join(recordings, 'notes'));
  const detail = 'not one: "modules":["ghost"]';
  const snapshot = snapshotWith({
    mic: moduleWith({ detail }),
    'cam-left': moduleWith({ group: 'av' }),
    modules: moduleWith(),
  });
  const storage = { ...snapshot.host.storage, path: recordings };
  const host = { ...snapshot.host, storage };
  await leaveStatus(folder, { ...snapshot, host }, {});
  mkdirSync(join(folder, '.ssh/more'), { recursive: true });
  writeFileSync(
    join(folder, '.ssh/config'),
    'Include more/*\nHost field-rig-03 barn\n  User pi\nHost *.example !gate rig-?\n  Port 2222\nMatch host lost\n',
  );
  writeFileSync(join(folder, '.ssh/more/attic'), '  host=attic\n');
  writeFileSync(
    join(folder, '.ssh/known_hosts'),
    '|1|aGFzaA==|aGVyZQ== ssh-ed25519 AAAA\nlab,10.0.0.7 ssh-ed25519 AAAA\n[ported]:2222 ssh-ed25519 AAAA\n@revoked gone ssh-ed25519 AAAA\n# no host\n',
  );
  // A PATH with what a shell brings, and no Node: completion has to do without it.
  env = { ...plainEnvironment(), PATH: '/usr/bin:/bin', RIGDECK_RUN_DIR: folder };
  env['HOME'] = folder;
});

/** What each shell offers for a line whose last word is being typed. */
const ask: Readonly<Record<string, (...words: string[]) => Promise<string[]>>> = {
  bash: async (...words) => {
    // As readline does it: a word is cut at these.
    const cut = words.flatMap((word) => word.split(/([:@])/).filter((part, i) => i === 0 || part));
    const script = `source ${share}/rigdeck.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _rigdeck; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return said('bash', ['--norc', '-c', script, 'bash', 'rigdeck', ...cut]);
  },
  fish: async (...words) => {
    const script = `source ${share}/rigdeck.fish; complete -C "rigdeck ${words.join(' ')}"`;
    const lines = await said('fish', ['--no-config', '-c', script]);
    return lines.map((line) => line.split('\t')[0] ?? '');
  },
};

async function said(program: string, words: readonly string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)(program, [...words], { env });
  return stdout.split('\n').filter(Boolean);
}

for (const [shell, offered] of Object.entries(ask)) {
  test.runIf(isThere(shell))(
    `Tab in ${shell} offers commands, and those of a command`,
    async () => {
      expect(await offered('rec')).toEqual(['record']);
      expect((await offered('record', '')).sort()).toEqual(
        ['pause', 'resume', 'start', 'stop', 'toggle'].sort(),
      );
      expect(await offered('completion', '')).toEqual(
        expect.arrayContaining(['bash', 'fish', 'zsh']),
      );
      expect(await offered('--json', 'sessions', 'ver')).toEqual(['verify']);
      expect(await offered('record', 'start', '--la')).toEqual(['--label']);
      expect(await offered('module', 'new', 'x', '--lang', 'py')).toEqual(['python']);
    },
  );

  test.runIf(isThere(shell))(
    `Tab in ${shell} offers the modules of this rig, and no words of theirs`,
    async () => {
      const modules = ['cam-left', 'mic', 'modules'];
      expect((await offered('enable', '')).sort()).toEqual(modules);
      expect(await offered('enable', 'cam-left', 'm')).toEqual(expect.arrayContaining(['mic']));
      expect(await offered('logs', 'ca')).toEqual(['cam-left']);
      expect(await offered('logs', 'mic', '')).toEqual([]);
      expect(await offered('log-level', 'mic', 'de')).toEqual(['debug']);
    },
  );

  test.runIf(isThere(shell))(
    `Tab in ${shell} offers conditions and states of modules`,
    async () => {
      expect(await offered('is', 'deg')).toEqual(['degraded']);
      const [state = ''] = await offered('wait', 'mic:rec');
      expect(state).toMatch(/^(mic:)?recording$/);
    },
  );

  test.runIf(isThere(shell))(`Tab in ${shell} offers sessions on the disk`, async () => {
    expect((await offered('sessions', 'verify', '')).sort()).toEqual(['0007', '0008']);
  });

  test.runIf(isThere(shell))(
    `Tab in ${shell} offers the machines that ssh knows by a name, and nothing of this one for them`,
    async () => {
      const machines = ['10.0.0.7', 'attic', 'barn', 'field-rig-03', 'lab'];
      expect((await offered('--host', '')).sort()).toEqual(machines);
      expect(await offered('status', '--host', 'fi')).toEqual(['field-rig-03']);
      const [machine = ''] = await offered('--host', 'pi@bar');
      expect(machine).toMatch(/^(pi|)@barn$/);
      expect((await offered('--host', 'pi@barn', 'record', 'st')).sort()).toEqual([
        'start',
        'stop',
      ]);
      expect(await offered('--host', 'pi@barn', 'enable', '')).toEqual([]);
      rmSync(join(folder, '.ssh'), { recursive: true });
      expect(await offered('--host', '')).toEqual([]);
    },
  );

  test.runIf(isThere(shell))(`Tab in ${shell} goes by the run dir that is typed`, async () => {
    expect(await offered('--run-dir', `${folder}/none`, 'enable', '')).toEqual([]);
    env['RIGDECK_RUN_DIR'] = `${folder}/none`;
    expect(await offered('--run-dir', folder, 'enable', 'mi')).toEqual(['mic']);
  });
}

/** Types into a shell on a real terminal. */
function shellOnTerminal(program: string, words: readonly string[]) {
  let text = '';
  const pty = spawn(program, [...words], { cols: 100, rows: 40, cwd: folder, env });
  pty.onData((data) => {
    text += data;
  });
  onTestFinished(() => pty.kill('SIGKILL'));
  const sees = (what: RegExp) => until(`${what} on the terminal`, () => what.test(text));
  return { type: (keys: string) => pty.write(keys), sees };
}

const typed = [
  ['enable ca', 'enable cam-left'],
  ['is mic:reco', 'is mic:recording'],
  ['sessions show 0008', 'sessions show 0008'],
  ['record st', 'record st'],
  ['hist', 'history'],
  ['--host pi@bar', '--host pi@barn'],
] as const;

test.runIf(isThere('zsh')).each(typed)(
  'on a terminal, Tab in zsh makes of `%s` `%s`',
  async (begun, done) => {
    const shell = shellOnTerminal('zsh', ['-f', '-i']);
    shell.type(`PS1='%# '; autoload -Uz compinit && compinit -D -u; source ${share}/rigdeck.zsh\n`);
    shell.type(`rigdeck() { print -r -- "<$*>" }; print read''y\n`);
    await shell.sees(/ready/);
    shell.type(`rigdeck ${begun}\t\n`);
    await shell.sees(new RegExp(`<${done}>`));
  },
);

it.each(typed)('on a terminal, Tab in bash makes of `%s` `%s`', async (begun, done) => {
  const shell = shellOnTerminal('bash', ['--norc', '--noprofile', '-i']);
  shell.type(`source ${share}/rigdeck.bash\nrigdeck() { printf '<%s>\\n' "$*"; }; echo rea""dy\n`);
  await shell.sees(/ready/);
  shell.type(`rigdeck ${begun}\t\n`);
  await shell.sees(new RegExp(`<${done}>`));
});

it.each(['bash', 'zsh', 'fish'])(
  '`completion %s` prints the file that came with it',
  async (shell) => {
    const { code, stdout } = await runProgram(['completion', shell]);
    expect(code).toBe(0);
    expect(stdout).toContain(`Completion of rigdeck for ${shell}`);
  },
);

it('a shell that is not known is refused', async () => {
  const { code, stderr } = await runProgram(['completion', 'tcsh']);
  expect(code).toBe(2);
  expect(stderr).toContain('bash, zsh, fish');
});
