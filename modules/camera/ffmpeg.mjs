/** What the cameras that ffmpeg reads have in common. */
import { findProgram } from '../sdk/node/program.mjs';
import { Problem } from '../sdk/node/rigdeck.mjs';

/** @typedef {import('./sources.mjs').Options} Options */

/** @throws {Problem} */
export function needFfmpeg() {
  if (findProgram('ffmpeg') !== null) return;
  throw new Problem('no-tool', 'ffmpeg is not installed', { remedy: 'sudo apt install ffmpeg' });
}

/**
 * The command that reads a camera and writes a transport stream to stdout, a frame at a time.
 *
 * @param {string[]} input
 * @param {Options} options
 */
export function ffmpegCommand(input, options) {
  return [
    ...['ffmpeg', '-hide_banner', '-nostdin', '-loglevel', 'warning'],
    ...input,
    ...['-an', '-sn', '-map', '0:v:0'],
    ...encoding(options),
    ...options.args,
    // The stamps of the input go through as they are. Without -flush_packets frames wait until a buffer is full.
    ...['-f', 'mpegts', '-mpegts_copyts', '1', '-muxdelay', '0', '-muxpreload', '0'],
    ...['-flush_packets', '1', 'pipe:1'],
  ];
}

/** @param {Options} options */
function encoding({ encoder, bitrate, gop, rate }) {
  // Parameter sets before each key frame: a file must be able to begin with any.
  const everyKeyFrame = ['-bsf:v', 'dump_extra=freq=keyframe'];
  if (encoder === 'copy') return ['-c:v', 'copy', ...everyKeyFrame];
  const interval = String(Math.max(1, Math.round(gop * rate)));
  // Frames as they come, none doubled or left out, with stamps finer than a frame.
  const common = ['-fps_mode', 'passthrough', '-enc_time_base', '1:90000', '-pix_fmt', 'yuv420p'];
  const size = ['-b:v', String(bitrate), '-g', interval, '-bf', '0'];
  if (encoder === 'h264_v4l2m2m') return [...common, '-c:v', encoder, ...size, ...everyKeyFrame];
  const limit = ['-maxrate', String(bitrate), '-bufsize', String(bitrate)];
  const fast = ['-preset', 'ultrafast', '-tune', 'zerolatency', '-sc_threshold', '0'];
  return [...common, '-c:v', 'libx264', ...fast, ...size, ...limit];
}
