import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { layOut } from '../daemon/pi-trees.ts';
import { plainEnvironment, programFile, runProgram } from '../support/program.ts';
import { until } from '../support/until.ts';

const isRoot = process.getuid?.() === 0;
const isStrict = process.env['RIGDECK_TEST_STRICT'] === '1';
const bashCompletion = '/usr/share/bash-completion/bash_completion';
const isThere = {
  bash: isStrict || existsSync(bashCompletion),
  zsh: isStrict || existsSync('/usr/bin/zsh'),
  fish: isStrict || existsSync('/usr/bin/fish'),
};
const shells = ['bash', 'zsh', 'fish'] as const;
const places = {
  bash: 'usr/local/share/bash-completion/completions/rigdeck',
  zsh: 'usr/local/share/zsh/site-functions/_rigdeck',
  fish: 'usr/local/share/fish/vendor_completions.d/rigdeck.fish',
};

let root: string;
let put: (path: string, text: string) => void;
const service = (...words: string[]) =>
  runProgram(['--config', join(root, 'rig.yaml'), 'service', ...words], {
    env: { RIGDECK_MACHINE_ROOT: root, SUDO_USER: 'pi' },
  });

beforeEach(() => {
  const state = 'ActiveState=inactive\nUnitFileState=enabled\nResult=success\n';
  ({ root, put } = layOut({
    files: {
      'rig.yaml': 'version: 1\nrig: { name: field }\nmodules: { host: { use: system } }\n',
      'etc/passwd': 'pi:x:1000:1000::/home/pi:/bin/bash\n',
      'run/systemd/system/x': '',
      state,
    },
    programs: { 'systemd-sysusers': '', systemctl: 'cat "$(dirname "$0")/../../state"' },
  }));
});

/** Types into a new shell of somebody, as it is after log-in; `rigdeck` prints its words. */
async function types(shell: (typeof shells)[number], env: Record<string, string>, zshPath: string) {
  const tells = `rigdeck() { printf '<%s>\\n' "$*"; }`;
  const { words, setUp } = {
    bash: {
      words: ['--norc', '--noprofile', '-i'],
      setUp: `source ${bashCompletion}; ${tells}; echo rea""dy`,
    },
    zsh: {
      words: ['-f', '-i'],
      setUp: `fpath=(${zshPath} $fpath); autoload -Uz compinit && compinit -D -u; ${tells}; print rea""dy`,
    },
    fish: { words: ['-i'], setUp: `function rigdeck; echo "<$argv>"; end; echo rea""dy` },
  }[shell];
  let text = '';
  const pty = spawn(shell, words, { cols: 200, rows: 40, cwd: root, env });
  onTestFinished(() => pty.kill('SIGKILL'));
  pty.onData((data) => {
    text += data;
    if (data.includes('\x1b[c')) pty.write('\x1b[?62c'); // fish asks what terminal this is
  });
  pty.write(`${setUp}\r`);
  await until(`${shell} is ready`, () => /\bready/.test(text));
  pty.write('rigdeck hist\t\r');
  await until(`${shell} has completed the word`, () => text.includes('<history>'));
}

function environment(): Record<string, string> {
  return { ...plainEnvironment(), HOME: root, RIGDECK_RUN_DIR: root };
}

test.runIf(isRoot)('the service brings Tab for everybody, and takes it away again', async () => {
  const { stdout } = await service('install');
  expect(stdout).toContain('Tab completes `rigdeck` in every new bash, zsh and fish');
  for (const shell of shells) {
    const place = join(root, places[shell]);
    expect(realpathSync(place)).toBe(realpathSync(`share/rigdeck.${shell}`));
  }
  expect((await service('install')).code).toBe(0);
  expect((await service('uninstall')).code).toBe(0);
  expect(shells.filter((shell) => existsSync(join(root, places[shell])))).toEqual([]);
});

test.runIf(isRoot)('a completion of somebody else stays where it is', async () => {
  put(places.bash, 'mine');
  const fish = join(root, places.fish);
  mkdirSync(dirname(fish), { recursive: true });
  symlinkSync('/gone/other.fish', fish);
  await service('install');
  await service('uninstall');
  expect(readFileSync(join(root, places.bash), 'utf8')).toBe('mine');
  expect(readlinkSync(fish)).toBe('/gone/other.fish');
});

test.runIf(isRoot)(
  'where the links cannot be made the service is installed, and says so',
  async () => {
    put('usr/local', 'no folder');
    const { code, stdout } = await service('install');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^wrote /);
    expect(stdout).toMatch(/^Tab does not complete `rigdeck`: .*ENOTDIR/m);
    expect(JSON.parse((await service('install', '--json')).stdout).noTab).toContain('ENOTDIR');
    expect(lstatSync(join(root, 'usr/local')).isFile()).toBe(true);
  },
);

for (const shell of shells) {
  test.runIf(isRoot && isThere[shell])(
    `Tab completes in a new ${shell} once the service is installed`,
    async () => {
      await service('install');
      const env = { ...environment(), XDG_DATA_DIRS: `${root}/usr/local/share:/usr/share` };
      await types(shell, env, `${root}/usr/local/share/zsh/site-functions`);
    },
  );

  test.runIf(isThere[shell])(
    `Tab completes in a new ${shell} with the lines of the guide`,
    async () => {
      const [, lines = ''] =
        /## Tab, and the manual\n[^`]*(?:`[^`\n]+`[^`]*)*```\n([^`]+)```/.exec(
          readFileSync('docs/guide.md', 'utf8'),
        ) ?? [];
      expect(lines).toContain('rigdeck completion bash > ');
      const bin = join(root, 'bin/rigdeck');
      mkdirSync(dirname(bin));
      writeFileSync(bin, `#!/bin/sh\nexec ${process.execPath} ${await programFile()} "$@"\n`);
      chmodSync(bin, 0o755);
      const env = environment();
      execFileSync('sh', ['-ec', lines], {
        env: { ...env, PATH: `${dirname(bin)}:${env['PATH']}` },
      });
      await types(shell, env, '~/.zfunc');
    },
  );
}
