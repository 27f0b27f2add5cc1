/** What the checksums in the background cost those who wait for something else. */
import { readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { monoMs } from './support/client.mjs';
import { withRig } from './support/rig.mjs';
import { until } from './support/until.mjs';

export const title = 'Checksums in the background';
export const about =
  'From sending an intent (a module is enabled or disabled) to its change, while a large file of the last trial is read and summed at full speed, beside the same rig with nothing to sum. The added delay is each of those times less the median of the rig with nothing to sum.';

/** A hole, that costs no disk: it is as long as the rounds take. */
const fileBytes = 500_000_000_000;
const betweenMs = 40;

const write = 'echo begun >"$0"; exec sleep 1000';
const modules = {
  quick: { protocol: 'none', record: { command: ['true'] }, enabled: false, required: false },
  big: {
    protocol: 'none',
    evidenceTimeout: '10m',
    record: { command: ['sh', '-c', write, '{dir}/{prefix}.raw'], stopSignal: 'SIGTERM' },
  },
};

export function run({ program, quick }) {
  const rounds = quick ? 40 : 400;
  return withRig(program, modules, async (rig) => {
    await rig.start();
    await changeOften(rig, 20); // what is loaded at its first use is loaded
    const idle = await changeOften(rig, rounds);
    await rig.intend('record.start', { label: null });
    truncateSync(await recordedFile(rig), fileBytes);
    await rig.intend('record.stop');
    await until('it sums', () => lowThreads(rig.daemon.pid) > 0);
    const busy = await changeOften(rig, rounds);
    if (lowThreads(rig.daemon.pid) === 0)
      throw new Error('the sum was done before the rounds were');
    const middle = medianOf(idle);
    const peer = { what: 'with nothing to sum', samples: idle };
    return [
      { what: 'a change while a file is summed', unit: 'ms', samples: busy, peer },
      {
        what: 'delay that the checksums add to a change',
        unit: 'ms',
        samples: busy.map((ms) => Math.max(0, ms - middle)),
        target: { of: 'max', atMost: 20 },
      },
    ];
  });
}

/** How long each change took that was wished for, in ms. */
async function changeOften(rig, rounds) {
  const client = await rig.connect();
  let told = () => {};
  client.listen(({ method, params }) => {
    if (method === 'state.change' && params.changed['modules.quick']) told(monoMs());
  });
  await client.call('state.watch');
  const samples = [];
  for (let round = 0; round < rounds; round += 1) {
    await pause(betweenMs);
    const heard = new Promise((resolve) => {
      told = resolve;
    });
    const kind = round % 2 === 0 ? 'module.enable' : 'module.disable';
    const sentAt = monoMs();
    await client.call('intent', { kind, module: 'quick' });
    samples.push((await heard) - sentAt);
  }
  client.close();
  return samples;
}

async function recordedFile({ recordings }) {
  const [session] = readdirSync(recordings);
  const folder = join(recordings, session, 'big/trial-001');
  const [file] = await until('it records', () => {
    const files = readdirSync(folder);
    return files.length > 0 ? files : null;
  });
  return join(folder, file);
}

/** Threads of the lowest priority. */
function lowThreads(pid) {
  return readdirSync(`/proc/${pid}/task`).filter((id) => {
    const stat = readFileSync(`/proc/${pid}/task/${id}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16] === '19';
  }).length;
}

function medianOf(samples) {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
