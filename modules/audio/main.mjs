/** Records a microphone or line input. README.md lists its options, files and gauges. */
import { options, refuse, run } from '../sdk/node/rigdeck.mjs';
import { EncodedFile, findEncoder } from './encoded-file.mjs';
import { Meter, rowsHead } from './meter.mjs';
import { openCapture } from './open-capture.mjs';
import { Recorder } from './recorder.mjs';
import { isPlugged } from './sound-cards.mjs';
import { soundFormat } from './sound-format.mjs';
import { WavFile } from './wav-file.mjs';

const chosen = options({
  source: 'auto',
  device: 'default',
  rate: 48_000,
  channels: 2,
  format: 'S16_LE',
  file: 'wav',
  levelInterval: 1,
  rows: true,
});
const format = checkedFormat();
const { device } = chosen;
/** What the device was opened as. */
let alsaName = '';
const source = oneOf('source', /** @type {const} */ (['auto', 'arecord', 'ffmpeg', 'test']));
const file = oneOf('file', /** @type {const} */ (['wav', 'flac']));
if (file === 'flac' && format.bits > 24) refuse('file flac holds at most 24 bits, not S32_LE');
if (!(chosen.levelInterval >= 0.1 && chosen.levelInterval <= 60))
  refuse(`levelInterval ${chosen.levelInterval}: it must be from 0.1 to 60 seconds`);

/** @param {import('../sdk/node/take.mjs').Take} take */
async function record(take) {
  const encoder = file === 'flac' ? findEncoder() : null;
  const capture = await openCapture({ source, device, format });
  try {
    const path = () => take.path(file);
    const sound = take.add(() =>
      encoder === null ? new WavFile(path(), format) : new EncodedFile(path(), format, encoder),
    );
    const rows = chosen.rows ? take.open('csv', rowsHead(format.channels)) : null;
    const meter = new Meter(take, format, chosen.levelInterval, rows, capture);
    await new Recorder(take, { capture, meter, format, file: sound, device }).run();
  } finally {
    await capture.close(); // others may want the device while this module is idle
  }
}

/** Opens the device for a moment. */
async function probe() {
  if (file === 'flac') findEncoder();
  const capture = await openCapture({ source, device, format });
  alsaName = capture.name;
  await capture.close();
}

/** Whether the card is plugged in; it is not opened. */
const idle = () => isPlugged(alsaName);

function checkedFormat() {
  try {
    return soundFormat(chosen);
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

/**
 * @template {string} T
 * @param {'source' | 'file'} name @param {readonly T[]} known
 * @returns {T}
 */
function oneOf(name, known) {
  const found = known.find((one) => one === chosen[name]);
  return found ?? refuse(`${name} ${chosen[name]}: it must be one of ${known.join(', ')}`);
}

await run({ record, probe, idle, version: '1.0', can: ['arm', 'pause', 'mark', 'split'] });
