import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { noSmallDisk } from '../daemon/store/small-disk.ts';
import { manifestOf, rowsOf, theSession } from './support/recorded.ts';
import { story } from './support/story.ts';

const disks = story.runIf(noSmallDisk === null);
const sensor = { use: 'demo-sensor', options: { rate: 50 } };

disks.concurrent(
  'a recordings disk that fills while the rig records is shown, ends no daemon, and the rig records on when there is room',
  async ({ makeDisk, makeRig, expect }) => {
    const disk = makeDisk();
    const recordings = join(disk.path, 'recordings');
    mkdirSync(recordings);
    const rig = await makeRig({
      modules: { cam: { ...sensor, evidenceTimeout: '1s' } },
      rig: { recordings, minFree: '100kB' },
    });
    await rig.startUp();
    await rig.wish('record.start');
    disk.fill(0);
    const shown = await rig.until(
      'it is shown',
      ({ rig: { problems, status }, modules: { cam } }) =>
        status !== 'recording' && (problems.length > 0 || cam?.problem !== null),
      30_000,
    );
    expect(shown.rig.desired).toBe('recording'); // a full disk never edits the wish
    disk.free();
    await rig.until(
      'cam records again',
      ({ rig: { status }, modules: { cam } }) =>
        status === 'recording' && cam?.state === 'recording' && cam.health === 'ok',
      50_000,
    );
    await rig.wish('record.stop');
    expect(manifestOf(theSession(recordings)).trials).toHaveLength(1);
    expect(rowsOf(theSession(recordings), 'cam').length).toBeGreaterThan(0);
  },
);

disks.concurrent(
  'a run dir that is full is shown and stops no recording; a module that crashes then comes back when there is room',
  async ({ makeDisk, makeRig, expect }) => {
    const disk = makeDisk();
    const rig = await makeRig({
      modules: { cam: sensor, mic: sensor },
      runDir: join(disk.path, 'run'),
    });
    await rig.startUp();
    await rig.wish('record.start');
    disk.fill(0);
    process.kill(rig.pidOf('mic'), 'SIGKILL');
    await rig.until(
      'mic is down',
      ({ modules: { mic } }) => mic?.state === 'crashed' || mic?.state === 'error',
    );
    await rig.until(
      'it is shown',
      ({ rig: { problems }, modules: { mic } }) =>
        problems.some(({ code }) => code === 'run-folder') || mic?.problem?.code === 'cannot-start',
    );
    expect(rig.me.module('cam')).toMatchObject({ state: 'recording', run: 1 });
    disk.free();
    await rig.until(
      'mic records again',
      ({ modules: { mic } }) => mic?.state === 'recording' && mic.health === 'ok',
      40_000,
    );
    expect(rig.me.now().rig.status).toBe('recording');
    expect(rig.me.module('cam').run).toBe(1);
    await rig.wish('record.stop');
  },
);
