/** Which camera it is that records. */
import { Problem } from '../sdk/node/rigdeck.mjs';
import { findRpicam, rpicamProgram } from './rpicam.mjs';
import { findTestPicture } from './test-picture.mjs';
import { findV4l2 } from './v4l2.mjs';
import { listCameras } from './v4l2-devices.mjs';

/**
 * @typedef {object} Options
 * @property {string} source auto, rpicam, v4l2 or test
 * @property {string} device path, number or part of a name; empty: the first
 * @property {string} inputFormat auto, mjpeg, yuyv422, h264 ..
 * @property {number} width
 * @property {number} height
 * @property {number} rate frames per second
 * @property {number} bitrate bits per second
 * @property {number} gop seconds between frames that a file can begin with
 * @property {boolean} preroll whether a recording begins with the key frame before its start
 * @property {'ts' | 'mkv'} format
 * @property {string} encoder auto, libx264, h264_v4l2m2m or copy
 * @property {string[]} args more words for the encoder
 * @property {string[]} inputArgs more words for ffmpeg's input
 */

/**
 * A camera that answered.
 *
 * @typedef {object} Source
 * @property {string} name for people
 * @property {string[]} command writes an MPEG transport stream to stdout
 * @property {number} width as it really is, and so are the next two
 * @property {number} height
 * @property {number} rate
 * @property {boolean} stampsOfKernel whether frames carry CLOCK_MONOTONIC
 * @property {string} remedy when it falls silent
 * @property {(line: string) => boolean} isNews whether a line of it is worth being printed
 * @property {(words: string[], exit: { code: number | null, signal: NodeJS.Signals | null } | null) => Problem} explain why it
 *   ended
 */

const known = ['auto', 'rpicam', 'v4l2', 'test'];

/**
 * Asks the camera whether it is there, and lets go of it.
 *
 * @param {Options} options
 * @returns {Promise<Source>}
 * @throws {Problem} that names the device and what to do
 */
export async function findSource(options) {
  if (options.source === 'test') return await findTestPicture(options);
  if (options.source === 'rpicam') return await findRpicam(options);
  if (options.source === 'v4l2') return await findV4l2(options);
  if (options.source === 'auto') return await findAny(options);
  throw new Problem('source', `no such source: ${options.source}; there are ${known.join(', ')}`, {
    recoverable: false,
  });
}

/** A camera on the ribbon first, where the Pi has a program for it. @param {Options} options */
async function findAny(options) {
  const isPath = options.device.startsWith('/');
  const webcams = listCameras().length;
  if (isPath || (rpicamProgram() === null && webcams > 0)) return await findV4l2(options);
  if (rpicamProgram() === null) throw nothing;
  return await findRpicam(options).catch((error) => {
    if (webcams > 0) return findV4l2(options);
    throw error;
  });
}

const nothing = new Problem(
  'no-device',
  'no camera answers: no webcam is plugged in, and rpicam-vid, which reads a camera on the ribbon, is not installed',
  {
    remedy:
      'plug in a webcam, or sudo apt install rpicam-apps; `source: test` records a test picture',
  },
);
