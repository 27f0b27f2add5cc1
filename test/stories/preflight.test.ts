import { readdirSync } from 'node:fs';
import type { Preflight } from '../../src/protocol/preflight.ts';
import { story } from './support/story.ts';

story.concurrent(
  'preflight says whether the rig can record now, and leaves nothing behind',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({
      modules: {
        cam: { use: 'demo-sensor' },
        mic: { use: 'demo-sensor', options: { neverReady: true } },
      },
    });
    await rig.start();
    await rig.until('cam is ready', ({ modules }) => modules['cam']?.state === 'idle');
    const asked = async () => {
      const { code, stdout } = await rig.run('preflight', '--json');
      return { code, ...(JSON.parse(stdout) as Preflight) };
    };
    const before = await asked();
    expect(before).toMatchObject({ code: 1, verdict: 'blocked', version: 1 });
    expect(before.checks.find(({ about }) => about === 'mic')).toMatchObject({
      level: 'blocker',
      message: 'not ready yet: waiting until it is ready',
    });

    await rig.wish('module.disable', { module: 'mic' });
    const after = await asked();
    expect(after).toMatchObject({ code: 0 });
    expect(after.checks.filter(({ level }) => level === 'blocker')).toEqual([]);
    expect(after.checks.find(({ about }) => about === 'storage')?.message).toMatch(
      /a (small )?write took [\d.]+ m?s$/,
    );
    expect(readdirSync(rig.recordings)).toEqual([]);

    const people = await rig.run('preflight');
    expect(people.code).toBe(0);
    expect(people.stdout).toMatch(/^warning mic +switched off\. rigdeck enable mic$/m);
    expect(people.stdout).toMatch(/^ok +cam +ready, heard (just now|.* ago)$/m);
    expect(people.stdout).toMatch(
      /\nReady to record, with warnings\. As of (just now|.* ago)\.\n$/,
    );

    await rig.wish('record.start');
    await rig.wish('record.stop');
    expect((await asked()).checks.at(-1)).toMatchObject({ about: 'last session', level: 'ok' });
    await rig.daemon.kill();
    expect((await rig.run('preflight')).code).toBe(3);
  },
);
