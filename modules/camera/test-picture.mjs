/** A moving test picture in real time, for rigs without a camera. */
import { Problem } from '../sdk/node/rigdeck.mjs';
import { ffmpegCommand, needFfmpeg } from './ffmpeg.mjs';

/** @typedef {import('./sources.mjs').Options} Options */

/** @param {Options} options @returns {Promise<import('./sources.mjs').Source>} */
export async function findTestPicture(options) {
  needFfmpeg();
  const { width, height, rate } = options;
  const picture = `testsrc2=size=${width}x${height}:rate=${rate}`;
  const input = ['-re', ...options.inputArgs, '-f', 'lavfi', '-i', picture];
  return {
    ...{ name: 'the test picture', width, height, rate, stampsOfKernel: false },
    command: ffmpegCommand(input, { ...options, encoder: 'libx264' }),
    remedy: 'the machine may be too busy: choose a smaller picture',
    isNews: () => true,
    explain: (words) =>
      new Problem('encoder', `ffmpeg ended: ${words.at(-1) ?? 'it said nothing'}`),
  };
}
