/** How close together twenty modules begin to record, and how soon bytes land. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as soon } from 'node:timers/promises';
import { monoMs } from './support/client.mjs';
import { alike, withRig } from './support/rig.mjs';

export const title = 'Beginning to record together';
export const about =
  'Twenty modules begin at one common instant. The skew is what they say of their first samples themselves, from the manifest.';

export async function run({ program, quick }) {
  const rounds = quick ? { alone: 4, watched: 2 } : { alone: 40, watched: 10 };
  const modules = alike(20, { use: 'demo-sensor', options: { rate: 20 } });
  const skews = [];
  const bytes = [];
  const answers = [];
  await withRig(program, modules, async (rig) => {
    await rig.start();
    for (let round = 0; round < rounds.alone + rounds.watched; round += 1) {
      // Who watches a file for its first byte takes a core from the modules: of those trials no skew is counted.
      const isWatched = round >= rounds.alone;
      const began = monoMs();
      const answer = rig.intend('record.start').then(() => answers.push(monoMs() - began));
      const grewMs = isWatched ? await firstGrowth(rig.recordings, round + 1) : null;
      await answer;
      await rig.intend('record.stop');
      const trial = manifestIn(rig.recordings).trials[round];
      if (grewMs === null) skews.push(trial.startSkewMs);
      else bytes.push(grewMs - Number(trial.goMonoNs) / 1e6);
    }
  });
  return [
    {
      what: 'start skew of 20 modules',
      unit: 'ms',
      samples: skews,
      target: { of: 'median', atMost: 3 },
    },
    {
      what: 'start skew of 20 modules, the worst',
      unit: 'ms',
      samples: skews,
      target: { of: 'max', atMost: 15 },
    },
    { what: 'common instant to the first byte on disk', unit: 'ms', samples: bytes },
    { what: 'intent to the answer that all 20 record, seen on disk', unit: 'ms', samples: answers },
  ];
}

/** When the first module's file of this trial was seen to hold more than its head. CLOCK_MONOTONIC in ms. */
async function firstGrowth(recordings, trial) {
  const deadline = monoMs() + 30_000;
  const folder = `m00/trial-${String(trial).padStart(3, '0')}`;
  let head = null;
  while (monoMs() < deadline) {
    const size = sizeIn(recordings, folder);
    if (size !== 0) head ??= size;
    if (size !== null && head !== null && size > head) return monoMs();
    await soon();
  }
  throw new Error(`nothing landed in ${folder}`);
}

function sizeIn(recordings, folder) {
  try {
    const [session] = readdirSync(recordings);
    const path = join(recordings, session, folder);
    const [file] = readdirSync(path);
    return statSync(join(path, file)).size;
  } catch {
    return null; // not made yet
  }
}

function manifestIn(recordings) {
  const [session] = readdirSync(recordings);
  return JSON.parse(readFileSync(join(recordings, session, 'session.json'), 'utf8'));
}
