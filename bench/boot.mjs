/** From the power coming back to data that land, step by step. */
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { alike, Rig } from './support/rig.mjs';
import { until } from './support/until.mjs';

export const title = 'After a power cut';
export const about =
  'A rig with five modules records, everything is killed and the run dir is gone; then the daemon is started as its unit does. Each row counts from that start, so the rows are a chain. On a Pi the boot of the kernel and of systemd comes before it.';

export async function run({ program, quick }) {
  const chain = new Map(Object.keys(steps).map((what) => [what, []]));
  const doctor = [];
  for (let round = 0; round < (quick ? 2 : 9); round += 1) {
    const rig = new Rig(program, alike(5, { use: 'demo-sensor' }));
    try {
      await rig.start();
      await rig.intend('record.start');
      await cutPower(rig);
      const beganMs = Date.now();
      rig.launch();
      const entries = await journalOnceItRecords(rig, beganMs);
      for (const [what, find] of Object.entries(steps)) {
        const at = find(entries);
        if (at === undefined) throw new Error(`the journal does not tell: ${what}`);
        chain.get(what).push(Date.parse(at) - beganMs);
      }
      doctor.push(await examine(rig));
    } finally {
      await rig.remove();
    }
  }
  return [
    ...[...chain].map(([what, samples]) => ({ what, unit: 'ms', samples })),
    {
      what: '`rigdeck doctor`, while the rig records',
      unit: 'ms',
      samples: doctor,
      target: { of: 'max', atMost: 5_000 },
    },
  ];
}

const says = (words) => (entry) => entry.type === 'change' && entry.cause === words;

/** When each step was done: the instant of the journal's entry that tells it. */
const steps = {
  'the daemon has read its state, and begins': (entries) => entries.find(says('boot'))?.at,
  'the first module is started': (entries) => entries.find(says('spawned'))?.at,
  'the first module is ready': (entries) => entries.find(says('said ready'))?.at,
  'the first module records': (entries) => entries.find(says('said recording'))?.at,
  'all five record': (entries) => entries.filter(says('said recording')).at(-1)?.at,
  'bytes of all were seen to land': (entries) => entries.filter(says('evidence: yes')).at(-1)?.at,
};

/** What the power does: nothing ends in order, and what lay in memory is gone. */
async function cutPower(rig) {
  const all = () => ['daemon', 'module', 'other'].flatMap((kind) => rig.processes(kind));
  await until('nothing of it runs', () => {
    for (const { pid } of all()) kill(pid);
    return all().length === 0;
  });
  rmSync(rig.runDir, { recursive: true });
  mkdirSync(rig.runDir, { mode: 0o700 });
}

/** How long all checks take, in ms. What they find is this machine's business, and its exit code too. */
function examine({ program, environment }) {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [program, 'doctor', '--json'], { env: environment }, (_, stdout) => {
      const took = performance.now() - began;
      if (JSON.parse(stdout || '{}').checks?.length > 0) resolve(took);
      else reject(new Error(`the doctor said nothing: ${stdout}`));
    });
  });
}

function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it ended by itself
  }
}

async function journalOnceItRecords(rig, sinceMs) {
  const client = await rig.connect();
  await until('it records again, and bytes land', async () => {
    const { rig: now, modules } = await client.call('state.get');
    const all = Object.values(modules);
    return now.status === 'recording' && all.every(({ health }) => health === 'ok');
  });
  client.close();
  const folder = join(rig.stateDir, 'journal');
  return readdirSync(folder)
    .sort()
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'))
    .map((line) => JSON.parse(line))
    .filter(({ at }) => Date.parse(at) >= sinceMs);
}
