import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { noSmallDisk, type SmallDisk } from '../daemon/store/small-disk.ts';
import { until } from '../support/until.ts';
import { makeReadOnly } from './support/read-only.ts';
import { rowsOf, theSession, unbroken } from './support/recorded.ts';
import { story } from './support/story.ts';

const disks = story.runIf(noSmallDisk === null);
const sensor = { use: 'demo-sensor', options: { rate: 50 } };

/** Each makes a disk refuse, and gives the function that makes it take again. */
const faults: Readonly<Record<string, (disk: SmallDisk, folder: string) => () => void>> = {
  full: (disk) => {
    disk.fill(0);
    return () => disk.free();
  },
  'read-only': (_, folder) => makeReadOnly(folder),
};

for (const [how, breakDisk] of Object.entries(faults)) {
  disks.concurrent(
    `a ${how} state dir is a problem on the screen: the rig records, and writes its wishes when it can`,
    async ({ makeDisk, makeRig, expect }) => {
      const disk = makeDisk();
      const rig = await makeRig({
        modules: { cam: sensor, mic: { ...sensor, enabled: false } },
        stateDir: join(disk.path, 'state'),
      });
      const daemon = await rig.startUp();
      const mend = breakDisk(disk, rig.stateDir);
      await rig.wish('record.start');
      await rig.wish('module.enable', { module: 'mic' });
      const shown = await rig.until('the problem is shown', ({ rig: { problems } }) =>
        problems.some(({ code }) => code === 'state-folder'),
      );
      expect(shown.rig).toMatchObject({ state: 'recording', desired: 'recording' });
      expect(shown.rig.problems[0]?.remedy).toBeTruthy();

      mend();
      await rig.until('the problem is over', (now) => now.rig.problems.length === 0, 40_000);
      const path = join(rig.stateDir, 'running_modules.json');
      const saved = () => (existsSync(path) ? readFileSync(path, 'utf8') : '');
      await until('the wishes are saved', () => /"mic": {\s*"desired": "on"/.test(saved()));
      expect(saved()).toContain('"recording": "recording"');
      expect(rig.processes().find(({ kind }) => kind === 'daemon')?.pid).toBe(daemon.pid);
      await rig.wish('record.stop');
      const rows = rowsOf(theSession(rig.recordings), 'cam');
      expect(rows).toEqual(unbroken(rows));
    },
  );

  disks.concurrent(
    `a ${how} recordings disk refuses the start in words, and takes it when it can again`,
    async ({ makeDisk, makeRig, expect }) => {
      const disk = makeDisk();
      const recordings = join(disk.path, 'recordings');
      mkdirSync(recordings);
      const rig = await makeRig({ modules: { cam: sensor }, rig: { recordings } });
      await rig.startUp();
      const mend = breakDisk(disk, recordings);
      const refused = await rig.run('record', 'start');
      expect(refused.code).toBe(5);
      expect(refused.stderr).toMatch(how === 'full' ? /free|room|full/i : /read-only/i);
      expect(rig.me.now().rig).toMatchObject({ state: 'idle', desired: 'idle' });

      mend();
      const began = await rig.run('record', 'start');
      expect(began, began.stderr).toMatchObject({ code: 0 });
      expect(rig.me.now().rig.trial?.number).toBe(1);
      await rig.wish('record.stop');
    },
  );
}

disks.concurrent(
  'where the state dir never took a word, a killed daemon still costs no recording that lives on',
  async ({ makeDisk, makeRig, expect }) => {
    const disk = makeDisk();
    const rig = await makeRig({ modules: { cam: sensor }, stateDir: join(disk.path, 'state') });
    disk.setReadOnly('ro');
    await rig.startUp();
    await rig.wish('record.start');
    await rig.until('the problem is shown', ({ rig: { problems } }) =>
      problems.some(({ code }) => code === 'state-folder'),
    );
    const cam = rig.pidOf('cam');
    await rig.daemon.kill();
    await rig.start();
    expect(rig.me.module('cam').pid).toBe(cam);
    await rig.until('the rig records', (now) => now.rig.state === 'recording');
    await rig.wish('record.stop');
    const rows = rowsOf(theSession(rig.recordings), 'cam');
    expect(rows).toEqual(unbroken(rows));
    disk.setReadOnly('rw');
  },
);
