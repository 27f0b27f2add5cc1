/** One recording: a row for each report of the receiver, whether it has a fix or not, and one where reports cease. */
import { monoNs, wake } from '../sdk/node/rigdeck.mjs';
import { fixRow, gapRow, rowsHead } from './rows.mjs';
import { describe, silence } from './words.mjs';

/** @typedef {import('../sdk/node/take.mjs').Take} Take */
/** @typedef {import('./gpsd-link.mjs').GpsdLink} GpsdLink */
/** @typedef {import('./receiver.mjs').Fix} Fix */
/** @typedef {import('./receiver.mjs').Receiver} Receiver */
/** @typedef {{ atNs: bigint, fix: Fix } | { atNs: bigint, line: string } | { atNs: bigint, gap: string }} Item */

/** Reports may come a little late; more than this many intervals without one, and some are missing. */
const missingIntervals = 2.5;
const maxWaiting = 1_000;

export class Recorder {
  #take;
  #link;
  #receiver;
  #rows;
  #lines;
  #waiting = /** @type {Item[]} */ ([]);
  /** The newest report in the file, or since when there could be one. */
  #lastNs = 0n;
  #isSilent = false;
  /** Nothing is in this file yet. */
  #isBlank = true;
  #wasResting = false;

  /**
   * @param {Take} take @param {GpsdLink} link @param {Receiver} receiver
   * @param {'nmea' | 'jsonl' | null} extension of the file of lines as gpsd said them
   */
  constructor(take, link, receiver, extension) {
    this.#take = take;
    this.#link = link;
    this.#receiver = receiver;
    this.#rows = take.open('csv', rowsHead);
    this.#lines = extension === null ? null : take.open(extension);
  }

  /** Something came from gpsd. @param {Item} item */
  hear(item) {
    this.#waiting = [...this.#waiting, item].slice(-maxWaiting);
    wake();
  }

  async run() {
    const take = this.#take;
    const goNs = await take.go();
    if (goNs === null) return;
    this.#lastNs = goNs;
    this.#waiting = this.#waiting.filter(({ atNs }) => atNs >= goNs);
    take.confirm(); // reports come when they come: what is recorded begins here
    const look = () => this.#look();
    for (let item = await take.next(look); item !== null; item = await take.next(look))
      this.#write(item);
    if (!take.resting) for (const item of this.#waiting) this.#write(item);
    this.#endFile();
  }

  /** What is to be written next; a segment that is due is begun here, also when nothing comes. */
  #look() {
    const [take, nowNs] = [this.#take, monoNs()];
    if (take.resting || this.#wasResting) {
      this.#wasResting = take.resting;
      [this.#waiting, this.#lastNs, this.#isSilent] = [[], nowNs, false];
      return null;
    }
    Object.assign(take, describe(this.#link, this.#receiver, nowNs, this.#lastNs));
    const item = this.#waiting.shift() ?? this.#gap(nowNs);
    if (item === null && take.splitNs !== null && nowNs >= take.splitNs) this.#split(nowNs);
    return item;
  }

  /** Reports have ceased: that is written down once. @param {bigint} nowNs @returns {Item | null} */
  #gap(nowNs) {
    const words = silence(this.#link, this.#receiver, nowNs, this.#lastNs);
    if (words === null || this.#isSilent) return null;
    this.#isSilent = true;
    return { atNs: nowNs, gap: words };
  }

  /** @param {Item} item */
  #write(item) {
    const { splitNs } = this.#take;
    if (splitNs !== null && item.atNs >= splitNs) this.#split(item.atNs);
    if ('line' in item) this.#lines?.write(`${item.line}\n`);
    else if ('gap' in item) this.#writeGap(item.atNs, item.gap);
    else this.#writeFix(item.fix);
  }

  /** @param {Fix} fix */
  #writeFix(fix) {
    const passedNs = Number(fix.atNs - this.#lastNs);
    const intervals = passedNs / this.#receiver.intervalNs;
    const missing = intervals > missingIntervals ? Math.round(intervals) - 1 : 0;
    const note = this.#isSilent ? `back after ${(passedNs / 1e9).toFixed(1)} s` : '';
    const marks = this.#take.marks.splice(0).map((mark) => mark.text ?? '');
    this.#rows.write(fixRow(fix, note, marks.join('; ')));
    this.#take.dropped += missing;
    this.#take.count += 1;
    [this.#lastNs, this.#isSilent, this.#isBlank] = [fix.atNs, false, false];
  }

  /** @param {bigint} atNs @param {string} note */
  #writeGap(atNs, note) {
    this.#rows.write(gapRow(atNs, new Date().toISOString(), note));
    this.#isBlank = false;
  }

  /** @param {bigint} atNs */
  #split(atNs) {
    this.#endFile();
    this.#take.splitAt(atNs);
    this.#isBlank = true;
    this.#take.confirm();
  }

  /** A file that ends before a report came says so, rather than nothing. */
  #endFile() {
    if (this.#isBlank) this.#writeGap(monoNs(), 'no report came');
  }
}
