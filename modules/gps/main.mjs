/** Records where the rig is, from gpsd. README.md lists its options and columns. */
import { monoNs, options, refuse, run, say } from '../sdk/node/rigdeck.mjs';
import { GpsdLink } from './gpsd-link.mjs';
import { Receiver } from './receiver.mjs';
import { Recorder } from './recorder.mjs';
import { describe, linkProblem } from './words.mjs';

const { host, port, device, raw } = options({
  host: '127.0.0.1',
  port: 2_947,
  device: '',
  raw: 'none',
});
if (!Number.isInteger(port) || port < 1 || port > 65_535)
  refuse(`port ${port}: it must be a whole number from 1 to 65535`);
const extensions = /** @type {const} */ ({ none: null, nmea: 'nmea', json: 'jsonl' });
if (!Object.hasOwn(extensions, raw)) refuse(`raw ${raw}: it must be one of none, nmea, json`);
const extension = extensions[/** @type {keyof typeof extensions} */ (raw)];

/** gpsd and its receiver have so long to answer; connecting and asking takes some ms. */
const patienceMs = 3_000;
const lookMs = 50;

const beganNs = monoNs();
const receiver = new Receiver(beganNs);
const link = new GpsdLink({ host, port, device, nmea: raw === 'nmea' }, hear);
/** @type {Recorder | null} */
let recorder = null;
let toldIdle = '';

/** @type {import('./gpsd-link.mjs').Hear} */
function hear(line, report, atNs) {
  if (raw === 'nmea' && report === null) recorder?.hear({ atNs, line });
  if (raw === 'json' && report !== null)
    recorder?.hear({ atNs, line: `{"monoNs":"${atNs}",${line.slice(1)}` });
  const fix = report && receiver.hear(report, atNs, Date.now());
  if (fix) recorder?.hear({ atNs, fix });
}

/** Waits until gpsd and a receiver are there. @throws {import('../sdk/node/rigdeck.mjs').Problem} */
async function probe() {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const problem = linkProblem(link, device);
    if (problem === null) return;
    if (performance.now() > deadline) throw problem;
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

/** @param {import('../sdk/node/take.mjs').Take} take */
async function record(take) {
  await probe();
  recorder = new Recorder(take, link, receiver, extension);
  try {
    await recorder.run();
  } finally {
    recorder = null;
  }
}

/** Between recordings people want to know whether there is a fix. */
function idle() {
  const { detail, gauges } = describe(link, receiver, monoNs(), beganNs);
  if (detail !== toldIdle) say({ is: 'progress', detail, gauges });
  toldIdle = detail;
  return linkProblem(link, device) === null;
}

link.open();
await run({ record, probe, idle, version: '1.0', can: ['arm', 'pause', 'mark', 'split'] });
