import {
  accessSync,
  constants,
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
} from 'node:fs';
import { basename, join } from 'node:path';

/** Where `proc`, `sys`, `etc` and so on of another machine lie, with its programs in `usr/bin`: only tests set it. */
const rootVariable = 'RIGDECK_MACHINE_ROOT';

/** Programs for administrators are not on everybody's path. */
const morePlaces = ['/usr/sbin', '/sbin'];

/**
 * The small files in which a machine tells of itself. They are in memory or on the disk of the system, and read at once; a disk
 * that somebody plugged in is not to be asked this way, it may keep everybody waiting.
 */
export class MachineFiles {
  readonly #root: string;
  readonly #path: string;

  constructor(root = '/', path = process.env['PATH'] ?? '/usr/bin:/bin') {
    this.#root = root;
    this.#path = path;
  }

  /** This machine, or the recorded one that a test names. */
  static of(env: NodeJS.ProcessEnv): MachineFiles {
    return new MachineFiles(env[rootVariable], env['PATH']);
  }

  /** Whether it is this machine: what the kernel says of this process is then true of it, too. */
  get isThis(): boolean {
    return this.#root === '/';
  }

  /** Where a file of that machine lies on this one. */
  place(path: string): string {
    return join(this.#root, path);
  }

  /** The text of a file without blanks around it; null where there is none, or none for this user. */
  text(path: string): string | null {
    try {
      return readFileSync(this.place(path), 'utf8').trim();
    } catch {
      return null; // this machine does not say
    }
  }

  /** The bytes of a file, as the device tree has numbers; null where there is none. */
  bytes(path: string): Buffer | null {
    try {
      return readFileSync(this.place(path));
    } catch {
      return null; // this machine does not say
    }
  }

  number(path: string): number | null {
    const value = Number.parseInt(this.text(path) ?? '', 10);
    return Number.isFinite(value) ? value : null;
  }

  /** The names in a folder, numbers in their order; none where there is no such folder. */
  names(folder: string, pattern = /^[^.]/): string[] {
    try {
      return readdirSync(this.place(folder))
        .filter((name) => pattern.test(name))
        .sort(new Intl.Collator('en', { numeric: true }).compare);
    } catch {
      return []; // this machine has none
    }
  }

  has(path: string): boolean {
    return existsSync(this.place(path));
  }

  /** Where a link leads, as it is written; null where there is no link. */
  link(path: string): string | null {
    try {
      return readlinkSync(this.place(path));
    } catch {
      return null; // no link, or none for this user
    }
  }

  /** The last part of where a link leads. */
  linkName(path: string): string | null {
    const to = this.link(path);
    return to === null ? null : basename(to);
  }

  /** The first of these programs that is installed: its path. */
  program(...names: readonly string[]): string | null {
    const folders = this.isThis
      ? [...this.#path.split(':'), ...morePlaces]
      : [join(this.#root, 'usr/bin')];
    const paths = names.flatMap((name) => folders.map((folder) => join(folder, name)));
    return paths.find(isExecutable) ?? null;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false; // not there, or not for this user
  }
}
