import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from './kernel.ts';

/**
 * The lines that daemons of this run dir have exported to sysfs: a file for each, which says by which process. They are the way to
 * know our own leftovers after `kill -9`: an exported line stays exported, and nobody else can use it. Like the exports, the files
 * are gone with the next boot.
 */
export class ExportedLines {
  readonly #folder: string;
  readonly #sysfs: string;

  /** @param sysfs `/sys/class/gpio`; the run dir's own folder has a name that no module can have */
  constructor(runDir: string, sysfs: string) {
    this.#folder = join(runDir, 'gpio.exported');
    this.#sysfs = sysfs;
  }

  /** @throws an error of the system: no permission, or the line is taken (`EBUSY`) */
  export(number: number): void {
    mkdirSync(this.#folder, { recursive: true });
    const note = join(this.#folder, String(number));
    // First the note: a line without one would never be given back.
    writeFileSync(note, identityOf(process.pid) ?? '');
    try {
      writeFileSync(join(this.#sysfs, 'export'), String(number));
    } catch (error) {
      rmSync(note);
      throw error;
    }
  }

  unexport(number: number): void {
    try {
      writeFileSync(join(this.#sysfs, 'unexport'), String(number));
    } catch (error) {
      // EINVAL: it is not exported any more. ENOENT: there is no such sysfs any more.
      if (!['EINVAL', 'ENOENT', 'ENODEV'].includes(errnoOf(error) ?? '')) throw error;
    }
    this.forget(number);
  }

  /** It is ours no more: somebody has unexported it, or its chip is gone. */
  forget(number: number): void {
    rmSync(join(this.#folder, String(number)), { force: true });
  }

  /** Gives back what a killed daemon has left, so that either backend can have it. Lamps keep their level. */
  unexportLeftovers(): void {
    for (const name of this.#names()) {
      if (!this.#isInUse(name)) this.unexport(Number(name));
    }
  }

  /** A daemon may be alive while somebody only looks at its lines. */
  #isInUse(name: string): boolean {
    const owner = readFileSync(join(this.#folder, name), 'utf8');
    return owner !== '' && identityOf(Number(owner.split(' ')[0])) === owner;
  }

  #names(): string[] {
    try {
      return readdirSync(this.#folder).filter((name) => /^\d+$/.test(name));
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return [];
      throw error;
    }
  }
}

/** Process and start time (proc_pid_stat(5), field 22): the number of a process comes again, both do not. Null: there is none. */
function identityOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return `${pid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ESRCH') return null;
    throw error;
  }
}
