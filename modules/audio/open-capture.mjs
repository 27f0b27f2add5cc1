/** Opens what is to be recorded, or says why that cannot be. */
import { log, Problem } from '../sdk/node/rigdeck.mjs';
import { Capture } from './capture.mjs';
import { childSource } from './child-source.mjs';
import { arecordCommand, ffmpegCommand } from './commands.mjs';
import { deviceProblem, isMissing, isNoProgram } from './device-problem.mjs';
import { alsaNames, configuredNames, soundCards } from './sound-cards.mjs';
import { toneSource } from './tone.mjs';

/** @typedef {import('./sound-format.mjs').SoundFormat} SoundFormat */
/** @typedef {{ source: 'auto' | 'arecord' | 'ffmpeg' | 'test', device: string, format: SoundFormat }} Chosen */

/** Well below the time that a module has to arm. */
const openMs = 6_000;
const commands = { arecord: arecordCommand, ffmpeg: ffmpegCommand };
/** @type {Record<Chosen['source'], ('arecord' | 'ffmpeg')[]>} */
const programs = {
  auto: ['arecord', 'ffmpeg'],
  arecord: ['arecord'],
  ffmpeg: ['ffmpeg'],
  test: [],
};

/**
 * Opens the device, by every name that it may have.
 *
 * @param {Chosen} chosen
 * @returns {Promise<Capture>} samples flow
 * @throws {Problem} which names the device and what to do
 */
export async function openCapture({ source, device, format }) {
  if (source === 'test') {
    const capture = new Capture(toneSource(format), format, 'test');
    await capture.open(openMs);
    return capture;
  }
  const cards = soundCards();
  const names = alsaNames(device, cards);
  /** @type {string[]} */
  let lines = [];
  for (const program of programs[source]) {
    const capture = await openWith(program, names, { device, format });
    if (capture.ended === null) return capture;
    lines = capture.lines;
    if (!isNoProgram(lines)) break;
  }
  throw deviceProblem({ device, names, lines, cards, configured: await configuredNames() });
}

/**
 * @param {'arecord' | 'ffmpeg'} program @param {string[]} names @param {{ device: string, format: SoundFormat }} chosen
 * @returns {Promise<Capture>} samples flow, or it has ended and its lines say why
 */
async function openWith(program, names, { device, format }) {
  const [name = device, ...others] = names;
  const capture = new Capture(childSource(commands[program](name, format)), format, name);
  const isOpen = await flows(capture, device, format.rate);
  if (!isOpen && others.length > 0 && isMissing(capture.lines))
    return await openWith(program, others, { device, format });
  if (isOpen && program === 'ffmpeg')
    log('info', 'ffmpeg costs more than arecord and is coarser: sudo apt install alsa-utils');
  return capture;
}

/**
 * @param {Capture} capture @param {string} device @param {number} rate
 * @returns {Promise<boolean>} false: the program has ended and said why
 */
async function flows(capture, device, rate) {
  const outcome = await capture.open(openMs);
  const [given = rate, ofCard = rate] = capture.rates;
  if (outcome === 'flows' && isNear(given, rate)) {
    if (!isNear(ofCard, rate)) log('info', `the card runs at ${ofCard} Hz, ALSA converts`);
    return true;
  }
  await capture.close();
  if (outcome === 'ended') return false;
  if (outcome === 'too fast') throw tooFast(device);
  if (outcome === 'flows')
    throw new Problem('rate', `"${device}" records at ${given} Hz, not at ${rate}`, {
      remedy: `set options.rate to ${given}, or take a plughw: device, which converts`,
    });
  throw new Problem('no-data', `"${device}" is open and gives no samples`, {
    remedy: 'plug it out and in again; look at dmesg',
  });
}

/** No quartz is better than this. @param {number} a @param {number} b */
const isNear = (a, b) => Math.abs(a / b - 1) < 0.001;

/** @param {string} device */
export const tooFast = (device) =>
  new Problem(
    'no-clock',
    `"${device}" gives samples faster than time passes: it is no sound card`,
    {
      remedy: 'choose another device; `source: test` gives a tone without one',
    },
  );
