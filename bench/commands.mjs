/** What asking costs: a whole command, from an empty process to its answer, beside Node doing nothing. */
import { cpuMs } from './support/child.mjs';
import { withRig } from './support/rig.mjs';

export const title = 'Commands that ask';
export const about =
  'CPU time (user and system) of a whole command on a rig with five modules, beside `node -e 0`; one after the other in turn.';

const commands = {
  '`rigdeck status`': ['status'],
  '`rigdeck is up`': ['is', 'up'],
  '`rigdeck --version`': ['--version'],
};

export function run({ program, quick }) {
  const modules = { a: sensor, b: sensor, c: sensor, d: sensor, e: sensor };
  return withRig(program, modules, async (rig) => {
    await rig.start();
    const env = rig.environment;
    const floor = [];
    const samples = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
    for (let pair = 0; pair < (quick ? 5 : 25); pair += 1) {
      floor.push(cpuMs([process.execPath, '-e', '0'], env));
      for (const [name, words] of Object.entries(commands)) {
        samples[name].push(cpuMs([process.execPath, program, ...words], env));
      }
    }
    return Object.entries(samples).map(([what, own]) => ({
      what,
      unit: 'ms',
      samples: own,
      peer: { what: '`node -e 0`', samples: floor },
      target: { of: 'ratio', atMost: 3 },
    }));
  });
}

const sensor = { use: 'demo-sensor' };
