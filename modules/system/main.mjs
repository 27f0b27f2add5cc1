/** Records figures of the machine that the rig runs on. README.md lists its columns and options. */
import os from 'node:os';
import { options, Problem, run } from '../sdk/node/rigdeck.mjs';
import { machine } from './machine.mjs';
import { takeInventory } from './take-inventory.mjs';

/** @typedef {import('./machine.mjs').Figures} Figures */

const { rate, inventory, perCore } = options({ rate: 1, inventory: true, perCore: false });

/** @typedef {Exclude<keyof Figures, 'cores' | 'cpuMinutePercent' | 'diskUsedPercent'>} Column */

/** @type {Column[]} */
const columns = [
  'cpuPercent',
  'cpuMHz',
  'load1',
  'memoryUsedBytes',
  'memoryAvailableBytes',
  'swapUsedBytes',
  'temperatureC',
  'throttled',
  'underVoltage',
  'slowedDown',
  'diskFreeBytes',
  'diskWriteBytesPerS',
  'ioPressurePercent',
  'memoryPressurePercent',
  'receivedBytes',
  'sentBytes',
];
const cores = perCore ? os.cpus().map((_, index) => index) : [];
const coreColumns = cores.map((index) => `cpu${index}Percent`);

/** @param {import('../sdk/node/take.mjs').Take} take */
async function record(take) {
  if (!(rate > 0 && rate <= 100)) throw new Problem('rate', `cannot record at ${rate} Hz`);
  const read = machine(take.dir);
  const rows = take.open(
    'csv',
    `${['monoNs', 'at', ...columns, ...coreColumns, 'mark'].join(',')}\n`,
  );
  if (inventory) take.open('inventory.json', await takeInventory());
  for await (const dueNs of take.samples(rate)) {
    const figures = await read();
    const cells = [
      ...columns.map((column) => figures[column] ?? ''),
      ...cores.map((index) => figures.cores[index] ?? ''),
    ];
    const marks = take.marks.splice(0).map((mark) => mark.text ?? '');
    const at = new Date().toISOString();
    rows.write(`${[dueNs, at, ...cells, quoted(marks.join('; '))].join(',')}\n`);
    describe(take, figures);
  }
}

/** What the module's row on the screen says. @param {import('../sdk/node/take.mjs').Take} take @param {Figures} figures */
function describe(take, figures) {
  const { cpuPercent, temperatureC, diskFreeBytes } = figures;
  take.detail = [
    figures.underVoltage === 1 ? 'under-voltage' : null,
    figures.slowedDown === 1 ? 'slowed down' : null,
    cpuPercent === null ? null : `cpu ${Math.round(cpuPercent)} %`,
    temperatureC === null ? null : `${Math.round(temperatureC)} °C`,
    diskFreeBytes === null ? null : `${(diskFreeBytes / 1e9).toFixed(1)} GB free`,
  ]
    .filter((words) => words !== null)
    .join(', ');
  take.gauges = gaugesOf(figures);
}

/** @param {Figures} figures */
function gaugesOf(figures) {
  const { memoryUsedBytes: used, memoryAvailableBytes: available, diskWriteBytesPerS } = figures;
  const memory =
    used === null || available === null ? null : Math.round((100 * used) / (used + available));
  const gauges = {
    cpu: { value: figures.cpuPercent, unit: '%' },
    // A start keeps a small machine busy for a while, and that is no fault.
    'cpu over 1 min': { value: figures.cpuMinutePercent, warn: 90, unit: '%' },
    memory: { value: memory, warn: 90, unit: '%' },
    temperature: { value: figures.temperatureC, warn: 80, unit: '°C' },
    underVoltage: { value: figures.underVoltage, warn: 1 },
    slowedDown: { value: figures.slowedDown, warn: 1 },
    disk: { value: figures.diskUsedPercent, warn: 95, unit: '%' },
    io: { value: figures.ioPressurePercent, unit: '%' },
    write: { value: megabytes(diskWriteBytesPerS), unit: 'MB/s' },
  };
  return /** @type {Record<string, { value: number }>} */ (
    Object.fromEntries(Object.entries(gauges).filter(([, { value }]) => value !== null))
  );
}

/** @param {number | null} bytes */
const megabytes = (bytes) => (bytes === null ? null : Math.round(bytes / 1e5) / 10);

/** A cell of CSV (RFC 4180), on one line, so that a row stays a line. @param {string} text */
function quoted(text) {
  const line = text.replaceAll(/[\r\n]+/g, ' ');
  return /[",]/.test(line) ? `"${line.replaceAll('"', '""')}"` : line;
}

await run({ record, version: '1.0', can: ['arm', 'pause', 'mark', 'split'] });
