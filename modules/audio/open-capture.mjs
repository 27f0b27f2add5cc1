/** Opens what is to be recorded, or says why that cannot be. */
import { Problem } from '../sdk/node/rigdeck.mjs';
import { Capture } from './capture.mjs';
import { childSource } from './child-source.mjs';
import { arecordCommand, ffmpegCommand, otherRate } from './commands.mjs';
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
    for (const name of names) {
      const capture = new Capture(childSource(commands[program](name, format)), format, name);
      if (await flowing(capture, device)) return capture;
      lines = capture.lines;
      if (!isMissing(lines)) break;
    }
    if (!isNoProgram(lines)) break;
  }
  throw deviceProblem({ device, names, lines, cards, configured: await configuredNames() });
}

/**
 * @param {Capture} capture @param {string} device
 * @returns {Promise<Capture | null>} null: the program has ended and said why
 */
async function flowing(capture, device) {
  const outcome = await capture.open(openMs);
  const rate = capture.lines.map(otherRate).find((one) => one !== null);
  if (outcome === 'flows' && rate === undefined) return capture;
  await capture.close();
  if (outcome === 'ended') return null;
  if (outcome === 'too fast') throw tooFast(device);
  if (rate !== undefined)
    throw new Problem('rate', `"${device}" records at ${rate} Hz only`, {
      remedy: `set options.rate to ${rate}, or take a plughw: device, which converts`,
    });
  throw new Problem('no-data', `"${device}" is open and gives no samples`, {
    remedy: 'plug it out and in again; look at dmesg',
  });
}

/** @param {string} device */
export const tooFast = (device) =>
  new Problem(
    'no-clock',
    `"${device}" gives samples faster than time passes: it is no sound card`,
    {
      remedy: 'choose another device; `source: test` gives a tone without one',
    },
  );
