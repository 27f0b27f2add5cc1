import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const files = ['passwd', 'group', 'shadow'] as const;
const uid = 54_321;

/** An account that only the processes know that are started among it: the machine's own files stay as they are. */
export class OwnAccount {
  readonly name: string;
  readonly #folder: string;

  private constructor(name: string, folder: string) {
    this.name = name;
    this.#folder = folder;
  }

  /** Whether this may be done here: by root, in a mount namespace of its own. */
  static canBe(): boolean {
    return (
      process.getuid?.() === 0 &&
      spawnSync('unshare', ['-m', 'mount', '--bind', '/etc/passwd', '/etc/group']).status === 0
    );
  }

  static make(name: string): OwnAccount {
    const folder = mkdtempSync(join(tmpdir(), 'account-'));
    const account = new OwnAccount(name, folder);
    chmodSync(folder, 0o711);
    mkdirSync(account.home);
    chownSync(account.home, uid, uid);
    const lines = {
      passwd: `${name}:x:${uid}:${uid}::${account.home}:/bin/sh\n`,
      group: `${name}:x:${uid}:\n`,
      shadow: `${name}:*:20000::::::\n`,
    };
    for (const file of files) {
      copyFileSync(`/etc/${file}`, join(folder, file));
      appendFileSync(join(folder, file), lines[file]);
    }
    return account;
  }

  get home(): string {
    return join(this.#folder, 'home');
  }

  /** The command line that starts a program which knows this account; its process id is that of the program. */
  among(words: readonly string[]): string[] {
    const binds = files.map((file) => `mount --bind ${join(this.#folder, file)} /etc/${file}`);
    return ['unshare', '-m', 'sh', '-c', `${binds.join(' && ')} && exec "$@"`, 'sh', ...words];
  }

  /** The names of its living processes. */
  processes(): string[] {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids.flatMap((pid) => {
      try {
        if (statSync(`/proc/${pid}`).uid !== uid) return [];
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return line === '' ? [] : [line]; // without one it has ended, and waits for its parent to hear of that
      } catch {
        return []; // it has just ended
      }
    });
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
