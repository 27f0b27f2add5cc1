/** A webcam or another camera of the kernel's (V4L2), read by ffmpeg. */
import { ask } from '../sdk/node/program.mjs';
import { log, Problem } from '../sdk/node/rigdeck.mjs';
import { ffmpegCommand, needFfmpeg } from './ffmpeg.mjs';
import { chooseCamera, holdersOf, listCameras } from './v4l2-devices.mjs';

/** @typedef {import('./sources.mjs').Options} Options */
/** @typedef {import('./sources.mjs').Source} Source */
/** @typedef {{ name: string, sizes: string[], steps: boolean }} Format what the camera can give */

const answerMs = 5_000;

/**
 * Asks the camera what it can give. It may be in use meanwhile: only recording needs it alone.
 *
 * @param {Options} options
 * @returns {Promise<Source>}
 * @throws {Problem}
 */
export async function findV4l2(options) {
  needFfmpeg();
  const { device, name } = chooseCamera(options.device, listCameras());
  const question = ['-hide_banner', '-nostdin', '-f', 'v4l2', '-list_formats', 'all', '-i', device];
  const { lines } = await ask(['ffmpeg', ...question], answerMs);
  const formats = formatsIn(lines);
  if (formats.length === 0) throw whyNot(lines, device, name);
  const inputFormat = chosenFormat(options, formats, name);
  const { width, height, rate } = options;
  const input = [
    ...[...options.inputArgs, '-copyts', '-f', 'v4l2', '-input_format', inputFormat],
    ...['-framerate', String(rate), '-video_size', `${width}x${height}`, '-i', device],
  ];
  /** @type {Source} */
  const source = {
    ...{ name, width, height, rate, stampsOfKernel: true },
    command: ffmpegCommand(input, options),
    remedy: `plug ${name} in again; \`v4l2-ctl --list-devices\` must list it`,
    isNews: (line) => heed(source, line),
    explain: (words) => whyNot(words, device, name),
  };
  return source;
}

/**
 * `[video4linux2,v4l2 @ 0x55] Compressed:  mjpeg :  Motion-JPEG : 1280x720 640x480`, or `{32-2592, 2}x{32-1944, 2}` where any size goes.
 *
 * @param {string[]} lines
 * @returns {Format[]}
 */
function formatsIn(lines) {
  return lines.flatMap((line) => {
    const [, name, rest = ''] = /(?:Raw|Compressed)\s*:\s*(\S+) :(.*)$/.exec(line) ?? [];
    if (name === undefined || name === 'Unsupported') return [];
    return [{ name, sizes: rest.match(/\b\d+x\d+\b/g) ?? [], steps: rest.includes('}x{') }];
  });
}

/** @param {Options} options @param {Format[]} formats @param {string} name */
function chosenFormat({ inputFormat, encoder, width, height }, formats, name) {
  const size = `${width}x${height}`;
  const wished = encoder === 'copy' && inputFormat === 'auto' ? 'h264' : inputFormat;
  const allowed = formats.filter((format) => wished === 'auto' || format.name === wished);
  if (allowed.length === 0) {
    const there = formats.map((format) => format.name).join(', ');
    throw new Problem('format', `${name} does not give ${wished}; it gives ${there}`, {
      remedy: 'change `inputFormat`',
    });
  }
  const fitting = allowed.filter(({ sizes, steps }) => steps || sizes.includes(size));
  if (fitting.length === 0) {
    const there = [...new Set(allowed.flatMap(({ sizes }) => sizes))].join(', ');
    throw new Problem('size', `${name} has no picture of ${size}; it has ${there}`, {
      remedy: 'change `width` and `height`',
    });
  }
  // Raw pictures of this size are too much for USB 2 at full rate.
  const best = fitting.find((format) => format.name === 'mjpeg') ?? fitting[0];
  return best?.name ?? wished;
}

/**
 * The driver may do otherwise than it was told, and says so.
 *
 * @param {Source} source
 * @param {string} line
 */
function heed(source, line) {
  const size = /driver changed the video from \d+x\d+ to (\d+)x(\d+)/.exec(line);
  const rate = /driver changed the time per frame from \d+\/\d+ to (\d+)\/(\d+)/.exec(line);
  if (size) [source.width, source.height] = [Number(size[1]), Number(size[2])];
  if (rate) source.rate = Math.round((1_000 * Number(rate[2])) / Number(rate[1])) / 1_000;
  if (size || rate)
    log('warn', `${source.name} gives ${source.width}x${source.height}@${source.rate}`);
  return false;
}

/** @param {string[]} words of ffmpeg @param {string} device @param {string} name */
function whyNot(words, device, name) {
  const text = words.join('\n');
  if (/Device or resource busy/.test(text)) {
    const holders = holdersOf(device).join(', ') || 'a process that this user may not see';
    return new Problem('busy', `${name} is in use by ${holders}`, {
      remedy: 'end that, or choose another camera with `device`',
    });
  }
  if (/Permission denied/.test(text)) {
    const remedy = 'sudo usermod -aG video $USER, and log in again';
    return new Problem('forbidden', `${name} may not be opened by this user`, { remedy });
  }
  if (
    /No such (file|device)|ENODEV|Input\/output error|Inappropriate ioctl|Not a video capture/.test(
      text,
    )
  ) {
    const said = words.at(-1) ?? '';
    return new Problem('no-device', `${name} does not answer as a camera: ${said}`, {
      remedy: 'plug it in again, or choose another one with `device`',
    });
  }
  return new Problem('encoder', `${name} gives no video: ${words.at(-1) ?? 'ffmpeg ended'}`);
}
