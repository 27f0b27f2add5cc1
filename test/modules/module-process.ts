import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import { until } from '../support/until.ts';

type Line = { readonly is: string; readonly id?: number; readonly [field: string]: unknown };

/** A module as the rig runs it: stdin is a FIFO that it holds open itself, descriptor 3 and its prints are appended files. */
export class ModuleProcess {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'rigdeck-module-'));
  readonly dir: string;
  readonly exited: Promise<{ code: number | null; signal: string | null }>;
  readonly #child: ChildProcess;
  readonly #fifo: string;
  #input: number | undefined;
  #seen = 0;
  #id = 0;

  constructor(command: readonly string[], options: object = {}, env: NodeJS.ProcessEnv = {}) {
    this.dir = this.folder;
    this.#fifo = path.join(this.folder, 'stdin');
    execFileSync('mkfifo', [this.#fifo]);
    const redirections = 'cd "$0" && exec "$@" <>stdin 3>>status >>prints 2>&1';
    this.#child = spawn('sh', ['-c', redirections, this.folder, ...command], {
      detached: true,
      stdio: 'ignore',
      env: {
        ...process.env,
        RIGDECK_PROTOCOL: 'rigdeck/1',
        RIGDECK_MODULE: 'it',
        RIGDECK_RUN: '1',
        RIGDECK_STATUS_FD: '3',
        RIGDECK_OPTIONS: JSON.stringify(options),
        ...env,
      },
    });
    this.exited = once(this.#child, 'exit').then(([code, signal]) => ({ code, signal }));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Writes a command as the daemon does (write-only, without waiting for a reader) and gives its id. */
  tell(what: string, fields: object = {}): number {
    this.#id += 1;
    this.write(`${JSON.stringify({ do: what, id: this.#id, ...fields })}\n`);
    return this.#id;
  }

  /** Writes bytes to stdin. Throws ENXIO before the module has opened it, so wait for `ready` first. */
  write(text: string): void {
    this.#input ??= openSync(this.#fifo, constants.O_WRONLY | constants.O_NONBLOCK);
    writeSync(this.#input, text);
  }

  arm(prefix = 'it_s001'): number {
    const session = { id: '0042', name: 'a "quoted" name' };
    return this.tell('arm', { dir: this.dir, prefix, session, trial: 1, segment: 1 });
  }

  /** Everything that was said, whole lines only. Lines that are no JSON are left out. */
  get said(): Line[] {
    return this.raw.split('\n').slice(0, -1).flatMap(parsed);
  }

  get raw(): string {
    return readOr(path.join(this.folder, 'status'));
  }

  get prints(): string {
    return readOr(path.join(this.folder, 'prints'));
  }

  read(file: string): string {
    return readOr(path.resolve(this.dir, file));
  }

  /** Waits for the next line of this kind after the one that was waited for last. */
  async hears(is: string, fields: object = {}): Promise<Line> {
    return await until(`${is} ${JSON.stringify(fields)}`, () => {
      const over = this.hasEnded;
      const lines = this.said;
      const index = lines.findIndex(
        (line, at) => at >= this.#seen && line.is === is && matches(line, fields),
      );
      if (index < 0 && over)
        throw new Error(`the module ended; it said ${this.raw} and printed ${this.prints}`);
      if (index < 0) return undefined;
      this.#seen = index + 1;
      return lines[index];
    });
  }

  /** Arms and records until the first sample was confirmed. Gives the name of the first file. */
  async records(prefix = 'it_s001'): Promise<string> {
    const armed = await this.hears('armed', { id: this.arm(prefix) });
    await this.hears('recording', { id: this.tell('record', { atMonoNs: '0' }) });
    return firstFile(armed);
  }

  async stops(): Promise<Line> {
    return await this.hears('idle', { id: this.tell('stop') });
  }

  /** Waits until the file has this many whole lines, and gives them. */
  async growsTo(file: string, lines: number): Promise<string[]> {
    return await until(`${lines} lines in ${file}`, () => {
      const rows = this.read(file).split('\n').slice(0, -1);
      return rows.length >= lines ? rows : undefined;
    });
  }

  kill(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  async remove(): Promise<void> {
    if (!this.hasEnded) process.kill(-this.pid, 'SIGKILL');
    await this.exited;
    if (this.#input !== undefined) closeSync(this.#input);
    rmSync(this.folder, { recursive: true });
  }
}

/** The file that a line names first, absolute. */
export function firstFile(line: Line): string {
  const { files } = line;
  expect(files).toEqual(expect.arrayContaining([expect.stringMatching(/^\//)]));
  return Array.isArray(files) ? String(files[0]) : '';
}

function matches(line: Line, fields: object): boolean {
  return Object.entries(fields).every(([name, value]) => line[name] === value);
}

function parsed(line: string): Line[] {
  try {
    return [JSON.parse(line)];
  } catch {
    return []; // the tests that ask for such lines read `raw`
  }
}

function readOr(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // not made yet
  }
}
