import { execFile, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { blocksOf, pageOf } from '../docs/pages.ts';
import type { StoryRig } from '../stories/support/rig.ts';
import { story } from '../stories/support/story.ts';
import { type Ended, programFile } from '../support/program.ts';
import { patiently, until } from '../support/until.ts';
import { LoopbackSsh } from './loopback-ssh.ts';
import { OwnAccount } from './own-account.ts';
import { hasTmux, Tmux } from './tmux.ts';

const canRun = hasTmux && ['/usr/sbin/sshd', '/sbin/sshd'].some(existsSync) && OwnAccount.canBe();
const slowly = patiently(180_000);
const modules = { mic: { use: 'demo-sensor', options: { rate: 50 } } };

/** What stands in docs/security.md, to the letter. */
const blocks = blocksOf(pageOf('docs/security.md'), 'text');
const forAccount = blocks.find((block) => block.startsWith('Match User looker')) ?? '';
const forKey = /^(restrict.*) ssh-ed25519 /m.exec(blocks.join('\n'))?.[1] ?? '';

type Looker = { readonly account: OwnAccount; readonly ssh: LoopbackSsh; readonly rig: StoryRig };

/** A socket of that machine is asked for by a connection to one here, which is closed then. */
async function refusesSocket({ ssh, rig }: Looker, there: string): Promise<void> {
  const here = join(rig.folder, 'here.sock');
  const words = ['-N', '-L', `${here}:${there}`, 'rig'];
  const tunnel = spawn(join(ssh.knownAs('rig'), 'ssh'), words, { stdio: 'ignore' });
  try {
    await until('the tunnel listens here', () => existsSync(here));
    const said = await new Promise((resolve) => {
      let text = '';
      const socket = connect(here, () =>
        socket.write('{"jsonrpc":"2.0","id":1,"method":"state.get"}\n'),
      );
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.once('error', () => socket.destroy()); // a reset is an end, too
      socket.once('close', () => resolve(text));
    });
    expect(said).toBe('');
  } finally {
    tunnel.kill();
  }
}

/** A rig whose run dir everybody can look into, and an account beside it. */
async function lookerAt(
  makeRig: (plan: { modules: typeof modules; runDir: string }) => Promise<StoryRig>,
  server: { readonly config?: string; readonly keyOptions?: string },
): Promise<Looker> {
  const open = mkdtempSync(join(tmpdir(), 'open-'));
  onTestFinished(() => rmSync(open, { recursive: true, force: true }));
  chmodSync(open, 0o755);
  cpSync(dirname(await programFile()), join(open, 'dist'), { recursive: true });
  cpSync('package.json', join(open, 'package.json'));
  mkdirSync(join(open, 'bin'));
  const start = `#!/bin/sh\nexec '${process.execPath}' '${open}/dist/rigdeck.js' "$@"\n`;
  writeFileSync(join(open, 'bin/rigdeck'), start, { mode: 0o755 });
  const rig = await makeRig({ modules, runDir: join(open, 'run') });
  await rig.startUp();
  const account = OwnAccount.make('looker');
  onTestFinished(() => account.remove());
  const PATH = `${join(open, 'bin')}:/usr/bin:/bin`;
  const env = { PATH, RIGDECK_RUN_DIR: rig.runDir, LC_ALL: 'C.UTF-8' };
  const config = `AcceptEnv LANG LC_*\nSubsystem sftp internal-sftp\n${server.config ?? ''}`;
  const ssh = await LoopbackSsh.start({ ...server, env, config, account });
  onTestFinished(() => ssh.close());
  return { account, ssh, rig };
}

/** ssh without a terminal, to its end. */
function ask({ ssh }: Looker, ...words: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const program = join(ssh.knownAs('rig'), 'ssh');
    const child = execFile(
      program,
      words,
      { timeout: patiently(30_000) },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ code, stdout, stderr });
      },
    );
    child.stdin?.end('id\n');
  });
}

function sit({ ssh }: Looker, words = ''): Tmux {
  const tmux = new Tmux(
    80,
    24,
    `${join(ssh.knownAs('rig'), 'ssh')} -t rig ${words}; echo "left $?"; read x`,
    {},
  );
  onTestFinished(() => tmux.close());
  return tmux;
}

async function looksAndCannotAct(looker: Looker): Promise<void> {
  const { rig } = looker;
  const before = rig.me.now();
  const screen = sit(looker, "'sh -i'");
  await screen.shows(/mic +● IDLE/);
  await rig.until('the daemon knows that it only looks', ({ clients }) =>
    clients.some(({ name, role }) => name === 'tui' && role === 'view'),
  );
  for (const key of ['r', 's', 'p', 'R', 'e', 'x', 'm']) screen.press(key);
  await screen.shows(/may only look/);
  expect(rig.me.now().rig).toMatchObject({ state: before.rig.state, desired: before.rig.desired });
  expect(rig.me.now().modules['mic']).toMatchObject({ run: 1, desired: 'on', state: 'idle' });
  const history = await rig.run('history', '--json');
  expect(history.stdout).toContain('looker@');
  expect(history.stdout).not.toContain('"type":"intent"');
}

async function getsNoShell(looker: Looker): Promise<void> {
  const { account } = looker;
  const screen = sit(looker);
  await screen.shows(/mic +● IDLE/);
  for (const key of ['C-z', 'C-\\', '!', '|', 'C-o', 'F1']) screen.press(key);
  screen.press('?');
  await screen.shows(/one row up/);
  const own =
    /^(sshd: looker|\S*node |sh -c rigdeck|\/bin\/sh -c rigdeck|\/bin\/sh \S*bin\/rigdeck)/;
  expect(account.processes().filter((line) => !own.test(line))).toEqual([]);
  screen.press('Escape');
  await screen.shows(/q leave/);
  screen.press('q');
  await screen.shows(/left 0/);
  await until('nothing of it is left', () => account.processes().length === 0);
}

async function getsNothingElse(looker: Looker): Promise<void> {
  const { account, rig } = looker;
  for (const words of ['id', 'sh', "sh -c 'touch made'", 'rigdeck record start']) {
    const { stdout } = await ask(looker, 'rig', words);
    expect(stdout).toMatch(/^ story +● IDLE/);
    expect(stdout).not.toContain('uid=');
  }
  expect((await ask(looker, '-s', 'rig', 'sftp')).stdout).toMatch(/^ story +● IDLE/);
  const there = join(rig.runDir, 'control.sock');
  const tcp = await ask(looker, '-W', `127.0.0.1:${looker.ssh.port}`, 'rig');
  expect(tcp).toMatchObject({ code: 255, stdout: '' });
  const back = join(account.home, 'forwarded');
  const strictly = ['-o', 'ExitOnForwardFailure=yes'];
  expect((await ask(looker, ...strictly, '-R', `${back}:${there}`, 'rig')).code).toBe(255);
  await refusesSocket(looker, there);
  expect(readdirSync(account.home)).toEqual([]);
  expect(rig.me.now().rig.state).toBe('idle');
}

story.skipIf(!canRun)(
  'an account with a forced command sees the rig and cannot act on it',
  async ({ makeRig }) => {
    expect(forAccount).toContain('ForceCommand rigdeck --no-daemon');
    await looksAndCannotAct(await lookerAt(makeRig, { config: forAccount }));
  },
  slowly,
);

story.skipIf(!canRun)(
  'no key of the screen opens a shell for it, and leaving the screen ends the connection',
  async ({ makeRig }) => {
    await getsNoShell(await lookerAt(makeRig, { config: forAccount }));
  },
  slowly,
);

story.skipIf(!canRun)(
  'whatever it asks of ssh instead, it gets the status: no command, no files, nothing forwarded',
  async ({ makeRig }) => {
    await getsNothingElse(await lookerAt(makeRig, { config: forAccount }));
  },
  slowly,
);

story.skipIf(!canRun)(
  'a restricted key does the same for one key of an account',
  async ({ makeRig }) => {
    expect(forKey).toContain('command="rigdeck --no-daemon"');
    const looker = await lookerAt(makeRig, { keyOptions: forKey });
    await looksAndCannotAct(looker);
    await getsNothingElse(looker);
  },
  slowly,
);
