/** A tone that needs no sound card: 440 Hz in the first channel, 880 Hz in the second, and so on, at -20 dB. */
import { monoNs } from '../sdk/node/rigdeck.mjs';
import { periodMs } from './commands.mjs';

/** @typedef {import('./sound-format.mjs').SoundFormat} SoundFormat */
/** @typedef {import('./capture.mjs').Source} Source */

const hertz = 440;
const amplitude = 0.1;

/**
 * A source that has samples like a sound card whose quartz is the clock of this machine.
 *
 * @param {SoundFormat} format
 * @returns {Source}
 */
export function toneSource(format) {
  const table = oneTurn(format);
  const fromNs = monoNs();
  let frames = 0;
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  return {
    start({ onData }) {
      timer = setInterval(() => {
        const due = Math.floor((Number(monoNs() - fromNs) * format.rate) / 1e9);
        while (frames < due) {
          const from = (frames * format.frameBytes) % table.length;
          const chunk = table.subarray(from, from + (due - frames) * format.frameBytes);
          frames += chunk.length / format.frameBytes;
          onData(chunk, fromNs + BigInt(Math.round((frames * 1e9) / format.rate)));
        }
      }, periodMs);
    },
    async stop() {
      clearInterval(timer);
    },
  };
}

/** As many frames as it takes until the tone begins anew. @param {SoundFormat} format */
function oneTurn({ rate, channels, bits, frameBytes }) {
  const frames = rate / greatestCommonDivisor(rate, hertz);
  const table = Buffer.alloc(frames * frameBytes);
  for (let sample = 0; sample < frames * channels; sample++) {
    const [frame, channel] = [Math.floor(sample / channels), sample % channels];
    const value = amplitude * Math.sin((2 * Math.PI * hertz * (channel + 1) * frame) / rate);
    table.writeIntLE(Math.round(value * (2 ** (bits - 1) - 1)), (sample * bits) / 8, bits / 8);
  }
  return table;
}

/** @param {number} a @param {number} b @returns {number} */
const greatestCommonDivisor = (a, b) => (b === 0 ? a : greatestCommonDivisor(b, a % b));
