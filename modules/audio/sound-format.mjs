/** How samples are laid out. */

/**
 * @typedef {object} SoundFormat
 * @property {string} name as ALSA calls it
 * @property {number} rate frames a second
 * @property {number} channels
 * @property {number} bits of one sample
 * @property {number} frameBytes one sample of every channel
 * @property {string} ffmpeg what ffmpeg calls it
 */

const layouts = {
  S16_LE: { bits: 16, ffmpeg: 's16le' },
  S24_3LE: { bits: 24, ffmpeg: 's24le' },
  S32_LE: { bits: 32, ffmpeg: 's32le' },
};
const maxChannels = 32;

/**
 * @param {{ format: string, rate: number, channels: number }} chosen
 * @returns {SoundFormat}
 * @throws {RangeError} in words, where there is no such format
 */
export function soundFormat({ format, rate, channels }) {
  const name = Object.keys(layouts).find((one) => one === format.toUpperCase());
  if (name === undefined)
    throw new RangeError(
      `format ${format}: only ${Object.keys(layouts).join(', ')} can be recorded`,
    );
  if (!Number.isInteger(rate) || rate < 1_000 || rate > 768_000)
    throw new RangeError(`rate ${rate}: it must be a whole number from 1000 to 768000 Hz`);
  if (!Number.isInteger(channels) || channels < 1 || channels > maxChannels)
    throw new RangeError(
      `channels ${channels}: it must be a whole number from 1 to ${maxChannels}`,
    );
  const { bits, ffmpeg } = layouts[/** @type {keyof typeof layouts} */ (name)];
  return { name, rate, channels, bits, frameBytes: (channels * bits) / 8, ffmpeg };
}
