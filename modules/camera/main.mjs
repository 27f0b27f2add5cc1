/** Records video. README.md lists its options and what it writes. */
import { options, refuse, run } from '../sdk/node/rigdeck.mjs';
import { recordCamera } from './record.mjs';
import { findSource } from './sources.mjs';

/** @type {import('./sources.mjs').Options} */
const chosen = options({
  source: 'auto',
  device: '',
  inputFormat: 'auto',
  width: 1280,
  height: 720,
  rate: 30,
  bitrate: 4_000_000,
  gop: 1,
  preroll: false,
  format: 'ts',
  encoder: 'auto',
  args: [],
  inputArgs: [],
});
checkOptions(chosen);
/** @type {import('./sources.mjs').Source | null} */
let source = null;

/** @param {import('../sdk/node/take.mjs').Take} take */
async function record(take) {
  try {
    source ??= await findSource(chosen);
    await recordCamera(take, source, chosen);
  } catch (error) {
    source = null; // the next time it is looked for anew: it may have another number by then
    throw error;
  }
}

/** @param {import('./sources.mjs').Options} given */
function checkOptions({ format, encoder, width, height, rate, gop, bitrate }) {
  const numbers = { width, height, rate, gop, bitrate };
  for (const [name, value] of Object.entries(numbers)) {
    if (!(value > 0)) refuse(`option ${name} must be more than 0, not ${value}`);
  }
  if (!['ts', 'mkv'].includes(format)) refuse(`option format must be ts or mkv, not ${format}`);
  const encoders = ['auto', 'libx264', 'h264_v4l2m2m', 'copy'];
  if (!encoders.includes(encoder))
    refuse(`option encoder must be ${encoders.join(', ')}, not ${encoder}`);
}

await run({
  record,
  version: '1.0',
  can: ['arm', 'pause', 'mark', 'split'],
  probe: async () => {
    source = await findSource(chosen);
  },
});
