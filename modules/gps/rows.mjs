/** The rows of the file. */

/** @typedef {import('./receiver.mjs').Fix} Fix */

export const rowsHead =
  'monoNs,at,mode,lat,lon,altM,speedMS,trackDeg,ephM,satellitesUsed,satellitesSeen,gpsTime,clockMinusGpsMs,clockFrom,device,note,mark\n';

/**
 * One report, with what there is to say about it.
 *
 * @param {Fix} fix @param {string} note @param {string} mark
 */
export function fixRow(fix, note, mark) {
  const place = [fix.lat, fix.lon, fix.altM, fix.speedMS, fix.trackDeg, fix.ephM];
  const time = [fix.gpsTime, fix.clockMs, fix.clockFrom];
  const cells = [fix.atNs, fix.at, fix.mode, ...place, fix.used, fix.seen, ...time];
  return `${[...cells, ...[fix.device, note, mark].map(quoted)].map((cell) => cell ?? '').join(',')}\n`;
}

/**
 * A row without a report: from here on there is none.
 *
 * @param {bigint} atNs @param {string} at @param {string} note
 */
export const gapRow = (atNs, at, note) => `${atNs},${at},${','.repeat(12)},${quoted(note)},\n`;

/** A cell of CSV (RFC 4180), on one line, so that a row stays a line. @param {string} text */
function quoted(text) {
  const line = text.replaceAll(/[\r\n]+/g, ' ');
  return /[",]/.test(line) ? `"${line.replaceAll('"', '""')}"` : line;
}
