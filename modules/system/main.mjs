/** Records figures of the machine that the rig runs on. README.md lists its columns and options. */
import { options, Problem, run } from '../sdk/node/rigdeck.mjs';
import { machine } from './machine.mjs';
import { takeInventory } from './take-inventory.mjs';

/** @typedef {import('./machine.mjs').Figures} Figures */

const { rate, inventory } = options({ rate: 1, inventory: true });

/** @type {(keyof Figures)[]} */
const columns = [
  'cpuPercent',
  'load1',
  'memoryUsedBytes',
  'memoryAvailableBytes',
  'swapUsedBytes',
  'temperatureC',
  'throttled',
  'diskFreeBytes',
  'receivedBytes',
  'sentBytes',
];

/** @param {import('../sdk/node/take.mjs').Take} take */
async function record(take) {
  if (!(rate > 0 && rate <= 100)) throw new Problem('rate', `cannot record at ${rate} Hz`);
  const read = machine(take.dir);
  const rows = take.open('csv', `monoNs,at,${columns.join(',')},mark\n`);
  if (inventory) take.open('inventory.json', await takeInventory());
  for await (const dueNs of take.samples(rate)) {
    const figures = await read();
    const cells = columns.map((column) => figures[column] ?? '');
    const marks = take.marks.splice(0).map((mark) => mark.text ?? '');
    const at = new Date().toISOString();
    rows.write(`${[dueNs, at, ...cells, quoted(marks.join('; '))].join(',')}\n`);
    describe(take, figures);
  }
}

/** What the module's row on the screen says. @param {import('../sdk/node/take.mjs').Take} take @param {Figures} figures */
function describe(take, { cpuPercent, temperatureC, diskFreeBytes, diskUsedPercent }) {
  take.detail = [
    cpuPercent === null ? null : `cpu ${Math.round(cpuPercent)} %`,
    temperatureC === null ? null : `${Math.round(temperatureC)} °C`,
    diskFreeBytes === null ? null : `${(diskFreeBytes / 1e9).toFixed(1)} GB free`,
  ]
    .filter((words) => words !== null)
    .join(', ');
  take.gauges = {
    ...(cpuPercent !== null && { cpu: { value: cpuPercent, warn: 90, unit: '%' } }),
    ...(temperatureC !== null && { temperature: { value: temperatureC, warn: 80, unit: '°C' } }),
    ...(diskUsedPercent !== null && { disk: { value: diskUsedPercent, warn: 95, unit: '%' } }),
  };
}

/** A cell of CSV (RFC 4180), on one line, so that a row stays a line. @param {string} text */
function quoted(text) {
  const line = text.replaceAll(/[\r\n]+/g, ' ');
  return /[",]/.test(line) ? `"${line.replaceAll('"', '""')}"` : line;
}

await run({ record, version: '1.0', can: ['arm', 'pause', 'mark', 'split'] });
