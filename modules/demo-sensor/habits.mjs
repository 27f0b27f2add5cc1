/** The habits of the demo sensor that are not about its samples. */
import fs from 'node:fs';
import { say, statusFd } from '../sdk/node/rigdeck.mjs';

/** Times in ms; 0 is never. Numbers of a second where it says so. */
export const defaults = {
  rate: 10,
  shape: 'sine',
  readyAfter: 0,
  neverReady: false,
  armAfter: 0,
  /** true, or the words. */
  failArm: /** @type {boolean | string | null} */ (null),
  firstSampleDelay: 0,
  lie: false,
  stallAfter: 0,
  /** `{ ms, code, message, remedy, recoverable }` */
  errorAfter: /** @type {number | { ms: number, [field: string]: unknown } | null} */ (null),
  crashAfter: 0,
  crashEvery: 0,
  crashIdle: 0,
  crashSignal: '',
  exitCode: 1,
  hangOnStop: false,
  slowFinalize: 0,
  ignoreSigterm: false,
  deafAfter: 0,
  noPause: false,
  floodPrints: 0,
  floodLines: 0,
  badLines: 0,
  controlCodes: false,
};

/** Clears a screen, changes a title, rings, hides and reverses text. */
export const hostileWords =
  '\u001b[2J\u001b[31mred\u001b]0;title\u0007 \u202egnp.exe \u0000\u009b5A';

/**
 * Ends this process as a crash would, after `ms`.
 *
 * @param {number} ms
 * @param {{ crashSignal: string, exitCode: number }} how
 */
export function crashAfter(ms, { crashSignal, exitCode }) {
  return setTimeout(() => {
    process.stderr.write('error: here it crashes\n');
    if (crashSignal) process.kill(process.pid, crashSignal);
    else process.exit(exitCode);
  }, ms);
}

/** Stops reading commands: they pile up. @param {number} ms */
export function deafAfter(ms) {
  setTimeout(() => process.stdin.pause(), ms);
}

/** @param {number} bytesPerS */
export function floodPrints(bytesPerS) {
  const line = `${'all work and no play makes a dull log '.repeat(4)}\n`;
  tenTimesASecond(bytesPerS / line.length, (lines) => process.stdout.write(line.repeat(lines)));
}

/** @param {number} linesPerS */
export function floodLines(linesPerS) {
  let said = 0;
  tenTimesASecond(linesPerS, (lines) => {
    for (let i = 0; i < lines; i += 1) {
      said += 1;
      say({ is: 'progress', detail: `line ${said}` });
    }
  });
}

/** Lines that are no JSON, too long, cut, binary, or of a wrong shape, in turn. @param {number} linesPerS */
export function badLines(linesPerS) {
  const lines = [
    'no JSON at all',
    '{"is":"dance"}',
    '{"is":"progress","bytes":"many"}',
    '{"is":"armed","files":[1,2]}',
    '[1,2,3]',
    '{"is":',
    '"\u001b[2J"',
    `{"is":"error","message":"${'long '.repeat(14_000)}"}`,
    '\u0000\ufffd\u0001',
  ];
  let next = 0;
  tenTimesASecond(linesPerS, (count) => {
    for (let i = 0; i < count; i += 1) fs.writeSync(statusFd, `${lines[next++ % lines.length]}\n`);
  });
}

/**
 * Calls ten times a second with how many are due, so that `perS` come out.
 *
 * @param {number} perS
 * @param {(count: number) => void} make
 */
function tenTimesASecond(perS, make) {
  let owed = 0;
  setInterval(() => {
    owed += perS / 10;
    make(Math.floor(owed));
    owed -= Math.floor(owed);
  }, 100);
}
