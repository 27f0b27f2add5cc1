/** The programs that read a sound card. Both print raw samples, and what goes wrong in words. */

/** @typedef {import('./sound-format.mjs').SoundFormat} SoundFormat */

/** Samples come in chunks of so much; a shorter one costs CPU and tells no more about time. */
export const periodMs = 50;
/** So much the card keeps for us while the machine is busy, if it can. */
const bufferMs = 1_000;

/** @param {string} device @param {SoundFormat} format */
export const arecordCommand = (device, { name, rate, channels }) => [
  'arecord',
  '--quiet',
  `--device=${device}`,
  '--file-type=raw',
  `--format=${name}`,
  `--rate=${rate}`,
  `--channels=${channels}`,
  `--period-time=${periodMs * 1_000}`,
  `--buffer-time=${bufferMs * 1_000}`,
];

/**
 * Samples go through untouched. ffmpeg stamps what it reads by the clock, and would complain of stamps that do not rise.
 *
 * @param {string} device @param {SoundFormat} format
 */
export const ffmpegCommand = (device, { ffmpeg, rate, channels }) => [
  ...['ffmpeg', '-nostdin', '-hide_banner', '-nostats', '-loglevel', 'warning'],
  ...['-fflags', 'nobuffer', '-probesize', '32', '-analyzeduration', '0', '-c:a', `pcm_${ffmpeg}`],
  ...['-f', 'alsa', '-sample_rate', `${rate}`, '-channels', `${channels}`, '-i', device],
  ...['-c:a', 'copy', '-bsf:a', 'setts=ts=N', '-f', ffmpeg, '-flush_packets', '1', 'pipe:1'],
];

/** The card lost samples: arecord says `overrun!!! (at least 12.3 ms long)`, ffmpeg `ALSA buffer xrun.` @param {string} line */
export const isOverrun = (line) => /\b(?:overrun|xrun)\b/.test(line);

/** The card runs at a rate of its own, and a file would play too fast or too slow. @param {string} line */
export const otherRate = (line) => {
  const got = /rate is not accurate \(requested = \d+Hz, got = (\d+)Hz\)/.exec(line);
  return got === null ? null : Number(got[1]);
};
