import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/until.ts';
import { story } from './support/story.ts';

const modules = { cam: { use: 'demo-sensor' } };

story.concurrent(
  'a second daemon on the same run dir is refused with the number of the first, which does not notice',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules });
    const first = await rig.startUp();
    const pid = rig.pidOf('cam');

    const second = await rig.run('daemon');
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(String(first.pid));
    const up = await rig.run('up');
    expect(up.code).toBe(0);
    expect(up.stdout).toContain(`runs already (pid ${first.pid})`);

    expect(rig.pidOf('cam')).toBe(pid);
    expect(rig.processes().filter(({ kind }) => kind === 'daemon')).toMatchObject([
      { pid: first.pid },
    ]);
    await rig.wish('module.restart', { module: 'cam' });
  },
);

story.concurrent(
  'of two daemons that start at the same moment exactly one serves',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules });
    const both = [rig.launch(), rig.launch()];
    const loser = await Promise.race(both.map((one) => one.ended));
    expect(loser.code).toBe(1);
    await rig.attach();
    await rig.until('start-up is complete', (now) => now.rig.startup === 'complete');
    expect(rig.copies('cam')).toHaveLength(1);
    expect(rig.processes().filter(({ kind }) => kind === 'daemon')).toHaveLength(1);
  },
);

story.concurrent(
  'two people who start a rig at the same moment both have it, and one daemon serves them',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules });
    const both = await Promise.all([rig.run('up'), rig.run('up')]);
    for (const up of both) expect(up, up.stderr).toMatchObject({ code: 0 });
    // The second may still be on its way to the lock when both people have been answered by the first.
    const daemon = await until('one daemon is left', () => {
      const [one, ...others] = rig.processes().filter(({ kind }) => kind === 'daemon');
      return others.length === 0 && one;
    });
    for (const up of both) {
      expect(up.stdout).toContain(`(pid ${daemon.pid})`);
    }
    expect(rig.copies('cam')).toHaveLength(1);
    expect((await rig.run('down')).code).toBe(0);
  },
);

story.concurrent(
  'the sockets that a killed daemon left behind are no obstacle to the next one',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    await rig.daemon.kill();
    for (const name of ['control.sock', 'view.sock', 'status.json']) {
      expect(existsSync(join(rig.runDir, name))).toBe(true);
    }
    expect((await rig.run('status')).code).toBe(3);
    const up = await rig.run('up');
    expect(up, up.stderr).toMatchObject({ code: 0 });
    expect((await rig.run('is', 'idle')).code).toBe(0);
    expect((await rig.run('down')).code).toBe(0);
  },
);
