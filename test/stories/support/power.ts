import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { until } from '../../support/until.ts';

export const namespaces: readonly string[] = [
  '--pid',
  '--fork',
  '--kill-child',
  '--mount-proc',
  '--mount',
  '--cgroup',
  '--ipc',
  '--uts',
];

type Settings = {
  readonly env?: Record<string, string>;
  /** A folder of the machine. */
  readonly cwd?: string;
};

/** A machine in namespaces: its first process, which takes all others with it. */
export class Power {
  readonly #boot: readonly string[];
  #init: ChildProcess | null = null;
  #pid = '';

  /** @param boot the command that becomes its first process, with all that it mounts */
  constructor(...boot: string[]) {
    this.#boot = boot;
  }

  /** Its first process, in this machine's numbers. */
  get pid(): string {
    return this.#pid;
  }

  async on(): Promise<void> {
    // Ends also with a test that was killed and could not cut it.
    const words = ['--pdeathsig', 'KILL', 'unshare', ...namespaces, ...this.#boot];
    const init = spawn('setpriv', words, { stdio: 'ignore' });
    this.#init = init;
    this.#pid = await until('there is a first process', () => childOf(init));
  }

  /** Ends all that runs at once, as a pulled plug does. */
  async cut(): Promise<void> {
    const init = this.#init;
    init?.kill('SIGKILL');
    await until('it is gone', () => init?.exitCode !== null || init.signalCode !== null);
    await until('its first process is gone', () => !existsSync(`/proc/${this.#pid}`));
  }

  run(
    [name = '', ...words]: readonly string[],
    { env = {}, cwd = '/' }: Settings = {},
  ): Promise<{ code: number; stdout: string }> {
    return new Promise((resolve) => {
      const there = ['sh', '-c', 'cd "$0" && exec "$@"', cwd, name, ...words];
      const all = ['-t', this.#pid, '-p', '-m', '-C', '-u', '-i', ...there];
      execFile('nsenter', all, { env, timeout: 60_000 }, (error, stdout) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout });
      });
    });
  }
}

function childOf({ pid }: ChildProcess): string | null {
  const path = `/proc/${pid}/task/${pid}/children`;
  return existsSync(path) ? readFileSync(path, 'utf8').trim() || null : null;
}
