import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { until } from '../support/until.ts';
import type { OwnAccount } from './own-account.ts';

type Server = {
  /** What its sessions have in their environment: PATH, where the rig is. */
  readonly env?: Readonly<Record<string, string>>;
  /** More lines of its configuration. */
  readonly config?: string;
  /** Who logs in, if not the user of the tests. */
  readonly account?: OwnAccount;
  /** What stands before the key in `authorized_keys`. */
  readonly keyOptions?: string;
};

/** A real sshd on loopback, with keys of its own, for the present user. */
export class LoopbackSsh {
  readonly #folder: string;
  readonly #server: ChildProcess;
  readonly port: number;
  readonly #user: string;

  private constructor(folder: string, server: ChildProcess, port: number, user: string) {
    this.#folder = folder;
    this.#server = server;
    this.port = port;
    this.#user = user;
  }

  static async start(wish: Server = {}): Promise<LoopbackSsh> {
    const folder = mkdtempSync(join(tmpdir(), 'ssh-'));
    chmodSync(folder, wish.account === undefined ? 0o700 : 0o711);
    const port = await freePort();
    for (const name of ['host', 'user']) {
      const key = join(folder, name);
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    }
    const publicKey = readFileSync(join(folder, 'user.pub'), 'utf8');
    writeFileSync(join(folder, 'authorized'), `${wish.keyOptions ?? ''} ${publicKey}`.trimStart());
    writeFileSync(join(folder, 'config'), sshdConfig(folder, port, wish));
    // sshd of Debian insists on its folder for privilege separation when it runs as root.
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    const words = [sshd(), '-D', '-e', '-f', join(folder, 'config')];
    const [program = '', ...rest] = wish.account?.among(words) ?? words;
    const server = spawn(program, rest, { stdio: 'ignore' });
    const user = wish.account?.name ?? userInfo().username;
    const ssh = new LoopbackSsh(folder, server, port, user);
    await until('sshd listens', () => listens(port));
    return ssh;
  }

  /** The command line that runs a command over ssh with a terminal. */
  command(remote: string): string {
    const flags = trusting.map((option) => `-o '${option}'`).join(' ');
    const key = join(this.#folder, 'user');
    const quoted = `'${remote.replaceAll("'", `'\\''`)}'`;
    return `ssh -tt -F /dev/null ${flags} -i ${key} -p ${this.port} ${this.#user}@127.0.0.1 ${quoted}`;
  }

  /**
   * A folder for the front of a PATH: in it `ssh`, which knows this machine by a name, as ~/.ssh/config would tell it.
   */
  knownAs(name: string): string {
    const folder = join(this.#folder, 'bin');
    const config = join(this.#folder, 'ssh_config');
    const place = [`Port ${this.port}`, `User ${this.#user}`, 'HostName 127.0.0.1'];
    const lines = [...place, `IdentityFile ${join(this.#folder, 'user')}`, ...trusting];
    writeFileSync(config, `Host ${name}\n  ${lines.join('\n  ')}\n`);
    mkdirSync(folder, { recursive: true });
    const ssh = execFileSync('which', ['ssh'], { encoding: 'utf8' }).trim();
    writeFileSync(join(folder, 'ssh'), `#!/bin/sh\nexec ${ssh} -F ${config} "$@"\n`, {
      mode: 0o755,
    });
    return folder;
  }

  /** The far end of every connection is gone, as when a machine on the way ends: kills what serves them. */
  drop(): void {
    const list = execFileSync('pgrep', ['-P', String(this.#server.pid)], { encoding: 'utf8' });
    for (const pid of list.trim().split('\n')) process.kill(Number(pid), 'SIGKILL');
  }

  /** Nobody listens there any more; who is connected stays so. */
  async stopListening(): Promise<void> {
    this.#server.kill('SIGKILL');
    await until('nobody listens', async () => !(await listens(this.port)));
  }

  close(): void {
    this.#server.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const trusting = [
  'StrictHostKeyChecking no',
  'UserKnownHostsFile /dev/null',
  'LogLevel ERROR',
  'BatchMode yes',
];

function sshdConfig(folder: string, port: number, { env = {}, config = '' }: Server): string {
  const variables = Object.entries(env).map(([name, value]) => `"${name}=${value}"`);
  const lines = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(folder, 'host')}`,
    `AuthorizedKeysFile ${join(folder, 'authorized')}`,
    `PidFile ${join(folder, 'pid')}`,
    'PermitRootLogin prohibit-password',
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    ...(variables.length > 0 ? [`SetEnv ${variables.join(' ')}`] : ['AcceptEnv *']),
    config,
  ];
  return `${lines.join('\n')}\n`;
}

function sshd(): string {
  return ['/usr/sbin/sshd', '/sbin/sshd', '/usr/local/sbin/sshd'].find(existsSync) ?? 'sshd';
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
