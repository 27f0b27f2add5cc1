/** Frames of a video in an MPEG transport stream (ISO/IEC 13818-1), cut out whole, without decoding. */

/**
 * @typedef {object} Frame
 * @property {boolean} key a player can begin here
 * @property {number} pts 90 kHz, 33 bits
 * @property {bigint} arrivedNs when its first packet was read, on CLOCK_MONOTONIC
 * @property {Uint8Array[]} parts its packets, in order
 * @property {number} bytes
 */

const packetBytes = 188;
const syncByte = 0x47;
const patPid = 0;

/** Takes bytes as they come and gives whole frames: one is whole when the next begins. */
export class FrameCutter {
  /** Program association and map: every file must begin with them. @type {Map<number, Uint8Array>} */
  #tables = new Map();
  /** @type {Buffer} */
  #rest = Buffer.alloc(0);
  /** @type {Frame | null} */
  #frame = null;
  #videoPid = -1;
  #mapPid = -1;

  /**
   * @param {(frame: Frame) => void} give
   */
  constructor(give) {
    this.give = give;
  }

  /** The packets that begin a file. */
  get head() {
    return [patPid, this.#mapPid].flatMap((pid) => this.#tables.get(pid) ?? []);
  }

  /**
   * @param {Buffer} chunk kept until its frames are written; not to be used again
   * @param {bigint} nowNs
   * @throws when it is no transport stream
   */
  take(chunk, nowNs) {
    const missing = this.#rest.length === 0 ? 0 : packetBytes - this.#rest.length;
    if (chunk.length < missing) {
      this.#rest = Buffer.concat([this.#rest, chunk]);
      return;
    }
    if (missing > 0) this.#cut(Buffer.concat([this.#rest, chunk.subarray(0, missing)]), nowNs);
    const whole = missing + packetBytes * Math.floor((chunk.length - missing) / packetBytes);
    this.#cut(chunk.subarray(missing, whole), nowNs);
    this.#rest = chunk.subarray(whole);
  }

  /** @param {Buffer} data whole packets @param {bigint} nowNs */
  #cut(data, nowNs) {
    let from = 0;
    for (let at = 0; at < data.length; at += packetBytes) {
      if (data[at] !== syncByte)
        throw new Error('the encoder does not write an MPEG transport stream');
      const pid = ((byte(data, at + 1) & 0x1f) << 8) | byte(data, at + 2);
      if (pid === patPid || pid === this.#mapPid)
        this.#keepTable(pid, data.subarray(at, at + packetBytes));
      else if (begins(data, at) && this.#isVideo(data, at, pid)) {
        this.#append(data.subarray(from, at));
        this.end();
        this.#frame = beginning(data, at, nowNs);
        from = at;
      }
    }
    this.#append(data.subarray(from));
  }

  /** There is nothing more to come: the last frame is whole. */
  end() {
    if (this.#frame !== null) this.give(this.#frame);
    this.#frame = null;
  }

  /** @param {Uint8Array} run */
  #append(run) {
    if (this.#frame === null || run.length === 0) return;
    this.#frame.parts.push(run);
    this.#frame.bytes += run.length;
  }

  /** @param {number} pid @param {Uint8Array} packet */
  #keepTable(pid, packet) {
    this.#tables.set(pid, Uint8Array.from(packet)); // a copy: the chunk must not live on for it
    // After header, pointer and 8 bytes of section header the first program: its number, and the PID of its map.
    if (pid === patPid) this.#mapPid = ((byte(packet, 15) & 0x1f) << 8) | byte(packet, 16);
  }

  /** @param {Buffer} data @param {number} at @param {number} pid */
  #isVideo(data, at, pid) {
    if (this.#videoPid < 0) {
      const pes = payload(data, at);
      const startCode = [0, 1, 2].map((index) => byte(data, pes + index)).join(' ');
      if (startCode === '0 0 1' && (byte(data, pes + 3) & 0xf0) === 0xe0) this.#videoPid = pid;
    }
    return pid === this.#videoPid;
  }
}

/** @param {Uint8Array} data @param {number} at */
const byte = (data, at) => data[at] ?? 0;

/** payload_unit_start_indicator: something begins in this packet. @param {Uint8Array} data @param {number} at */
const begins = (data, at) => (byte(data, at + 1) & 0x40) !== 0;

/** @param {Uint8Array} data @param {number} at */
const adapts = (data, at) => (byte(data, at + 3) & 0x20) !== 0 && byte(data, at + 4) > 0;

/** @param {Uint8Array} data @param {number} at */
function payload(data, at) {
  const hasAdaptation = (byte(data, at + 3) & 0x20) !== 0;
  return at + 4 + (hasAdaptation ? 1 + byte(data, at + 4) : 0);
}

/** @param {Buffer} data @param {number} at @param {bigint} arrivedNs @returns {Frame} */
function beginning(data, at, arrivedNs) {
  const key = adapts(data, at) && (byte(data, at + 5) & 0x40) !== 0; // random_access_indicator
  const pts = ptsAt(data, payload(data, at) + 9);
  return { key, pts, arrivedNs, parts: [], bytes: 0 };
}

/** 33 bits in five bytes, with markers between. @param {Uint8Array} data @param {number} at */
function ptsAt(data, at) {
  const high = (byte(data, at) >> 1) & 0x07;
  const middle = (byte(data, at + 1) << 7) | (byte(data, at + 2) >> 1);
  const low = (byte(data, at + 3) << 7) | (byte(data, at + 4) >> 1);
  return high * 2 ** 30 + middle * 2 ** 15 + low;
}

/**
 * Marks that packets are missing before this frame on purpose: players expect no continuity then.
 *
 * @param {Frame} frame a key frame, which always has the field for it
 */
export function markDiscontinuity(frame) {
  const [first] = frame.parts;
  if (first !== undefined && adapts(first, 0)) first[5] = byte(first, 5) | 0x80;
}
