import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { programFile } from '../support/program.ts';
import { until } from '../support/until.ts';
import { bootUp, isBootable, user } from './support/booted.ts';
import { layOutThePi, replaceHardware, typedLines, wordsOf } from './support/quick-start-page.ts';
import { manifestOf } from './support/recorded.ts';

const init = 'rigdeck config init';
const install = 'sudo rigdeck service install';
const service = 'rigdeck service';
/** The screen has a story of its own, and the doctor finds much on a machine like this. */
const leftOut = ['rigdeck', 'rigdeck doctor'];

test.runIf(isBootable)(
  'the quick start under a real systemd: who pulls the plug finds the rig recording again after the boot',
  { timeout: 240_000 },
  async () => {
    const machine = await bootUp();
    const config = join(machine.folder, 'rig.yaml');
    rmSync(config);
    const program = await programFile();
    const root = layOutThePi();
    execFileSync('chmod', ['-R', 'a+rX', root]);
    // Until the service has one, the rig is the person's own; in /tmp others of this machine may have theirs.
    let own = [`RIGDECK_RUN_DIR=${join(machine.folder, 'run')}`];
    const type = (line: string) => {
      // Without D-Bus, which this machine has not, systemd answers root alone.
      const isRoot = line.startsWith('sudo ') || line === service;
      const who = isRoot ? [] : ['-u', user, '--', 'env', `HOME=${machine.folder}`, ...own];
      const there = line === init ? [`RIGDECK_MACHINE_ROOT=${root}`] : [];
      const words = [...there, process.execPath, program, ...wordsOf(line)];
      return machine.run(isRoot ? 'env' : 'runuser', ...who, ...words);
    };
    const comesTrue = (line: string) =>
      until(line, async () => (await type(line)).code === 0, 60_000);

    for (const line of typedLines.filter((one) => !leftOut.includes(one))) {
      if (line === service) await comesTrue(line);
      else expect({ line, ...(await type(line)) }).toMatchObject({ line, code: 0 });
      if (line === init) replaceHardware(config);
      if (line === install) own = [];
      if (!line.startsWith('rigdeck record start')) continue;
      await machine.cutPower();
      await comesTrue('rigdeck is recording');
    }
    const [session = ''] = readdirSync(machine.recordings);
    expect(manifestOf(join(machine.recordings, session)).trials).toMatchObject([
      { outcome: 'partial', segments: [{ reason: 'start' }, { reason: 'power-loss' }] },
    ]);
  },
);
