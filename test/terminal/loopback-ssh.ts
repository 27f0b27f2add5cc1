import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { until } from '../support/until.ts';

/** A real sshd on loopback, with keys of its own, for the present user. */
export class LoopbackSsh {
  readonly #folder: string;
  readonly #server: ChildProcess;
  readonly #port: number;

  private constructor(folder: string, server: ChildProcess, port: number) {
    this.#folder = folder;
    this.#server = server;
    this.#port = port;
  }

  static async start(): Promise<LoopbackSsh> {
    const folder = mkdtempSync(join(tmpdir(), 'ssh-'));
    chmodSync(folder, 0o700);
    const port = await freePort();
    for (const name of ['host', 'user']) {
      const key = join(folder, name);
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    }
    writeFileSync(join(folder, 'config'), sshdConfig(folder, port));
    // sshd of Debian insists on its folder for privilege separation when it runs as root.
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    const server = spawn(sshd(), ['-D', '-e', '-f', join(folder, 'config')], { stdio: 'ignore' });
    const ssh = new LoopbackSsh(folder, server, port);
    await until('sshd listens', () => listens(port));
    return ssh;
  }

  /** The command line that runs a command over ssh with a terminal. */
  command(remote: string): string {
    const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR'];
    const flags = options.map((option) => `-o ${option}`).join(' ');
    const key = join(this.#folder, 'user');
    const quoted = `'${remote.replaceAll("'", `'\\''`)}'`;
    return `ssh -tt -F /dev/null ${flags} -i ${key} -p ${this.#port} ${userInfo().username}@127.0.0.1 ${quoted}`;
  }

  /** The far end of every connection is gone, as when a machine on the way ends: kills what serves them. */
  drop(): void {
    const list = execFileSync('pgrep', ['-P', String(this.#server.pid)], { encoding: 'utf8' });
    for (const pid of list.trim().split('\n')) process.kill(Number(pid), 'SIGKILL');
  }

  close(): void {
    this.#server.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function sshdConfig(folder: string, port: number): string {
  const lines = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(folder, 'host')}`,
    `AuthorizedKeysFile ${join(folder, 'user.pub')}`,
    `PidFile ${join(folder, 'pid')}`,
    'PermitRootLogin prohibit-password',
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'AcceptEnv *',
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
