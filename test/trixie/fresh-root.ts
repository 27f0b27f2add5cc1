import { execFile, execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { isRunning, processIdentity } from '../../src/daemon/store/process-identity.ts';

/** Not to be waited for in line: a disk is some ten thousand files. */
const run = promisify(execFile);
const prefix = 'rig-trixie-';
const packages = 'var/cache/apt/archives';
const { status, stdout, stderr } = spawnSync(
  join(import.meta.dirname, '../../scripts/trixie-root'),
  ['check'],
  { encoding: 'utf8' },
);
const archive = stdout.trim();
/** Why there is no root to boot; null where there is one. */
export const whyNoRoot: string | null = status === 0 ? null : stderr.trim();

/** A fresh Debian on a disk of its own, until it is removed. */
export class FreshRoot {
  /** Everything of this rig: `root` is its disk, beside it lies what the other computer has. */
  readonly folder: string;
  readonly root: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.root = join(folder, 'root');
  }

  static async unpack(): Promise<FreshRoot> {
    await removeLeftovers();
    const disk = new FreshRoot(mkdtempSync(join(tmpdir(), prefix)));
    writeFileSync(join(disk.folder, 'owner.json'), JSON.stringify(processIdentity(process.pid)));
    chmodSync(disk.folder, 0o755);
    mkdirSync(disk.root);
    await run('tar', ['-xf', archive, '-C', disk.root]);
    disk.#joinNetwork();
    for (const name of packagesIn(keptPackages())) {
      copyFileSync(join(keptPackages(), name), join(disk.root, packages, name));
    }
    return disk;
  }

  /** Whoever has the other half of this key is `pi`. */
  trust(publicKey: string): void {
    const folder = join(this.root, 'home/pi/.ssh');
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(join(folder, 'authorized_keys'), publicKey);
    execFileSync('chown', ['-R', `--reference=${dirname(folder)}`, folder]);
  }

  /** Leaves what apt has fetched to the next root, and what it did not need this time to nobody. */
  keepPackages(): void {
    const next = `${keptPackages()}.${process.pid}`;
    mkdirSync(next, { recursive: true });
    for (const name of packagesIn(join(this.root, packages))) {
      copyFileSync(join(this.root, packages, name), join(next, name));
    }
    rmSync(keptPackages(), { recursive: true, force: true });
    renameSync(next, keptPackages());
  }

  remove(): Promise<unknown> {
    return run('rm', ['-rf', this.folder]);
  }

  /** The names, the certificates and the registry that this machine uses. */
  #joinNetwork(): void {
    cpSync('/etc/resolv.conf', join(this.root, 'etc/resolv.conf'), { dereference: true });
    const settings = ['registry', 'proxy', 'https-proxy', 'noproxy']
      .map((key) => [key, npmSetting(key)])
      .filter(([, value]) => value !== '' && value !== 'null' && value !== 'undefined')
      .map(([key, value]) => `${key}=${value}\n`);
    const certificates = '/etc/ssl/certs/ca-certificates.crt';
    if (existsSync(certificates)) {
      const place = 'usr/local/share/certificates-of-the-house.crt';
      copyFileSync(certificates, join(this.root, place));
      settings.push(`cafile=/${place}\n`);
    }
    writeFileSync(join(this.root, 'etc/npmrc'), settings.join(''));
  }
}

function npmSetting(key: string): string {
  return execFileSync('npm', ['config', 'get', key], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

function keptPackages(): string {
  return join(dirname(archive), 'packages');
}

function packagesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.deb')) : [];
}

/** Of tests that were killed: their machine has ended with them, its disk is left. */
async function removeLeftovers(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((one) => one.startsWith(prefix))) {
    const folder = join(tmpdir(), name);
    const owner = join(folder, 'owner.json');
    const isLeft = existsSync(owner) && !isRunning(JSON.parse(readFileSync(owner, 'utf8')));
    if (isLeft) await run('rm', ['-rf', folder]);
  }
}
