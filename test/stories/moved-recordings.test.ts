import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import { until } from '../support/until.ts';
import { manifestOf, rowsOf, sessions, theSession, unbroken } from './support/recorded.ts';
import type { StoryRig } from './support/rig.ts';
import { story } from './support/story.ts';

const modules = { mic: { use: 'demo-sensor', options: { rate: 20 } } };
const notice = ({ rig }: Snapshot) => rig.problems.find(({ code }) => code === 'config-changed');

/** Where rig.yaml says that the next session lies; what it asks of that disk, the one that records does not have. */
function move(rig: StoryRig, to: string): string {
  rig.configure({ modules, rig: { recordings: `./${to}`, minFree: '100TB' } });
  const folder = join(rig.folder, to);
  mkdirSync(folder);
  return folder;
}

/** The daemon is killed when what the next one has to know of the session is on the disk: moments after it began. */
async function killed(rig: StoryRig): Promise<void> {
  const folder = theSession(rig.recordings).split('/').at(-1) ?? '';
  const state = join(rig.stateDir, 'runtime-state.json');
  await until(
    'it is saved',
    () => existsSync(state) && readFileSync(state, 'utf8').includes(folder),
  );
  await rig.daemon.kill();
}

async function recordsOn(rig: StoryRig): Promise<void> {
  const before = rig.me.now().rig.trial;
  const mic = rig.pidOf('mic');
  await killed(rig);
  await rig.startUp();
  const { rig: now } = await rig.until('it records on', (next) => next.rig.state === 'recording');
  expect(now.trial).toMatchObject({ number: before?.number, label: before?.label, segment: 1 });
  expect(now.problems.map(({ code }) => code)).toEqual(
    notice(rig.me.now()) === undefined ? [] : ['config-changed'],
  );
  expect(rig.pidOf('mic')).toBe(mic);
}

story(
  'a recordings folder that was changed and applied waits for the session, also through a new daemon',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    await rig.wish('record.start', { label: 'long take' });
    const other = move(rig, 'other');
    const words =
      'waiting   rig.recordings (until no session is open and a daemon begins), rig.minFree (until a daemon begins)';
    expect((await rig.run('config', 'apply')).stdout).toContain(words);
    await recordsOn(rig);
    const seen = await rig.until('what waits is said', notice);
    expect(notice(seen)?.message).toBe(
      'rig.yaml is in force, but for rig.recordings and rig.minFree: that waits for the end of the session and a new start of the daemon.',
    );
    expect((await rig.run('config', 'apply')).stdout).toContain(words);
    // It holds for the session, not for one daemon.
    await recordsOn(rig);
    await rig.wish('record.stop');
    const session = theSession(rig.recordings);
    const manifest = manifestOf(session);
    expect(manifest.gaps).toEqual([]);
    expect(manifest.trials).toMatchObject([{ label: 'long take', outcome: 'complete' }]);
    const rows = rowsOf(session, 'mic');
    expect(rows).toEqual(unbroken(rows));
    expect(sessions(other)).toEqual([]);
    await rig.run('down');
    expect(manifestOf(session).session.endedAt).not.toBeNull();
  },
);

story(
  'a recordings folder that was only written into rig.yaml holds after the session, when a daemon begins',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    await rig.wish('record.start', { label: 'long take' });
    rig.configure({ modules, rig: { recordings: './other' } });
    await recordsOn(rig);
    await rig.wish('record.stop');
    await rig.wish('session.end');
    expect(manifestOf(theSession(rig.recordings)).session.endedAt).not.toBeNull();
    await rig.daemon.kill();
    await rig.startUp();
    expect(notice(rig.me.now())).toBeUndefined();
    await rig.wish('record.start');
    await rig.wish('record.stop');
    expect(sessions(rig.recordings)).toHaveLength(1);
    expect(theSession(join(rig.folder, 'other'))).toMatch(/\/0002_/);
    await rig.run('down');
  },
);

story(
  'a session whose folder is gone is named with the place where it was',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    await rig.wish('session.start', { name: 'dawn' });
    const was = theSession(rig.recordings);
    await killed(rig);
    rmSync(rig.recordings, { recursive: true });
    move(rig, 'other');
    await rig.startUp();
    const { problems } = rig.me.now().rig;
    expect(problems).toMatchObject([{ code: 'recordings-folder' }]);
    expect(problems[0]?.message).toContain(`session 0001 is not where it was (${was})`);
    await rig.run('down');
  },
);
