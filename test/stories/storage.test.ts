import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import { noImageDisk, noSmallDisk, type SmallDisk } from '../daemon/store/small-disk.ts';
import { until } from '../support/until.ts';
import { manifestOf, rowsOf, theSession, unbroken } from './support/recorded.ts';
import type { StoryRig } from './support/rig.ts';
import { story } from './support/story.ts';

/** Looks are five seconds apart, and a busy machine takes its time. */
const patienceMs = 180_000;
const sensor = { use: 'demo-sensor', options: { rate: 50 } };
const withImages = noImageDisk();

const problemOf = (rig: StoryRig, code: string) =>
  rig.until(
    `the problem ${code} is shown`,
    (now) => now.rig.problems.some((one) => one.code === code),
    30_000,
  );
const wordsOf = (rig: StoryRig, code: string) =>
  rig.me.now().rig.problems.find((one) => one.code === code)?.message ?? '';
const idle = (rig: StoryRig) =>
  rig.until(
    'the rig is idle',
    (now) => now.rig.state === 'idle' && now.rig.desired === 'idle',
    60_000,
  );

/** What lies below a mount point that nothing is mounted on. */
const beneath = (disk: SmallDisk) => readdirSync(disk.path, { recursive: true });

story.concurrent(
  'a recording ends in order before the disk is full, with its files finished, and session.json says why',
  async ({ makeDisk, makeRig, skip, expect }) => {
    skip(noSmallDisk !== null, noSmallDisk ?? '');
    const disk = makeDisk();
    const recordings = join(disk.path, 'recordings');
    const rig = await makeRig({
      modules: { cam: sensor, mic: sensor },
      rig: { recordings, minFree: '1MB' },
    });
    await rig.startUp();
    await rig.wish('record.start');
    disk.fill(901_120);
    await idle(rig);

    expect(wordsOf(rig, 'low-space')).toMatch(/stopped in order before the disk is full/);
    const session = theSession(recordings);
    const { trials, problems } = await until('the manifest is written', () => {
      const manifest = manifestOf(session);
      return manifest.trials[0]?.stoppedAt ? manifest : null;
    });
    expect(trials).toMatchObject([{ outcome: 'partial', endedBy: 'low-space' }]);
    expect(problems).toMatchObject([{ module: null, code: 'low-space' }]);
    const files = trials[0]?.segments.flatMap(({ modules }) =>
      Object.values(modules).flatMap((one) => one.files),
    );
    expect(files?.map((file) => file.verdict)).toEqual(['ok', 'ok']);
    for (const module of ['cam', 'mic']) {
      expect(rowsOf(session, module)).toEqual(unbroken(rowsOf(session, module)));
    }
    const history = await rig.run('history', '--json');
    expect(history.stdout).toMatch(/"actor": ?"storage"/);

    const refused = await rig.run('record', 'start');
    expect(refused).toMatchObject({
      code: 5,
      stderr: expect.stringMatching(/are needed to start/),
    });
    disk.free();
    await rig.until('the problem is over', (now) => now.rig.problems.length === 0, 30_000);
    await rig.wish('record.start');
    await rig.wish('record.stop');
  },
  patienceMs,
);

story.concurrent(
  'a disk that takes no more files ends the recording in words of its own, however much space is free',
  async ({ makeDisk, makeRig, skip, expect }) => {
    skip(withImages !== null, withImages ?? '');
    const disk = makeDisk({ ext4Inodes: 256 }, 8_388_608);
    const recordings = join(disk.path, 'recordings');
    const rig = await makeRig({ modules: { cam: sensor }, rig: { recordings, minFree: '100kB' } });
    await rig.startUp();
    await rig.wish('record.start');
    disk.useInodes(30);
    await idle(rig);
    expect(wordsOf(rig, 'low-space')).toMatch(/takes only \d+ more files \(inodes\)/);
    expect(manifestOf(theSession(recordings)).trials).toMatchObject([{ endedBy: 'low-space' }]);
    const refused = await rig.run('record', 'start');
    expect(refused).toMatchObject({ code: 5, stderr: expect.stringMatching(/more files/) });
  },
  patienceMs,
);

story.concurrent(
  'a disk that turns read-only while the rig records says so, and the wish to record stays',
  async ({ makeDisk, makeRig, skip, expect }) => {
    skip(withImages !== null, withImages ?? '');
    const disk = makeDisk({ ext4Inodes: 512 }, 8_388_608);
    const recordings = join(disk.path, 'recordings');
    const rig = await makeRig({ modules: { cam: sensor }, rig: { recordings, minFree: '100kB' } });
    await rig.startUp();
    await rig.wish('record.start');
    disk.fail();
    const shown = await problemOf(rig, 'read-only');
    expect(wordsOf(rig, 'read-only')).toMatch(/is read-only: nothing can be recorded/);
    expect(shown.rig.desired).toBe('recording');
    expect((await rig.run('status')).stdout).toMatch(/disk read-only/);
    await rig.wish('record.stop');
    const refused = await rig.run('record', 'start');
    expect(refused).toMatchObject({ code: 5, stderr: expect.stringMatching(/read-only/) });
  },
  patienceMs,
);

story.concurrent(
  'a disk that is pulled out while the rig records ends the recording, and no byte lands on the disk beneath',
  async ({ makeDisk, makeRig, skip, expect }) => {
    skip(withImages !== null, withImages ?? '');
    const disk = makeDisk({ ext4Inodes: 512 }, 8_388_608);
    const recordings = join(disk.path, 'recordings');
    const rig = await makeRig({
      modules: { cam: sensor, mic: sensor },
      rig: { recordings, minFree: '100kB' },
    });
    await rig.startUp();
    await rig.wish('record.start');
    disk.unplug();
    // It comes back, wants a folder for a new segment, and must not get one.
    process.kill(rig.pidOf('mic'), 'SIGKILL');
    await idle(rig);
    expect(wordsOf(rig, 'not-mounted')).toMatch(/is not mounted any more/);
    const { host } = JSON.parse((await rig.run('status', '--json')).stdout) as Snapshot;
    expect(host.storage).toMatchObject({ gone: true, freeBytes: null });
    const refused = await rig.run('record', 'start');
    expect(refused).toMatchObject({
      code: 5,
      stderr: expect.stringMatching(/not mounted any more/),
    });
    expect((await rig.run('status')).stdout).toMatch(/disk not mounted/);
    expect(beneath(disk)).toEqual([]);

    await until('the disk is let go', () => disk.isLetGo());
    disk.plugIn();
    await rig.until(
      'it is there again',
      (now) => now.rig.problems.every((one) => one.code !== 'not-mounted'),
      30_000,
    );
    await rig.wish('record.start');
    await rig.wish('record.stop');
    const session = theSession(recordings);
    const { trials } = manifestOf(session);
    expect(trials).toMatchObject([
      { number: 1, endedBy: 'not-mounted' },
      { number: 2, outcome: 'complete' },
    ]);
    expect(trials[0]?.segments[0]?.modules['cam']?.files).toMatchObject([{ verdict: 'ok' }]);
    expect(rowsOf(session, 'cam').length).toBeGreaterThan(0);
  },
  patienceMs,
);

story.concurrent(
  'a disk that is pulled out between two trials refuses the next start, and another disk in its place takes it',
  async ({ makeDisk, makeRig, skip, expect }) => {
    skip(noSmallDisk !== null, noSmallDisk ?? '');
    const disk = makeDisk();
    const recordings = join(disk.path, 'recordings');
    const rig = await makeRig({ modules: { cam: sensor }, rig: { recordings, minFree: '100kB' } });
    await rig.startUp();
    await rig.wish('record.start');
    await rig.wish('record.stop');
    disk.unplug();
    const refused = await rig.run('record', 'start');
    expect(refused).toMatchObject({
      code: 5,
      stderr: expect.stringMatching(/not mounted any more/),
    });
    expect(beneath(disk)).toEqual([]);
    disk.plugIn();
    await rig.wish('record.start');
    await rig.wish('record.stop');
    expect(theSession(recordings)).toMatch(/\/0002_[^/]*_rec$/);
    expect(manifestOf(theSession(recordings)).trials).toHaveLength(1);
  },
  patienceMs,
);

story.concurrent(
  'with requireMount the rig records only on a mounted disk of its own',
  async ({ makeDisk, makeRig, skip, expect }) => {
    skip(noSmallDisk !== null, noSmallDisk ?? '');
    const disk = makeDisk();
    disk.unplug();
    mkdirSync(join(disk.path, 'recordings'));
    const rig = await makeRig({
      modules: { cam: sensor },
      rig: { recordings: join(disk.path, 'recordings'), requireMount: true, minFree: '100kB' },
    });
    await rig.startUp();
    const refused = await rig.run('record', 'start');
    expect(refused).toMatchObject({
      code: 5,
      stderr: expect.stringMatching(/no disk is mounted for/),
    });
    await problemOf(rig, 'not-mounted');
    expect(beneath(disk)).toEqual(['recordings']);
    disk.plugIn();
    await rig.wish('record.start');
    await rig.wish('record.stop');
    expect(manifestOf(theSession(join(disk.path, 'recordings'))).trials).toHaveLength(1);
  },
  patienceMs,
);
