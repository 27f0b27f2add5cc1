/** A camera on the ribbon of a Raspberry Pi, read by rpicam-vid (once libcamera-vid). */
import { ask, findProgram } from '../sdk/node/program.mjs';
import { Problem } from '../sdk/node/rigdeck.mjs';

/** @typedef {import('./sources.mjs').Options} Options */
/** @typedef {import('./sources.mjs').Source} Source */

const answerMs = 10_000;
const cableRemedy = 'check the ribbon cable; `rpicam-hello --list-cameras` must list the camera';

export const rpicamProgram = () =>
  ['rpicam-vid', 'libcamera-vid'].find((name) => findProgram(name) !== null) ?? null;

/**
 * Asks which cameras there are.
 *
 * @param {Options} options
 * @returns {Promise<Source>}
 * @throws {Problem}
 */
export async function findRpicam(options) {
  const program = rpicamProgram();
  if (program === null) {
    const remedy = 'sudo apt install rpicam-apps (not -lite: it cannot write a stream)';
    throw new Problem('no-tool', 'rpicam-vid is not installed', { remedy });
  }
  const { lines } = await ask([program, '--list-cameras'], answerMs);
  const camera = chosen(options.device, camerasIn(lines), lines);
  const { width, height, rate } = options;
  const name = `${camera.name} (camera ${camera.number})`;
  return {
    ...{ name, width, height, rate, stampsOfKernel: false },
    command: [program, ...words(options, camera.number)],
    remedy: cableRemedy,
    isNews: (line) => /error|warn/i.test(line),
    explain: (said) => whyNot(said, name),
  };
}

/** @param {Options} options @param {string} camera */
function words({ width, height, rate, bitrate, gop, encoder, args }, camera) {
  return [
    ...['--camera', camera, '--nopreview', '--timeout', '0'],
    ...['--width', String(width), '--height', String(height), '--framerate', String(rate)],
    ...['--bitrate', String(bitrate), '--intra', String(Math.max(1, Math.round(gop * rate)))],
    // Only libav writes a stream with the time of each frame in it; without B-frames they come in the order of time.
    ...['--codec', 'libav', '--libav-format', 'mpegts', '--libav-video-codec-opts', 'bf=0'],
    ...(encoder === 'auto' ? [] : ['--libav-video-codec', encoder]),
    ...args,
    ...['--output', '-'],
  ];
}

/**
 * `0 : imx708 [4608x2592 10-bit RGGB] (/base/soc/i2c0mux/i2c@1/imx708@1a)`
 *
 * @param {string[]} lines
 */
function camerasIn(lines) {
  return lines.flatMap((line) => {
    const [, number, name] = /^\s*(\d+) : (\S+) \[/.exec(line) ?? [];
    return number === undefined || name === undefined ? [] : [{ number, name }];
  });
}

/** @param {string} wish @param {{ number: string, name: string }[]} cameras @param {string[]} said */
function chosen(wish, cameras, said) {
  const there = cameras.map(({ number, name }) => `${number}: ${name}`).join(', ');
  const found = cameras.find(({ number, name }) =>
    /^\d+$/.test(wish) ? number === wish : name.toLowerCase().includes(wish.toLowerCase()),
  );
  if (found !== undefined) return found;
  if (cameras.length === 0) {
    const last = said.at(-1) ?? 'rpicam-vid said nothing';
    throw new Problem('no-device', `no camera answers on the ribbon: ${last}`, {
      remedy: cableRemedy,
    });
  }
  throw new Problem('no-device', `there is no camera "${wish}" on the ribbon; there are ${there}`, {
    remedy: 'name one that is there with `device`',
  });
}

/** What rpicam-vid says, and what we say of it. */
const reasons = [
  {
    pattern: /in use by another process|failed to acquire camera/i,
    code: 'busy',
    words: 'is in use by another program',
    remedy: 'end that; `sudo fuser /dev/media*` shows it',
  },
  {
    pattern: /no cameras available|selected camera is not available/i,
    code: 'no-device',
    words: 'does not answer any more',
    remedy: cableRemedy,
  },
  {
    pattern: /Unrecognised codec|unrecognised option|libav: /i,
    code: 'encoder',
    words: 'cannot be written as a stream by this rpicam-vid',
    remedy: 'sudo apt install rpicam-apps',
  },
];

/** @param {string[]} said @param {string} name */
function whyNot(said, name) {
  const last =
    said.findLast((line) => /error|\*\*\*/i.test(line)) ?? said.at(-1) ?? 'it said nothing';
  const reason = reasons.find(({ pattern }) => pattern.test(said.join('\n')));
  if (reason !== undefined) {
    const { code, words: why, remedy } = reason;
    return new Problem(code, `${name} ${why}: ${last}`, { remedy });
  }
  return new Problem('camera-ended', `${name} ended: ${last}`, { remedy: cableRemedy });
}
