import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { story } from './support/story.ts';

const sdk = new URL('../../modules/sdk/python', import.meta.url).pathname;
/** Its queue is over its level until somebody makes a file. */
const program = `
import os, rigdeck
def record(take):
    rows = take.open("csv", "n\\n")
    for now in take.samples(hz=50):
        rows.write(f"{take.count}\\n")
        full = not os.path.exists("drained")
        take.gauges = {"queue": {"value": 95 if full else 5, "warn": 80, "unit": "%"}}
rigdeck.run(record)
`;

story.concurrent(
  'a gauge over its level and a process over its limits are warnings that say so, and the recording goes on',
  { timeout: 90_000 },
  async ({ makeRig, expect }) => {
    const rig = await makeRig({
      modules: {
        cam: { command: ['python3', './cam.py'], env: { PYTHONPATH: sdk } },
        mic: { use: 'demo-sensor', options: { rate: 50 }, limits: { memory: '1MB' } },
      },
    });
    writeFileSync(join(rig.folder, 'cam.py'), program);
    await rig.startUp();
    await rig.wish('record.start');
    const warned = await rig.until(
      'both are warned of',
      ({ modules }) => Object.values(modules).every(({ problem }) => problem?.code === 'gauge'),
      40_000,
    );
    expect(warned.modules['cam']?.problem?.message).toBe('cam: queue 95 % (warns at 80 %)');
    expect(warned.modules['mic']?.problem?.message).toMatch(/memory, limit 1\.0 MB$/);
    expect(warned.rig).toMatchObject({ state: 'recording', status: 'recording' });
    expect((await rig.run('status')).stdout).toContain('queue 95 % (warns at 80 %)');
    writeFileSync(join(rig.folder, 'drained'), '');
    await rig.until('it is over', ({ modules }) => modules['cam']?.problem === null, 40_000);
    expect(rig.me.module('cam')).toMatchObject({ run: 1, lastProblem: { code: 'gauge' } });
    await rig.wish('record.stop');
  },
);
