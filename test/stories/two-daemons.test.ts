import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/until.ts';
import { theSession } from './support/recorded.ts';
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
    const left = ['control.sock', 'view.sock', 'status.json'].map((name) => join(rig.runDir, name));
    await until('its status is written, too', () => left.every(existsSync));
    await rig.daemon.kill();
    expect(left.filter(existsSync)).toEqual(left);
    expect((await rig.run('status')).code).toBe(3);
    const up = await rig.run('up');
    expect(up, up.stderr).toMatchObject({ code: 0 });
    expect((await rig.run('is', 'idle')).code).toBe(0);
    expect((await rig.run('down')).code).toBe(0);
  },
);

story.concurrent(
  'a second rig that would record to the same folder, by whichever name, is told who does, and touches nothing there',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules });
    const first = await rig.startUp();
    await rig.wish('record.start');
    const session = theSession(rig.recordings);
    const other = join(rig.folder, 'other');
    mkdirSync(other);
    symlinkSync(rig.recordings, join(other, 'recordings'));
    writeFileSync(
      join(other, 'rig.yaml'),
      'version: 1\nrig: { name: other, recordings: ./recordings }\nmodules: { mic: { use: demo-sensor } }\n',
    );
    const places = ['--run-dir', join(other, 'run'), '--state-dir', join(other, 'state')];
    const up = () => rig.run(...places, '--config', join(other, 'rig.yaml'), 'up');
    const refused = await up();
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(
      `a daemon (PID ${first.pid}, run dir ${rig.runDir}) already records to`,
    );
    expect(refused.stderr).toContain(`rigdeck --run-dir ${rig.runDir} down`);
    expect(theSession(rig.recordings)).toBe(session);
    expect(rig.me.now().rig.problems).toEqual([]);

    // However the first ends, the folder is free then; its module is not the other's.
    await rig.daemon.kill();
    expect(await up()).toMatchObject({ code: 0 });
    const back = await rig.run('daemon');
    expect(back.code).toBe(1);
    expect(back.stderr).toContain(`run dir ${join(other, 'run')}`);
    expect((await rig.run(...places, 'down', '--yes')).code).toBe(0);
    await rig.startUp();
    expect(rig.me.now().rig.state).toBe('recording');
    await rig.wish('record.stop');
  },
);
