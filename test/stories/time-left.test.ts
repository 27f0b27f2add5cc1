import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import { until } from '../support/until.ts';
import { story } from './support/story.ts';

const writes = 'while :; do head -c 20000 /dev/zero; sleep 0.1; done > "$0"';

story(
  'how long the disk lasts is known at once again when a killed daemon is followed by another in the trial',
  async ({ makeRig, expect }) => {
    const command = ['/bin/sh', '-c', writes, '{dir}/{prefix}.raw'];
    const rig = await makeRig({ modules: { raw: { protocol: 'none', record: { command } } } });
    const known = (withinMs: number) =>
      until(
        'how long the disk lasts is known',
        async () => {
          const { host } = (await rig.me.connection.call('state.get')) as Snapshot;
          return host.storage.secondsToFull === null ? null : host.storage;
        },
        withinMs,
      );
    const daemon = await rig.startUp();
    await rig.wish('record.start');
    const before = await known(150_000); // a minute is to be seen first
    const saved = join(rig.stateDir, 'runtime-state.json');
    await until('the next daemon can know it', () =>
      /"filling": ?\{/.test(readFileSync(saved, 'utf8')),
    );
    await daemon.kill();
    await rig.start();
    // By itself it would have to see a minute, too.
    const after = await known(30_000);
    expect(after.bytesPerS).toBeGreaterThan((before.bytesPerS ?? 0) / 3);
    await rig.wish('record.stop');
  },
  300_000,
);
