import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { noSmallDisk, type SmallDisk } from '../daemon/store/small-disk.ts';
import { until } from '../support/until.ts';
import { makeReadOnly } from './support/read-only.ts';
import { manifestOf, rowsOf, theSession, unbroken } from './support/recorded.ts';
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

/** The same, for a disk that has room for a start and the mark below which one is called off. */
const roomy = { minFree: '100kB' };

disks.concurrent(
  'a recordings disk that fills up while modules arm calls the start off and says why, and no number is used',
  async ({ makeDisk, makeRig, expect }) => {
    const disk = makeDisk();
    const recordings = join(disk.path, 'recordings');
    mkdirSync(recordings);
    const slow = { ...sensor, options: { rate: 50, armAfter: 50_000 }, armTimeout: '60s' };
    const rig = await makeRig({ modules: { cam: sensor, slow }, rig: { recordings, ...roomy } });
    await rig.startUp();
    const refused = rig.run('record', 'start');
    await rig.until('cam is armed', ({ modules: { cam } }) => cam?.phase === 'armed', 30_000);
    disk.fill(0);
    const { code, stderr } = await refused;
    expect(code).toBe(5);
    expect(stderr).toMatch(/The start was called off before the disk is full: 0 B were left/);

    disk.free();
    await rig.wish('module.disable', { module: 'slow' });
    const began = await rig.run('record', 'start');
    expect(began, began.stderr).toMatchObject({ code: 0 });
    expect(rig.me.now().rig.trial?.number).toBe(1);
    await rig.wish('record.stop');
    expect(manifestOf(theSession(recordings)).trials).toMatchObject([{ outcome: 'complete' }]);
  },
);

disks.concurrent(
  'a recordings disk that turns read-only while modules arm refuses the start, names it, and leaves nothing',
  async ({ makeDisk, makeRig, expect }) => {
    const disk = makeDisk();
    const recordings = join(disk.path, 'recordings');
    mkdirSync(recordings);
    const slow = { ...sensor, options: { rate: 50, armAfter: 6_000 }, armTimeout: '60s' };
    const rig = await makeRig({ modules: { cam: sensor, slow }, rig: { recordings, ...roomy } });
    await rig.startUp();
    const refused = rig.run('record', 'start');
    await rig.until('cam is armed', ({ modules: { cam } }) => cam?.phase === 'armed', 30_000);
    const mend = makeReadOnly(recordings);
    const { code, stderr } = await refused;
    expect(code).toBe(5);
    expect(stderr).toMatch(/read-only/i);

    mend();
    await rig.wish('module.disable', { module: 'slow' });
    const began = await rig.run('record', 'start');
    expect(began, began.stderr).toMatchObject({ code: 0 });
    expect(rig.me.now().rig.trial?.number).toBe(1);
    await rig.wish('record.stop');
    await rig.wish('session.end');
    expect(await rig.run('sessions', 'verify')).toMatchObject({ code: 0 });
  },
);

disks.concurrent(
  'where a disk turns read-only in a trial, a new segment stays in its file, and the stop says what is not on the disk',
  async ({ makeDisk, makeRig, expect }) => {
    const disk = makeDisk();
    const recordings = join(disk.path, 'recordings');
    mkdirSync(recordings);
    const quick = { ...sensor, evidenceTimeout: '1s' };
    const rig = await makeRig({
      modules: { cam: quick, mic: quick },
      rig: { recordings, ...roomy, segment: '3s' },
    });
    await rig.startUp();
    await rig.wish('record.start');
    const mend = makeReadOnly(recordings);
    const stays = await rig.until(
      'nobody could begin a new file',
      ({ modules }) => Object.values(modules).every(({ problem }) => problem?.code === 'not-split'),
      30_000,
    );
    for (const { problem, state } of Object.values(stays.modules)) {
      expect(problem?.message).toMatch(/did not go on in a new file.*read-only/);
      expect(state).toBe('recording');
    }
    const stopped = await rig.run('record', 'stop', '--yes');
    expect(stopped).toMatchObject({ code: 7 });
    expect(stopped.stdout).toMatch(
      /session\.json could not be written: the disk is read-only\. What was recorded is in its files\. .*remount it rw/,
    );

    mend();
    await rig.until(
      'the manifest is written',
      ({ rig: { problems } }) => !problems.some(({ code }) => code === 'manifest'),
      60_000,
    );
    await rig.wish('session.end');
    const session = theSession(recordings);
    expect(manifestOf(session).trials).toMatchObject([{ number: 1, outcome: 'complete' }]);
    for (const module of ['cam', 'mic']) {
      const rows = rowsOf(session, module);
      expect(rows).toEqual(unbroken(rows));
    }
    expect(await rig.run('sessions', 'verify')).toMatchObject({ code: 0 });
  },
);

disks.concurrent(
  'a session that is ended on a full disk is told to be in memory yet, and is written by itself when there is room',
  async ({ makeDisk, makeRig, expect }) => {
    const disk = makeDisk();
    const recordings = join(disk.path, 'recordings');
    mkdirSync(recordings);
    const rig = await makeRig({ modules: { cam: sensor }, rig: { recordings, ...roomy } });
    await rig.startUp();
    await rig.wish('record.start');
    await rig.wish('record.stop');
    disk.fill(0);
    const ended = await rig.run('session', 'end');
    expect(ended).toMatchObject({ code: 7 });
    expect(ended.stdout).toMatch(
      /^session 0001 is closed, but session\.json could not be written: the disk is full\. What was recorded is in its files\. Delete or move old recordings\. It is tried again until it is on the disk$/m,
    );
    expect(rig.me.now().rig.session).toBeNull();

    disk.free();
    await rig.until(
      'the manifest is written',
      ({ rig: { problems } }) => !problems.some(({ code }) => code === 'manifest'),
      60_000,
    );
    const { session, trials } = manifestOf(theSession(recordings));
    expect(session.endedAt).not.toBeNull();
    expect(trials).toMatchObject([{ outcome: 'complete' }]);
    expect(await rig.run('sessions', 'verify')).toMatchObject({ code: 0 });
  },
);

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
