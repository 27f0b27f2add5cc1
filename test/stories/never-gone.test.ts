import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/until.ts';
import { filesOf, manifestOf, theSession } from './support/recorded.ts';
import { story } from './support/story.ts';

const sensor = { use: 'demo-sensor', options: { rate: 50 } };
const slow = { use: 'demo-sensor', options: { rate: 50, armAfter: 20_000 }, armTimeout: '60s' };

story.concurrent(
  'a start whose daemon is killed between armed and go leaves no files and no number, and the next trial is the first',
  { timeout: 120_000 },
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules: { cam: sensor, slow: { ...slow, required: false } } });
    await rig.startUp();
    await rig.me.insist({ kind: 'record.start' });
    await rig.until('one is armed', ({ modules: { cam } }) => cam?.phase === 'armed', 20_000);
    const session = theSession(rig.recordings);
    expect(filesOf(session, 'cam')).toHaveLength(1);
    await rig.daemon.kill();
    await rig.start();
    await rig.wish('record.stop');
    await rig.until('the rig is idle', ({ rig: { state } }) => state === 'idle', 30_000);
    await until('nothing is left of it', () => !existsSync(join(session, 'cam')));
    expect((await rig.run('sessions', 'verify')).code).toBe(0);
    await rig.wish('module.disable', { module: 'slow' });
    expect((await rig.run('record', 'start')).code).toBe(0);
    await rig.wish('record.stop');
    expect(manifestOf(session).trials.map(({ number }) => number)).toEqual([1]);
    expect((await rig.run('sessions', 'verify')).code).toBe(0);
  },
);
