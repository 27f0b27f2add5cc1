import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { noSmallDisk } from '../daemon/store/small-disk.ts';
import { manifestOf, rowsOf, theSession, unbroken } from './support/recorded.ts';
import { story } from './support/story.ts';

const disks = story.runIf(noSmallDisk === null);
const modules = { cam: { use: 'demo-sensor', options: { rate: 50 } } };

disks.concurrent(
  'a state dir that was full when the wish to record came, and then a killed daemon: the recording goes on',
  async ({ makeDisk, makeRig, expect }) => {
    const disk = makeDisk();
    const rig = await makeRig({ modules, stateDir: join(disk.path, 'state') });
    await rig.startUp();
    disk.fill(0);
    await rig.wish('record.start');
    const pid = rig.pidOf('cam');
    await rig.daemon.kill();
    await rig.start();
    const now = await rig.until('it records on', ({ rig: { state } }) => state === 'recording');
    expect(now.rig).toMatchObject({ desired: 'recording', trial: { number: 1 } });
    expect(rig.pidOf('cam')).toBe(pid);
    await rig.wish('record.stop');
    const rows = rowsOf(theSession(rig.recordings), 'cam');
    expect(rows).toEqual(unbroken(rows));
  },
);

story.concurrent(
  'somebody removes the sockets: they come back, and the recording does not notice',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    await rig.wish('record.start');
    const pid = rig.pidOf('cam');
    for (const name of ['control.sock', 'view.sock']) rmSync(join(rig.runDir, name));
    await rig.attach(20_000);
    const now = rig.me.now();
    expect(now.rig).toMatchObject({ state: 'recording', trial: { number: 1, segment: 1 } });
    expect(rig.pidOf('cam')).toBe(pid);
  },
);

story.concurrent(
  'a second daemon on the same state dir is refused, whatever its run dir',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules });
    const first = await rig.startUp();
    const second = await rig.run('--run-dir', join(rig.folder, 'other'), 'daemon');
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(String(first.pid));
    expect(rig.copies('cam')).toHaveLength(1);
  },
);

story.concurrent(
  'a module that is taken out of rig.yaml while it records finishes its file, and the trial says when it went',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules: { ...modules, mic: modules.cam } });
    await rig.startUp();
    await rig.wish('record.start');
    await rig.daemon.kill();
    rig.configure({ modules });
    await rig.start();
    await rig.until('mic has ended', () => rig.copies('mic').length === 0, 30_000);
    await rig.until('nobody is told of it any more', (now) => now.rig.problems.length === 0);
    await rig.wish('record.stop');
    const { trials, gaps } = manifestOf(theSession(rig.recordings));
    const segments = [{ modules: { mic: { left: { how: 'finished' } } } }];
    expect(trials).toMatchObject([{ outcome: 'partial', segments }]);
    expect(gaps).toMatchObject([
      { module: 'mic', to: expect.any(String), cause: 'rig.yaml does not name mic any more' },
    ]);
    const rows = rowsOf(theSession(rig.recordings), 'mic');
    expect(rows.length).toBeGreaterThan(0);
    expect(rows).toEqual(unbroken(rows));
  },
);
