/** A program that works for a module and does not outlive it. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { warn } from './link.mjs';
import { Problem } from './rigdeck.mjs';

/** So many of its last lines are kept, for whoever asks why it ended. */
const keptLines = 12;
const maxLine = 4_096;
/** What it had printed before it ended is waited for so long: a child of its own may keep the pipe open for ever. */
const lastWordsMs = 500;

/** What the rig tells a module is not for its programs: by these names modules are known. */
const ofModules = ['PROTOCOL', 'MODULE', 'RUN', 'OPTIONS', 'STATUS_FD', 'LOG_LEVEL'].map(
  (name) => `RIGDECK_${name}`,
);

/**
 * The absolute name of a program; null where it is not installed.
 *
 * @param {string} name as people write it, with a path or without
 */
export function findProgram(name, { cwd = process.cwd(), places = process.env.PATH ?? '' } = {}) {
  const folders = name.includes('/') ? [cwd] : places.split(':').filter((place) => place !== '');
  return folders.map((folder) => path.resolve(folder, name)).find(canRun) ?? null;
}

/** @param {string} file */
function canRun(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/** A running program, in a session of its own: signals that end the module do not reach it before the module is ready. */
export class Program {
  /** @type {string[]} */
  lastWords = [];
  /** How it ended; null while it runs. @type {{ code: number | null, signal: NodeJS.Signals | null } | null} */
  exit = null;

  /**
   * Starts it.
   *
   * @param {readonly string[]} command program and arguments
   * @param {object} [how]
   * @param {'ignore' | 'pipe'} [how.stdin]
   * @param {'pipe' | 'lines' | number} [how.stdout] `lines`: as stderr; a number is a descriptor
   * @param {(line: string) => void} [how.onLine] told each line of stderr, and of stdout where those are lines
   * @param {NodeJS.Signals | null} [how.orphaned] the signal it gets when its module is killed; null: none
   * @param {NodeJS.ProcessEnv} [how.env]
   * @param {string} [how.cwd]
   * @throws {Problem} `no-tool`
   */
  constructor(command, how = {}) {
    const { stdin = 'ignore', stdout = 'lines', onLine = () => {}, env = process.env, cwd } = how;
    const [name = '', ...args] = command;
    const file = findProgram(name, { cwd, places: env.PATH });
    if (file === null) throw new Problem('no-tool', `${name} is not installed`);
    const { orphaned = 'SIGKILL' } = how;
    const words = [...(orphaned === null ? [] : untilWeDie(orphaned)), file, ...args];
    this.child = spawn(words[0] ?? file, words.slice(1), {
      detached: true,
      stdio: [stdin, stdout === 'lines' ? 'pipe' : stdout, 'pipe'],
      env: Object.fromEntries(Object.entries(env).filter(([name]) => !ofModules.includes(name))),
      cwd,
    });
    const keep = (/** @type {string} */ line) => {
      this.lastWords = [...this.lastWords, line].slice(-keptLines);
      onLine(line);
    };
    if (stdout === 'lines') readLines(this.child.stdout, keep);
    readLines(this.child.stderr, keep);
    this.ended = this.#untilEnded();
  }

  get pid() {
    return this.child.pid ?? 0;
  }

  /** @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null }>} */
  #untilEnded() {
    return new Promise((resolve) => {
      const tell = () => resolve(this.exit ?? { code: null, signal: null });
      this.child.on('error', (error) => {
        this.lastWords.push(String(error));
        this.exit ??= { code: null, signal: null };
        tell();
      });
      this.child.on('exit', (code, signal) => {
        this.exit = { code, signal };
        setTimeout(tell, lastWordsMs).unref();
      });
      this.child.on('close', tell);
    });
  }

  /**
   * Sends a signal to it and to what it has started.
   *
   * @param {NodeJS.Signals} signal
   */
  signal(signal) {
    if (this.exit !== null || this.pid === 0) return;
    try {
      process.kill(-this.pid, signal);
    } catch (error) {
      warn(error); // it has just ended
    }
  }

  /**
   * Ends it: politely, and with SIGKILL when that takes too long.
   *
   * @param {NodeJS.Signals} signal
   * @param {number} patienceMs
   */
  async end(signal, patienceMs) {
    this.signal(signal);
    const timer = setTimeout(() => this.signal('SIGKILL'), patienceMs);
    const exit = await this.ended;
    clearTimeout(timer);
    return exit;
  }
}

/**
 * PR_SET_PDEATHSIG (prctl(2)) by way of setpriv(1) of util-linux, which becomes the program itself. Without it a program that
 * writes to us ends at its next write.
 *
 * @param {NodeJS.Signals} signal
 */
function untilWeDie(signal) {
  const setpriv = findProgram('setpriv');
  return setpriv === null ? [] : [setpriv, '--pdeathsig', signal.replace('SIG', '')];
}

/** @param {import('node:stream').Readable | null} from @param {(line: string) => void} tell */
function readLines(from, tell) {
  let partial = '';
  from?.setEncoding('utf8');
  from?.on('data', (/** @type {string} */ chunk) => {
    const lines = (partial + chunk).split(/[\r\n]+/);
    partial = (lines.pop() ?? '').slice(0, maxLine);
    for (const line of lines) if (line.trim() !== '') tell(line.slice(0, maxLine));
  });
  from?.on('end', () => {
    if (partial.trim() !== '') tell(partial);
  });
  from?.on('error', warn);
}

/**
 * Runs a program to its end and gives what it printed, stdout and stderr together.
 *
 * @param {readonly string[]} command
 * @param {number} patienceMs then it is killed
 * @returns {Promise<{ code: number | null, lines: string[] }>} `code` is null when it was killed
 * @throws {Problem} `no-tool`
 */
export async function ask(command, patienceMs) {
  /** @type {string[]} */
  const lines = [];
  const program = new Program(command, { onLine: (line) => lines.push(line) });
  const timer = setTimeout(() => program.signal('SIGKILL'), patienceMs);
  const { code } = await program.ended;
  clearTimeout(timer);
  return { code, lines };
}
