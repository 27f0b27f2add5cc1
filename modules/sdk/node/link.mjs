/** What a module and the rig say to each other: lines on descriptor 3, prints, the clock, and waking up. */
import fs from 'node:fs';

/** @typedef {{ id?: number, [field: string]: any }} Command what the rig says; unknown fields are ignored */

export const maxLineLength = 65_536;
const levels = ['error', 'warn', 'info', 'debug'];

/** Now, on the clock that the rig's instants are on, in ns (libuv reads CLOCK_MONOTONIC). */
export const monoNs = () => process.hrtime.bigint();

/** Where answers go: descriptor 3 of the rig, stdout when a person runs the module by hand. */
export const statusFd = findStatusFd();
let unsaid = Buffer.alloc(0);
/** @type {NodeJS.Timeout | undefined} */
let retry;

function findStatusFd() {
  const fd = Number(process.env.RIGDECK_STATUS_FD ?? 3);
  try {
    const stat = fs.fstatSync(fd); // without the rig, 3 is one of Node's own descriptors
    return stat.isFile() || stat.isFIFO() || stat.isSocket() ? fd : 1;
  } catch {
    return 1; // not open
  }
}

/**
 * Says one line to the rig, in one write, so that it never tears. What does not fit (the run dir is full) is kept and
 * said later; it never ends a recording.
 *
 * @param {Record<string, unknown>} message `undefined` fields are left out
 */
export function say(message) {
  const line = Buffer.from(`${JSON.stringify(message)}\n`);
  if (unsaid.length + line.length <= maxLineLength) unsaid = Buffer.concat([unsaid, line]);
  flush();
}

function flush() {
  try {
    while (unsaid.length > 0) unsaid = unsaid.subarray(fs.writeSync(statusFd, unsaid));
  } catch (error) {
    clearTimeout(retry);
    retry = setTimeout(flush, 1_000).unref();
    log('debug', `the rig cannot be told: ${error}`);
  }
}

/** Says that a command cannot be done now. @param {Command} command @param {string} code @param {string} message */
export function decline(command, code, message) {
  say({ is: 'error', id: command.id, code, message, recoverable: true });
}

let level = Math.max(levels.indexOf(process.env.RIGDECK_LOG_LEVEL ?? 'info'), 0);
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', () => undefined); // a log on a full disk must not end a recording
}

/**
 * Prints one line to the module's log, if the level that people chose (at run time, too) lets it through.
 *
 * @param {'error' | 'warn' | 'info' | 'debug'} of
 * @param {string} text
 */
export function log(of, text) {
  if (levels.indexOf(of) <= level) process.stderr.write(`${of}: ${text}\n`);
}

/** @param {unknown} of what people chose; anything else changes nothing */
export function setLogLevel(of) {
  const chosen = levels.indexOf(String(of));
  if (chosen >= 0) level = chosen;
}

/** @param {unknown} error */
export const warn = (error) => log('warn', String(error));

let waiting = () => {};

/** Waits for a command, at most `ms`. One waits at a time: the module between recordings, or its recording. */
export function changed(ms = 2 ** 31 - 1) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    waiting = () => {
      clearTimeout(timer);
      resolve(undefined);
    };
  });
}

/** Something was commanded: whoever waits looks at it. */
export const wake = () => waiting();
