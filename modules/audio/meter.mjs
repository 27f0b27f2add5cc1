/** What people see of the sound: levels, and what is wrong with them; and one row an interval beside the file. */
import { monoNs } from '../sdk/node/rigdeck.mjs';
import { Levels } from './levels.mjs';

/** @typedef {import('../sdk/node/take.mjs').Take} Take */
/** @typedef {import('./levels.mjs').Level} Level */
/** @typedef {import('./sound-format.mjs').SoundFormat} SoundFormat */

/** Below this there is no microphone: 16 bits have no smaller step. */
const silenceDb = -90;
const silentAfterS = 5;
const clippingDb = -0.1;
const queueWarnPercent = 50;
/** Gauges for more channels than these would fill the screen; the rows have all. */
const maxShown = 8;

/** The first line of the rows. @param {number} channels */
export function rowsHead(channels) {
  const levels = numbered(channels).flatMap((n) => [`peakDb${n}`, `rmsDb${n}`]);
  return `monoNs,at,frame,dropped,overruns,${levels.join(',')},mark\n`;
}

export class Meter {
  #take;
  #format;
  #levels;
  #intervalFrames;
  #rows;
  #card;
  #frame = 0;
  /** Nothing is in this file of rows: what is heard first is told at once, so that one that is cut short holds something. */
  #isBlank = true;
  #endNs = 0n;
  #silentS;

  /**
   * @param {Take} take @param {SoundFormat} format @param {number} intervalS
   * @param {{ write: (row: string) => void } | null} rows
   * @param {{ readonly overruns: number, readonly recentOverruns: number }} card
   */
  constructor(take, format, intervalS, rows, card) {
    this.#take = take;
    this.#format = format;
    this.#levels = new Levels(format);
    this.#intervalFrames = intervalS * format.rate;
    this.#rows = rows;
    this.#card = card;
    this.#silentS = new Float64Array(format.channels);
    take.detail = this.#layout;
  }

  /**
   * Frames that were written to the file.
   *
   * @param {Buffer} frames @param {bigint} endNs when the one after the last was taken @param {number} queuePercent
   */
  add(frames, endNs, queuePercent) {
    this.#levels.add(frames);
    this.#frame += frames.length / this.#format.frameBytes;
    this.#endNs = endNs;
    if (this.#isBlank || this.#levels.frames >= this.#intervalFrames) this.#tell(queuePercent);
  }

  /** The file ends: what has not been told yet is a row of it. */
  end() {
    if (this.#levels.frames > 0) this.#tell(0);
  }

  /** A new file begins. */
  begin() {
    this.#frame = 0;
    this.#isBlank = true;
  }

  /** @param {number} queuePercent */
  #tell(queuePercent) {
    this.#isBlank = false;
    const seconds = this.#levels.frames / this.#format.rate;
    const levels = this.#levels.take();
    for (const [index, { peakDb }] of levels.entries())
      this.#silentS[index] = peakDb < silenceDb ? (this.#silentS[index] ?? 0) + seconds : 0;
    this.#show(levels, queuePercent);
    const marks = this.#take.marks.splice(0).map((mark) => mark.text ?? '');
    const at = new Date(Date.now() - Number(monoNs() - this.#endNs) / 1e6).toISOString();
    const place = [this.#endNs, at, this.#frame];
    const cells = levels.flatMap(({ peakDb, rmsDb }) => [peakDb, rmsDb]);
    const row = [...place, this.#take.dropped, this.#card.overruns, ...cells];
    this.#rows?.write(`${row.join(',')},${quoted(marks.join('; '))}\n`);
  }

  /** @param {Level[]} levels @param {number} queuePercent */
  #show(levels, queuePercent) {
    const silentS = Math.round(Math.max(...this.#silentS));
    const clipped = levels.reduce((sum, level) => sum + level.clipped, 0);
    this.#take.gauges = {
      ...Object.fromEntries(levels.slice(0, maxShown).flatMap(channelGauges)),
      silent: { value: silentS, warn: silentAfterS, unit: 's' },
      clipped: { value: clipped, warn: 1, unit: 'samples' },
      overruns: { value: this.#card.recentOverruns, warn: 1 },
      queue: { value: Math.round(queuePercent), warn: queueWarnPercent, unit: '%' },
    };
    const loud = levels.slice(0, maxShown).map(({ rmsDb }) => Math.round(rmsDb));
    const alarms = [
      this.#silent.length > 0 ? `channel ${this.#silent.join(', ')} is silent` : null,
      clipped > 0 ? 'clipping' : null,
    ].filter((words) => words !== null);
    this.#take.detail = [this.#layout, `${loud.join(' / ')} dB`, ...alarms].join(', ');
  }

  get #silent() {
    return numbered(this.#format.channels).filter(
      (n) => (this.#silentS[n - 1] ?? 0) >= silentAfterS,
    );
  }

  get #layout() {
    const { rate, channels } = this.#format;
    return `${rate / 1_000} kHz ${channels === 1 ? 'mono' : `${channels} channels`}`;
  }
}

/** @param {Level} level @param {number} index @returns {[string, { value: number, warn?: number, unit: string }][]} */
const channelGauges = ({ peakDb, rmsDb }, index) => [
  [`peak${index + 1}`, { value: peakDb, warn: clippingDb, unit: 'dBFS' }],
  [`rms${index + 1}`, { value: rmsDb, unit: 'dBFS' }],
];

/** 1, 2, .. @param {number} count */
const numbered = (count) => Array.from({ length: count }, (_, index) => index + 1);

/** A cell of CSV (RFC 4180), on one line, so that a row stays a line. @param {string} text */
function quoted(text) {
  const line = text.replaceAll(/[\r\n]+/g, ' ');
  return /[",]/.test(line) ? `"${line.replaceAll('"', '""')}"` : line;
}
