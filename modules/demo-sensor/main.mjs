/** A sensor that is not there. README.md lists its options: each is a bad habit of a real module, for tests and the demo. */
import { setTimeout as sleep } from 'node:timers/promises';
import { log, monoNs, options, Problem, refuse, run, say } from '../sdk/node/rigdeck.mjs';
import {
  badLines,
  crashAfter,
  deafAfter,
  defaults,
  floodLines,
  floodPrints,
  hostileWords,
} from './habits.mjs';

const habits = options(defaults);
const foreverNs = 2n ** 62n;
const shapes = {
  sine: (/** @type {number} */ s) => Math.sin(2 * Math.PI * s),
  ramp: (/** @type {number} */ s) => s % 1,
  noise: () => Math.random(),
  constant: () => 1,
};
/** @typedef {import('../sdk/node/take.mjs').Take} Take */

const value =
  /** @type {Record<string, (s: number) => number>} */ (shapes)[habits.shape] ??
  refuse(`option shape must be one of ${Object.keys(shapes).join(', ')}, not ${habits.shape}`);
/** Rises over all recordings of this run, so that a lost or doubled row shows. */
let n = 0;
/** @type {NodeJS.Timeout | undefined} */
let crash;

setInterval(() => undefined, 2 ** 31 - 1); // lives on where a habit leaves nothing else to wait for
if (habits.crashIdle) crashAfter(habits.crashIdle, habits);
if (habits.floodPrints) floodPrints(habits.floodPrints);
if (habits.neverReady) log('info', 'never ready');
else await begin();

async function begin() {
  await sleep(habits.readyAfter);
  if (habits.floodLines) floodLines(habits.floodLines);
  if (habits.badLines) badLines(habits.badLines);
  if (habits.deafAfter) deafAfter(habits.deafAfter);
  if (habits.controlCodes) process.stdout.write(`${hostileWords}\n`);
  const can = habits.noPause ? ['arm', 'mark', 'split'] : ['arm', 'pause', 'mark', 'split'];
  const running = run({ record, version: '1.0', can });
  if (habits.ignoreSigterm) ignoreSignals();
  await running;
}

/** @param {Take} take */
async function record(take) {
  await sleep(habits.armAfter);
  if (habits.failArm) throw new Problem('no-device', armWords(), { remedy: 'plug the sensor in' });
  const rows = take.open('csv', 'n,monoNs,value\n');
  const habit = recordingHabits(take);
  for await (const dueNs of take.samples(habits.rate)) {
    if (take.count === 0) await sleep(habits.firstSampleDelay);
    const nowNs = take.count === 0 && habits.firstSampleDelay ? monoNs() : dueNs;
    n += 1;
    const row = `${n},${nowNs},${value(Number(nowNs) / 1e9).toFixed(6)}\n`;
    if (habits.lie) take.written = (take.written ?? 0) + row.length;
    else rows.write(row);
    take.detail = habits.controlCodes ? hostileWords : `${habits.shape} ${habits.rate} Hz`;
    take.confirm(nowNs);
    await habit(nowNs);
  }
  await finalize(take);
}

/** What it does after a while of recording. @param {Take} take */
function recordingHabits(take) {
  const crashMs = habits.crashEvery || ((take.segment ?? 1) === 1 ? habits.crashAfter : 0);
  const { errorAfter } = habits;
  const error = typeof errorAfter === 'number' ? { ms: errorAfter } : errorAfter;
  const errorMs = error?.ms ?? Number.POSITIVE_INFINITY;
  const stallMs = habits.stallAfter || Number.POSITIVE_INFINITY;
  /** @type {bigint | undefined} */
  let firstNs;
  return async (/** @type {bigint} */ nowNs) => {
    if (firstNs === undefined && crashMs > 0) crash = crashAfter(crashMs, habits);
    firstNs ??= nowNs;
    const ms = Number(nowNs - firstNs) / 1e6;
    if (ms >= errorMs) complain({ ...error, ms: undefined });
    if (ms >= errorMs || ms >= stallMs) await take.hold(foreverNs);
  };
}

/** @param {object} error */
function complain(error) {
  const usual = { code: 'sensor', message: 'the sensor gave up', recoverable: true };
  say({ is: 'error', ...usual, ...error });
}

/** @param {Take} take */
async function finalize(take) {
  clearTimeout(crash);
  if (habits.hangOnStop)
    await new Promise((resolve) => process.once('SIGTERM', resolve).once('SIGINT', resolve));
  for (let left = habits.slowFinalize; left > 0; left -= 200) {
    take.finalizing(left);
    await sleep(Math.min(left, 200));
  }
}

function armWords() {
  if (habits.controlCodes) return hostileWords;
  return typeof habits.failArm === 'string' ? habits.failArm : 'the sensor is not plugged in';
}

function ignoreSignals() {
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.removeAllListeners(signal).on(signal, () => log('info', `${signal} ignored`));
  }
}
