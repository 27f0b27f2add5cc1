/** What people see of the receiver, and what is wrong with it. */
import { Problem } from '../sdk/node/rigdeck.mjs';
import { hasFix } from './receiver.mjs';

/** @typedef {import('./gpsd-link.mjs').GpsdLink} GpsdLink */
/** @typedef {import('./receiver.mjs').Receiver} Receiver */
/** @typedef {{ value: number, warn?: number, unit?: string }} Gauge */

/** A receiver that says nothing for so long has gone; it speaks once a second or oftener. */
const silentNs = 5_000_000_000n;
const waitingWarnS = 120;
/** A sentence comes up to a second after what it tells of. */
const clockWarnMs = 2_000;

/**
 * Why nothing can be recorded, if so.
 *
 * @param {GpsdLink} link
 * @param {string} device as people wrote it; empty: any
 * @returns {Problem | null}
 */
export function linkProblem(link, device) {
  if (link.release === null)
    return new Problem('no-gpsd', `no answer from gpsd on ${link.place}`, {
      remedy: 'is gpsd running? sudo apt install gpsd; sudo systemctl start gpsd',
    });
  if (link.devices.size > 0) return null;
  return new Problem('no-device', `gpsd has no receiver${device === '' ? '' : ` ${device}`}`, {
    remedy: 'plug it in, or name it under DEVICES= in /etc/default/gpsd and restart gpsd',
  });
}

/**
 * Why no reports come, in a few words; null while they come.
 *
 * @param {GpsdLink} link @param {Receiver} receiver @param {bigint} nowNs @param {bigint} sinceNs waited for since then
 */
export function silence(link, receiver, nowNs, sinceNs) {
  if (link.release === null) return `no answer from gpsd on ${link.place}`;
  const last = receiver.fix === null || receiver.fix.atNs < sinceNs ? sinceNs : receiver.fix.atNs;
  if (nowNs - last < silentNs) return null;
  return `no data from ${[...link.devices].join(', ') || 'any receiver'}`;
}

/**
 * The row on the screen.
 *
 * @param {GpsdLink} link @param {Receiver} receiver @param {bigint} nowNs @param {bigint} sinceNs
 * @returns {{ detail: string, gauges: Record<string, Gauge> }}
 */
export function describe(link, receiver, nowNs, sinceNs) {
  const { fix } = receiver;
  const age = seconds(nowNs - (fix?.atNs ?? sinceNs));
  const silent = silence(link, receiver, nowNs, sinceNs);
  const isFixed = silent === null && fix !== null && fix.mode >= hasFix;
  const waiting = isFixed ? 0 : seconds(nowNs - receiver.fixedNs);
  return {
    detail: silent === null ? fixWords(receiver, waiting) : `${silent}, ${age} s`,
    gauges: {
      age: { value: age, warn: seconds(silentNs), unit: 's' },
      waiting: { value: waiting, warn: waitingWarnS, unit: 's' },
      ...(fix?.used !== null && fix !== null && { satellites: { value: fix.used } }),
      ...(isFixed && fix.ephM !== null && { error: { value: fix.ephM, unit: 'm' } }),
      ...(isFixed &&
        fix.clockMs !== null && {
          clock: { value: Math.abs(fix.clockMs), warn: clockWarnMs, unit: 'ms' },
        }),
    },
  };
}

/** @param {Receiver} receiver @param {number} waiting seconds */
function fixWords({ fix }, waiting) {
  const seen = fix?.seen ?? null;
  const used = fix?.used ?? null;
  if (fix === null || fix.mode < hasFix)
    return `waiting for a fix, ${waiting} s${seen === null ? '' : `, ${seen} satellites seen`}`;
  const words = [
    fix.mode === 2 ? '2D fix' : '3D fix',
    used === null ? null : `${used} of ${seen} satellites`,
    fix.ephM === null ? null : `±${Math.round(fix.ephM)} m`,
  ];
  return words.filter((word) => word !== null).join(', ');
}

/** @param {bigint} ns */
const seconds = (ns) => Number(ns / 1_000_000_000n);
