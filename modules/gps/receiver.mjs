/** What the receiver says, put together: fixes with the satellites and the clock of the moment. */

/** @typedef {import('./gpsd-link.mjs').Report} Report */
/**
 * @typedef {object} Fix one report of position, with or without one
 * @property {bigint} atNs when it arrived
 * @property {string} at the same by the wall clock
 * @property {string} device
 * @property {number} mode 0 unknown, 1 no fix, 2 without height, 3 with it
 * @property {number | null} lat degrees
 * @property {number | null} lon degrees
 * @property {number | null} altM above the sea
 * @property {number | null} speedMS metres a second over ground
 * @property {number | null} trackDeg from true north
 * @property {number | null} ephM horizontal error, 95 %
 * @property {number | null} used satellites
 * @property {number | null} seen satellites
 * @property {string | null} gpsTime UTC
 * @property {number | null} clockMs our clock less that of GPS
 * @property {'pps' | 'toff' | 'arrival' | null} clockFrom how that was measured, the best first
 */
/** @typedef {{ used: number | null, seen: number | null }} Sky */
/** @typedef {{ ms: number, atNs: bigint }} ClockLook */

/** A measure of the clock that is older than this is not of this fix. */
const freshNs = 2_000_000_000n;
/** From so many reports the usual time between two is known. */
const paceReports = 8;
/** What `mode` of gpsd means when it is this or more. */
export const hasFix = 2;

export class Receiver {
  /** The newest. @type {Fix | null} */
  fix = null;
  /** When there was a fix last; before the first: since when one is waited for. */
  fixedNs;
  /** The usual time between two reports of one device. In ns. */
  intervalNs = 1e9;
  #skies = /** @type {Map<string, Sky>} */ (new Map());
  #looks = /** @type {Map<string, ClockLook>} */ (new Map());
  #intervals = /** @type {number[]} */ ([]);

  /** @param {bigint} nowNs */
  constructor(nowNs) {
    this.fixedNs = nowNs;
  }

  /**
   * @param {Report} report @param {bigint} atNs @param {number} wallMs
   * @returns {Fix | null} null: it was about something else
   */
  hear(report, atNs, wallMs) {
    if (report.class === 'SKY') this.#look(report);
    if (report.class === 'TOFF') this.#compare('toff', report, atNs);
    if (report.class === 'PPS') this.#compare('pps', report, atNs);
    return report.class === 'TPV' ? this.#locate(report, atNs, wallMs) : null;
  }

  /** Some reports of the sky have no satellites, old ones no sums. @param {Report} sky */
  #look({ device, satellites, uSat, nSat }) {
    const all = Array.isArray(satellites) ? satellites : null;
    const used = number(uSat) ?? all?.filter((one) => one?.used === true).length ?? null;
    const seen = number(nSat) ?? all?.length ?? null;
    if (seen !== null) this.#skies.set(String(device), { used, seen });
  }

  /** @param {'toff' | 'pps'} by @param {Report} report @param {bigint} atNs */
  #compare(by, { device, real_sec, real_nsec, clock_sec, clock_nsec }, atNs) {
    const ms = (Number(clock_sec) - Number(real_sec)) * 1e3 + (clock_nsec - real_nsec) / 1e6;
    if (Number.isFinite(ms)) this.#looks.set(`${by} ${device}`, { ms, atNs });
  }

  /** @param {Report} tpv @param {bigint} atNs @param {number} wallMs @returns {Fix} */
  #locate(tpv, atNs, wallMs) {
    const device = String(tpv.device ?? '');
    const gpsTime = typeof tpv.time === 'string' ? tpv.time : null;
    const { used = null, seen = null } = this.#skies.get(device) ?? {};
    if (this.fix?.device === device) this.#pace(Number(atNs - this.fix.atNs));
    this.fix = {
      atNs,
      at: new Date(wallMs).toISOString(),
      device,
      mode: number(tpv.mode) ?? 0,
      lat: number(tpv.lat),
      lon: number(tpv.lon),
      altM: number(tpv.altMSL) ?? number(tpv.alt),
      speedMS: number(tpv.speed),
      trackDeg: number(tpv.track),
      ephM: number(tpv.eph),
      used,
      seen,
      gpsTime,
      ...this.#clock(device, gpsTime, atNs, wallMs),
    };
    if (this.fix.mode >= hasFix) this.fixedNs = atNs;
    return this.fix;
  }

  /** @param {string} device @param {string | null} gpsTime @param {bigint} atNs @param {number} wallMs */
  #clock(device, gpsTime, atNs, wallMs) {
    for (const by of /** @type {const} */ (['pps', 'toff'])) {
      const look = this.#looks.get(`${by} ${device}`);
      if (look && atNs - look.atNs < freshNs) return { clockMs: rounded(look.ms), clockFrom: by };
    }
    const ms = gpsTime === null ? Number.NaN : wallMs - Date.parse(gpsTime);
    return Number.isFinite(ms)
      ? { clockMs: rounded(ms), clockFrom: /** @type {const} */ ('arrival') }
      : { clockMs: null, clockFrom: null };
  }

  /** @param {number} passedNs */
  #pace(passedNs) {
    this.#intervals = [...this.#intervals, passedNs].slice(-paceReports);
    const median = this.#intervals.toSorted((a, b) => a - b)[paceReports / 2];
    if (median) this.intervalNs = median;
  }
}

/** @param {unknown} of @returns {number | null} */
const number = (of) => (typeof of === 'number' && Number.isFinite(of) ? of : null);

/** Thousandths of a ms. @param {number} ms */
const rounded = (ms) => Math.round(ms * 1e3) / 1e3;
