/** A camera that is open: its encoder, and the frames that nobody has taken yet. */

import { Program } from '../sdk/node/program.mjs';
import { log, monoNs, wake } from '../sdk/node/rigdeck.mjs';
import { FrameClock } from './frame-clock.mjs';
import { FrameCutter } from './frames.mjs';

/** @typedef {import('./frames.mjs').Frame & { ptsS: number, monoNs: bigint }} TimedFrame */
/** @typedef {import('./sources.mjs').Source} Source */

/** What a card that takes its time may owe. Then the encoder has to wait, and drops frames. */
const maxWaitingBytes = 16_000_000;
/** What was read lies outside V8's heap, where V8 sees no reason to tidy up: it is asked to, each time so much was read. */
const tidyBytes = 400_000;
/** An encoder that was told to end gives its last frames within this time. */
const finishMs = 3_000;

export class Camera {
  /** @type {TimedFrame[]} */
  #frames = [];
  #waitingBytes = 0;
  #untidyBytes = 0;
  /** @type {unknown} */
  #broken = null;
  #streamEnded = false;

  /** @param {Source} source */
  constructor(source) {
    this.source = source;
    this.clock = new FrameClock(source.stampsOfKernel);
    this.cutter = new FrameCutter((frame) => this.#keep(frame));
    this.program = new Program(source.command, {
      stdout: 'pipe',
      onLine: (line) => log(source.isNews(line) ? 'info' : 'debug', line),
    });
    const { stdout } = this.program.child;
    stdout?.on('data', (chunk) => this.#take(chunk));
    for (const over of ['end', 'close', 'error']) stdout?.on(over, () => this.#over());
    this.lastNs = monoNs();
  }

  /** @param {Buffer} chunk */
  #take(chunk) {
    try {
      this.cutter.take(chunk, monoNs());
    } catch (error) {
      this.#broken = error;
      this.program.signal('SIGKILL');
    }
    this.#tidy(chunk.length);
    if (this.#waitingBytes > maxWaitingBytes) this.program.child.stdout?.pause();
    wake();
  }

  /** @param {number} bytes */
  #tidy(bytes) {
    this.#untidyBytes += bytes;
    if (this.#untidyBytes < tidyBytes) return;
    this.#untidyBytes = 0;
    globalThis.gc?.({ type: 'minor' }); // with --expose-gc, as module.json says
  }

  /** @param {import('./frames.mjs').Frame} frame */
  #keep(frame) {
    this.lastNs = frame.arrivedNs;
    this.#frames.push({ ...frame, ...this.clock.at(frame.pts, frame.arrivedNs) });
    this.#waitingBytes += frame.bytes;
  }

  #over() {
    if (!this.#streamEnded) this.cutter.end();
    this.#streamEnded = true;
    wake();
  }

  /** How full its memory is. */
  get queuePercent() {
    return Math.round((100 * this.#waitingBytes) / maxWaitingBytes);
  }

  get hasEnded() {
    return this.#streamEnded && this.program.exit !== null;
  }

  /** The next frame; null while there is none. */
  next() {
    const frame = this.#frames.shift() ?? null;
    if (frame !== null) this.#waitingBytes -= frame.bytes;
    if (this.#waitingBytes < maxWaitingBytes / 2) this.program.child.stdout?.resume();
    return frame;
  }

  /** Forgets all that came before the newest frame that a player can begin with. Whether there is one. */
  keepNewest() {
    const newest = this.#frames.findLastIndex(({ key }) => key);
    for (let index = 0; index < newest; index++) this.next();
    return newest >= 0;
  }

  /** Why it ended, in words. */
  get problem() {
    if (this.#broken !== null) return this.#broken;
    return this.source.explain(this.program.lastWords, this.program.exit);
  }

  /** Lets go of the camera. Frames that were on their way can be taken afterwards. */
  async end() {
    this.program.child.stdout?.resume();
    await this.program.end('SIGINT', finishMs);
  }
}
