/** The programs that read a sound card. Both print raw samples, and what goes wrong in words. */

/** @typedef {import('./sound-format.mjs').SoundFormat} SoundFormat */

/** Samples come in chunks of so much; a shorter one costs CPU and tells no more about time. */
export const periodMs = 50;
/** So much the card keeps for us while the machine is busy, if it can. */
const bufferMs = 1_000;

/** @param {string} device @param {SoundFormat} format */
export const arecordCommand = (device, { name, rate, channels }) => [
  'arecord',
  '--verbose', // it tells the true rate
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
  ...['ffmpeg', '-nostdin', '-hide_banner', '-nostats', '-loglevel', 'info'], // it tells the true rate
  ...['-fflags', 'nobuffer', '-probesize', '32', '-analyzeduration', '0', '-c:a', `pcm_${ffmpeg}`],
  ...['-f', 'alsa', '-sample_rate', `${rate}`, '-channels', `${channels}`, '-i', device],
  ...['-c:a', 'copy', '-bsf:a', 'setts=ts=N', '-f', ffmpeg, '-flush_packets', '1', 'pipe:1'],
];

/** The card lost samples: arecord says `overrun!!! (at least 12.3 ms long)`, ffmpeg `ALSA buffer xrun.` @param {string} line */
export const isOverrun = (line) => /\b(?:overrun|xrun)\b/.test(line);

/**
 * The rate of the device as the program tells it, which need not be the one that was asked for: arecord takes what is near, and is
 * silent about 5 % and less. Where ALSA converts, the first is what comes out and the second is that of the card.
 *
 * @param {string} line
 * @returns {number | null}
 */
export function toldRate(line) {
  const [, exact, stream] =
    /^\s*exact rate\s*: ([\d.]+)|^\s*Stream #0:0\b.*?, (\d+) Hz/.exec(line) ?? [];
  return exact === undefined && stream === undefined ? null : Number(exact ?? stream);
}

/** Words of a program about what went wrong, among all that it tells. @param {string} line */
export const isComplaint = (line) => /^(?:arecord:|ALSA lib|\[\w+ @|spawn )/.test(line);
