/** A FLAC file, written by a child: `flac`, or ffmpeg where that is missing. It can be read up to the last whole block. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { DiskSaver } from '../sdk/node/disk-saver.mjs';
import { warn } from '../sdk/node/link.mjs';
import { Problem } from '../sdk/node/rigdeck.mjs';
import { maxWaitingBytes } from './wav-file.mjs';

/** @typedef {import('./sound-format.mjs').SoundFormat} SoundFormat */

/** It never overwrites. The encoder is in a session of its own: a signal to the module's group must not cut the file short. */
export class EncodedFile {
  #child;
  #ended;
  #saver;
  #said = '';
  #bytes = 0;

  /** @param {string} name @param {SoundFormat} format @param {'flac' | 'ffmpeg'} encoder */
  constructor(name, format, encoder) {
    this.path = name;
    this.#saver = new DiskSaver(fs.openSync(name, 'wx'));
    const [program = '', ...words] = encoderCommand(encoder, format, name);
    this.encoder = program;
    this.#child = spawn(program, words, { detached: true, stdio: ['pipe', 'ignore', 'pipe'] });
    this.#child.stdin.on('error', () => undefined); // its end tells more than a broken pipe
    this.#child.stderr.on('data', (text) => {
      this.#said = `${this.#said}${text}`.slice(-1_000);
    });
    this.#ended = once(this.#child, 'close').then(([code, signal]) => code ?? signal, String);
  }

  get bytes() {
    try {
      this.#bytes = fs.statSync(this.path).size;
    } catch (error) {
      warn(error); // what was there last
    }
    return this.#bytes;
  }

  get queuePercent() {
    return (100 * this.#child.stdin.writableLength) / maxWaitingBytes;
  }

  /**
   * Takes whole frames.
   *
   * @param {Buffer} frames
   * @param {() => void} landed told when the encoder has them, which finishes the file also when this module is killed
   * @returns {boolean} false: the encoder has not kept up for so long that there is no room for them
   * @throws {Problem} where the encoder has ended
   */
  write(frames, landed) {
    const { exitCode, signalCode, stdin } = this.#child;
    if (exitCode !== null || signalCode !== null) throw this.#fault(exitCode ?? signalCode);
    if (stdin.writableLength + frames.length > maxWaitingBytes) return false;
    stdin.write(frames, (error) => {
      if (!error) landed();
    });
    return true;
  }

  /** Brings what the encoder has written to the disk itself, off the main thread. */
  save() {
    this.#saver.save();
  }

  async close() {
    this.#child.stdin.end();
    const code = await this.#ended;
    await this.#saver.close();
    if (code !== 0) throw this.#fault(code);
  }

  /** @param {unknown} code */
  #fault(code) {
    const words = this.#said.trim().split('\n').at(-1) ?? '';
    return new Problem('encoder', `${this.encoder} ended (${code})${words && `: ${words}`}`, {
      remedy: 'look at the disk; `file: wav` needs no encoder',
    });
  }
}

/**
 * The encoder that is installed.
 *
 * @returns {'flac' | 'ffmpeg'}
 * @throws {Problem} where there is none
 */
export function findEncoder() {
  const folders = (process.env.PATH ?? '').split(':');
  for (const encoder of /** @type {const} */ (['flac', 'ffmpeg']))
    if (folders.some((folder) => fs.existsSync(`${folder}/${encoder}`))) return encoder;
  throw new Problem('no-tool', 'neither flac nor ffmpeg is installed, which `file: flac` needs', {
    remedy: 'sudo apt install flac',
  });
}

/**
 * The command that turns raw samples on its stdin into a FLAC file, which exists already.
 *
 * @param {'flac' | 'ffmpeg'} encoder @param {SoundFormat} format @param {string} name
 */
function encoderCommand(encoder, { rate, channels, bits, ffmpeg }, name) {
  if (encoder === 'flac') {
    const layout = ['--endian=little', '--sign=signed', `--bps=${bits}`, `--channels=${channels}`];
    return [
      'flac',
      '--silent',
      '--force-raw-format',
      ...layout,
      `--sample-rate=${rate}`,
      '--force',
      `--output-name=${name}`,
      '-',
    ];
  }
  const input = ['-f', ffmpeg, '-ar', `${rate}`, '-ac', `${channels}`, '-i', 'pipe:0'];
  const output = ['-c:a', 'flac', '-f', 'flac', '-flush_packets', '1', '-y', `file:${name}`];
  return ['ffmpeg', '-nostdin', '-hide_banner', '-loglevel', 'error', ...input, ...output];
}
