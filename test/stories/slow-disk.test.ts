import { mkdirSync, readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import { noImageDisk, noSmallDisk } from '../daemon/store/small-disk.ts';
import { until } from '../support/until.ts';
import { manifestOf, theSession } from './support/recorded.ts';
import type { StoryRig } from './support/rig.ts';
import { story } from './support/story.ts';

const withImages = noImageDisk();

async function storageOf(rig: StoryRig): Promise<Snapshot['host']['storage']> {
  const { host } = (await rig.me.connection.call('state.get')) as Snapshot;
  return host.storage;
}

story.concurrent(
  'a recording that fills its own disk knows how long that takes, and ends with room left to finish',
  async ({ makeDisk, makeRig, skip, expect }) => {
    skip(noSmallDisk !== null, noSmallDisk ?? '');
    const disk = makeDisk('tmpfs', 8_388_608);
    const recordings = join(disk.path, 'recordings');
    mkdirSync(recordings);
    const writes = 'while :; do head -c 20000 /dev/zero; sleep 0.1; done > "$0"';
    const rig = await makeRig({
      modules: {
        raw: {
          protocol: 'none',
          stopTimeout: '1s',
          record: { command: ['/bin/sh', '-c', writes, '{dir}/{prefix}.raw'] },
        },
      },
      rig: { recordings, minFree: '100kB' },
    });
    await rig.startUp();
    await rig.wish('record.start');
    const known = await until(
      'the time that is left is known',
      async () => {
        const storage = await storageOf(rig);
        return storage.secondsToFull === null ? null : storage;
      },
      40_000,
    );
    expect(known.bytesPerS).toBeGreaterThan(20_000);
    expect(known.secondsToFull).toBeLessThan(300);
    expect(known.writeMs).not.toBeNull();
    await rig.until(
      'it has ended',
      (now) => now.rig.state === 'idle' && now.rig.desired === 'idle',
      120_000,
    );
    const { bavail, bsize } = statfsSync(disk.path);
    expect(bavail * bsize).toBeGreaterThan(500_000);
    const [trial] = manifestOf(theSession(recordings)).trials;
    expect(trial).toMatchObject({ outcome: 'partial', endedBy: 'low-space' });
    expect(trial?.segments[0]?.modules['raw']?.files).toMatchObject([{ verdict: 'ok' }]);
  },
  180_000,
);

story.concurrent(
  'a disk that takes no write any more is told of, and neither the daemon nor a stop waits for it',
  async ({ makeDisk, makeRig, skip, expect }) => {
    skip(withImages !== null, withImages ?? '');
    const disk = makeDisk({ ext4Inodes: 512 }, 8_388_608);
    const recordings = join(disk.path, 'recordings');
    const rig = await makeRig({
      modules: { cam: { use: 'demo-sensor', stopTimeout: '2s' } },
      rig: { recordings, minFree: '100kB' },
    });
    await rig.startUp();
    await rig.wish('record.start');
    disk.freeze('on');
    try {
      const shown = await rig.until(
        'it is shown',
        (now) => now.rig.problems.some((one) => one.code === 'disk-fails'),
        50_000,
      );
      expect(shown.rig.problems.find((one) => one.code === 'disk-fails')?.message).toMatch(
        /a write is not done after 10 s/,
      );
      expect((await rig.run('status')).code).toBe(0);
      await rig.me.wish({ kind: 'record.stop' });
      await rig.until('the rig is idle', (now) => now.rig.state === 'idle', 90_000);
    } finally {
      disk.freeze('off');
    }
    await rig.until(
      'it is over',
      (now) => now.rig.problems.every((one) => one.code !== 'disk-fails'),
      60_000,
    );
    await rig.wish('record.start');
    await rig.wish('record.stop');
    await until(
      'both trials are on disk',
      () => manifestOf(theSession(recordings)).trials.length === 2,
    );
  },
  240_000,
);

story.concurrent(
  'a session that is ended on a disk that answers no more is told to be unwritten, and is written when it answers',
  async ({ makeDisk, makeRig, skip, expect }) => {
    skip(withImages !== null, withImages ?? '');
    const disk = makeDisk({ ext4Inodes: 512 }, 8_388_608);
    const recordings = join(disk.path, 'recordings');
    const rig = await makeRig({
      modules: { cam: { use: 'demo-sensor' } },
      rig: { recordings, minFree: '100kB' },
    });
    await rig.startUp();
    await rig.wish('record.start');
    await rig.wish('record.stop');
    disk.freeze('on');
    try {
      const { code, stdout } = await rig.run('session', 'end');
      expect(code).toBe(7);
      expect(stdout).toMatch(
        /^session 0001 is closed, but the disk of .* has not answered for 30 s\. .*\(dmesg\).* What it was given is written when it answers$/m,
      );
    } finally {
      disk.freeze('off');
    }
    const manifest = () => manifestOf(theSession(recordings));
    await until('its end is on the disk', () => manifest().session.endedAt !== null, 60_000);
    expect(manifest().trials).toMatchObject([{ outcome: 'complete' }]);
  },
  240_000,
);

story.concurrent(
  'a disk that holds every write keeps nothing from the disk beside it: wishes and journal are written on',
  async ({ makeDisk, makeRig, skip, expect }) => {
    skip(withImages !== null, withImages ?? '');
    const disk = makeDisk({ ext4Inodes: 512 }, 8_388_608);
    const rig = await makeRig({
      modules: {
        cam: { use: 'demo-sensor', stopTimeout: '2s' },
        spare: { use: 'demo-sensor', required: false },
      },
      rig: { recordings: join(disk.path, 'recordings'), minFree: '100kB' },
    });
    expect((await rig.run('up')).code).toBe(0);
    await rig.attach();
    await rig.wish('record.start');
    disk.freeze('on');
    try {
      await rig.me.wish({ kind: 'mark', text: 'it stands' });
      // Each of them asks the disk, too, and gets no answer.
      const asked = Array.from({ length: 4 }, () => rig.me.connection.call('preflight.get'));
      for (const answer of asked) answer.catch(() => undefined);
      await rig.until(
        'it is shown',
        (now) => now.rig.problems.some((one) => one.code === 'disk-fails'),
        50_000,
      );
      await rig.me.insist({ kind: 'module.disable', module: 'spare' });
      const journal = join(rig.stateDir, 'journal', '000001.ndjson');
      await until('it is in the journal', () =>
        /module\.disable/.test(readFileSync(journal, 'utf8')),
      );
      const wishes = join(rig.stateDir, 'running_modules.json');
      const wish = () => JSON.parse(readFileSync(wishes, 'utf8')).data.modules.spare.desired;
      await until('the wish is on disk', () => wish() === 'off');
    } finally {
      disk.freeze('off');
    }
    await rig.run('down', '--yes');
  },
  240_000,
);
