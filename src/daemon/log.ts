import { sanitize } from '../protocol/sanitize.ts';
import type { LogLevel } from '../protocol/vocabulary.ts';

const order: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];

/** The daemon's own log on stderr: lines for people on a terminal, one JSON object a line otherwise. */
export class Log {
  level: LogLevel;
  readonly #isForPeople = process.stderr.isTTY === true;

  constructor(level: LogLevel) {
    this.level = level;
    // Whoever reads the log may go away; the rig does not.
    process.stderr.on('error', () => undefined);
  }

  write(level: LogLevel, message: string): void {
    if (order.indexOf(level) > order.indexOf(this.level)) return;
    const at = new Date().toISOString();
    const line = this.#isForPeople
      ? `${at.slice(11, 23)} ${level.padEnd(5)} ${sanitize(message, 2_000)}`
      : JSON.stringify({ at, level, message });
    process.stderr.write(`${line}\n`);
  }
}
