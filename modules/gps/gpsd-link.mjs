/** The connection to gpsd (its protocol: gpsd_json(5)). It is kept, and made again whenever it is lost. */
import net from 'node:net';
import { log, monoNs } from '../sdk/node/rigdeck.mjs';

/** @typedef {{ host: string, port: number, device: string, nmea: boolean }} Wanted `device` empty: every receiver */
/** @typedef {{ class?: string, [field: string]: any }} Report one object of gpsd */
/** @typedef {(line: string, report: Report | null, atNs: bigint) => void} Hear `report` null: a sentence of NMEA */

const againMs = 1_000;
/** Who has heard nothing for so long asks; who hears nothing for three times that connects anew. */
const quietMs = 5_000;
const maxLineLength = 65_536;

export class GpsdLink {
  /** What gpsd says it is, such as `3.22`; null while it does not answer. @type {string | null} */
  release = null;
  /** Paths of the receivers that gpsd has. */
  devices = /** @type {Set<string>} */ (new Set());
  /** Why there is no answer, for the log. */
  fault = '';
  /** When something that it said came last. */
  heardNs = 0n;
  #wanted;
  #hear;
  #partial = '';
  /** @type {net.Socket | undefined} */
  #socket;

  /** @param {Wanted} wanted @param {Hear} hear gets every line */
  constructor(wanted, hear) {
    this.#wanted = wanted;
    this.#hear = hear;
  }

  get place() {
    return `${this.#wanted.host}:${this.#wanted.port}`;
  }

  /** Connects, and again whenever the connection is lost, for ever. */
  open() {
    const { host, port } = this.#wanted;
    const socket = net.connect(port, host);
    this.#socket = socket;
    this.heardNs = monoNs();
    this.#partial = '';
    const ask = setInterval(() => this.#askWhenQuiet(), quietMs);
    socket.setEncoding('utf8');
    socket.on('data', (text) => this.#take(String(text)));
    socket.on('error', (error) => {
      this.fault = error.message;
    });
    socket.on('close', () => {
      clearInterval(ask);
      if (this.release !== null)
        log('warn', `gpsd is gone: ${this.fault || 'it closed the connection'}`);
      this.release = null;
      this.devices.clear();
      setTimeout(() => this.open(), againMs);
    });
  }

  #askWhenQuiet() {
    const quietForMs = Number(monoNs() - this.heardNs) / 1e6;
    if (quietForMs > 3 * quietMs) this.#socket?.destroy();
    else if (quietForMs > quietMs && this.release !== null) this.#socket?.write('?DEVICES;\n');
  }

  /** @param {string} text */
  #take(text) {
    const atNs = monoNs();
    this.heardNs = atNs;
    const lines = (this.#partial + text).split('\n');
    this.#partial = (lines.pop() ?? '').slice(0, maxLineLength);
    for (const line of lines) this.#read(line.trim(), atNs);
  }

  /** @param {string} line @param {bigint} atNs */
  #read(line, atNs) {
    const report = line.startsWith('{') ? parsed(line) : null;
    if (report === null && !/^[$!]/.test(line)) return;
    if (report?.class === 'VERSION') this.#greet(report);
    if (report?.class === 'DEVICES') this.#know(report.devices);
    if (report?.class === 'DEVICE') this.#note(report);
    this.#hear(line, report, atNs);
  }

  /** @param {Report} version */
  #greet({ release }) {
    this.release = String(release);
    this.fault = '';
    const { device, nmea } = this.#wanted;
    // `pps` asks for TOFF, too: when a sentence came in, measured by gpsd itself.
    const watch = { enable: true, json: true, pps: true, ...(nmea && { nmea }) };
    const which = device === '' ? {} : { device };
    this.#socket?.write(`?WATCH=${JSON.stringify({ ...watch, ...which })}\n?DEVICES;\n`);
  }

  /** @param {unknown} list */
  #know(list) {
    const known = Array.isArray(list) ? list : [];
    this.devices = new Set(
      known.map((one) => String(one?.path)).filter((path) => this.#fits(path)),
    );
  }

  /** One that has come, or gone: then it is not activated. @param {Report} device */
  #note({ path, activated }) {
    if (activated === 0) this.devices.delete(String(path));
    else if (this.#fits(String(path))) this.devices.add(String(path));
  }

  /** @param {string} path */
  #fits(path) {
    return this.#wanted.device === '' || this.#wanted.device === path;
  }
}

/** @param {string} line @returns {Report | null} */
function parsed(line) {
  try {
    const value = JSON.parse(line);
    return typeof value === 'object' ? value : null;
  } catch {
    log('debug', `gpsd said something that is no JSON: ${line.slice(0, 200)}`);
    return null;
  }
}
