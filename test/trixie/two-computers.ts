import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { checkOutInto } from '../cli/packed.ts';
import { Power } from '../stories/support/power.ts';
import { patiently, until } from '../support/until.ts';
import { inTmux } from '../terminal/tmux.ts';
import { FreshRoot } from './fresh-root.ts';
import { Shell, type Typed } from './shell.ts';

const boot = join(import.meta.dirname, '../fixtures/boot-root.sh');
const host = 'field-rig-03.local';

/** The rig of the quick start, and the computer with the checkout, which knows it by its name. */
export class TwoComputers {
  readonly #disk: FreshRoot;
  readonly #power: Power;
  readonly #path: string;
  /** Where the checkout lies, and whatever is fetched from the rig. */
  readonly checkout: string;

  constructor(disk: FreshRoot) {
    this.#disk = disk;
    this.#power = new Power('sh', boot, disk.root);
    this.#path = `${this.#makeSsh()}:${process.env['PATH'] ?? ''}`;
    this.checkout = checkOutInto(this.#disk.folder);
  }

  /** A folder of the rig's disk. */
  onDisk(path: string): string {
    return join(this.#disk.root, path);
  }

  async powerOn(): Promise<void> {
    await this.#power.on();
    await until(
      'the rig has booted, and sshd listens',
      async () => {
        const { stdout } = await this.#power.run(['systemctl', 'is-system-running']);
        return stdout.startsWith('running') && existsSync(`/proc/${this.#power.pid}/root${socket}`);
      },
      60_000,
    );
    writeFileSync(join(this.#disk.folder, 'init.pid'), this.#power.pid);
  }

  cutPower(): Promise<void> {
    return this.#power.cut();
  }

  /** Runs a line in the checkout. */
  onComputer(line: string): Promise<Typed> {
    const env = { ...process.env, PATH: this.#path };
    return new Promise((resolve) => {
      const settings = { cwd: this.checkout, env, timeout: patiently(200_000) };
      execFile('sh', ['-c', line], settings, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ code, text: stdout + stderr });
      });
    });
  }

  /** Types such a line at a terminal, and has a shell on the rig. */
  logIn(line: string): Promise<Shell> {
    // tmux's own shell may set another path than the one that it is given.
    return Shell.begin(inTmux(100, 40, `PATH='${this.#path}' ${line}`, {}));
  }

  keepPackages(): void {
    this.#disk.keepPackages();
  }

  async remove(): Promise<void> {
    await this.#power.cut();
    await this.#disk.remove();
  }

  /** ssh and scp as they are, but for where the rig is found: behind a socket of sshd, which no other machine has. */
  #makeSsh(): string {
    const { folder } = this.#disk;
    const key = join(folder, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    this.#disk.trust(readFileSync(`${key}.pub`, 'utf8'));
    const settings = join(folder, 'ssh_config');
    const way = `nsenter -m -t $(cat ${folder}/init.pid) /usr/lib/systemd/systemd-ssh-proxy unix${socket} 22`;
    const lines = [
      `Host ${host}`,
      `ProxyCommand ${way}`,
      'ProxyUseFdpass yes',
      `IdentityFile ${key}`,
      'IdentitiesOnly yes',
      'LogLevel ERROR',
      'StrictHostKeyChecking accept-new',
      `UserKnownHostsFile ${folder}/known_hosts`,
    ];
    writeFileSync(settings, lines.join('\n'));
    const programs = join(folder, 'bin');
    mkdirSync(programs);
    for (const name of ['ssh', 'scp']) {
      const program = execFileSync('which', [name], { encoding: 'utf8' }).trim();
      writeFileSync(join(programs, name), `#!/bin/sh\nexec ${program} -F ${settings} "$@"\n`);
      chmodSync(join(programs, name), 0o755);
    }
    return programs;
  }
}

/** That of every systemd from 256 on; sshd is started by whoever connects. */
const socket = '/run/ssh-unix-local/socket';

/** Both of them, until the test is over. */
export async function twoComputers(): Promise<TwoComputers> {
  const both = new TwoComputers(await FreshRoot.unpack());
  onTestFinished(() => both.remove(), patiently(200_000));
  await both.powerOn();
  return both;
}
