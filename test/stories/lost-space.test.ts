import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { noSmallDisk } from '../daemon/store/small-disk.ts';
import { filesOf, manifestOf, theSession } from './support/recorded.ts';
import { story } from './support/story.ts';

const disks = story.runIf(noSmallDisk === null);
const sensor = { use: 'demo-sensor', options: { rate: 50 } };

disks.concurrent(
  'a recordings disk that others fill to the last byte ends the recording and no daemon, and takes the next one when there is room',
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
      'the recording has ended',
      ({ rig: { state, desired, problems } }) =>
        state === 'idle' && desired === 'idle' && problems.some(({ code }) => code === 'low-space'),
      60_000,
    );
    expect(shown.rig.problems.find(({ code }) => code === 'low-space')?.message).toMatch(
      /The recording was stopped/,
    );
    disk.free();
    await rig.wish('record.start');
    await rig.wish('record.stop');
    const { trials } = manifestOf(theSession(recordings));
    expect(trials).toMatchObject([{ endedBy: 'low-space' }, { outcome: 'complete' }]);
    const [first = ''] = filesOf(theSession(recordings), 'cam');
    expect(readFileSync(first, 'utf8').split('\n').length).toBeGreaterThan(2);
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
