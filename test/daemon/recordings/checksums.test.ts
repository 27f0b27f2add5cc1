import { readdir, readFile, truncate } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { Shelf, workspace } from './shelf.ts';

/** Whether any process of this machine has this file in its command line. */
async function isWorkedOn(path: string): Promise<boolean> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (words.split('\0').includes(path)) return true;
  }
  return false;
}

test.runIf(process.platform === 'linux')(
  'a checksum is let go while a recording is being started, and made afterwards',
  async () => {
    const shelf = new Shelf(await workspace());
    const { trial } = await shelf.prepare();
    await shelf.begin(trial, {});
    const file = await shelf.join('cam', trial, 1, 'x');
    await truncate(file, 500_000_000); // a hole costs no disk, only time to read
    await shelf.close(trial);
    await until('it is worked on', () => isWorkedOn(file));
    const next = await shelf.prepare();
    await until('it is let go', async () => !(await isWorkedOn(file)));
    shelf.recordings.discardTrial(next.trial, []);
    await until('it is worked on', () => isWorkedOn(file));
    await until(
      'its checksum',
      async () => {
        const { trials } = await shelf.manifest();
        return trials[0]?.segments[0]?.modules['cam']?.files[0]?.sha256 !== null;
      },
      50_000,
    ); // at idle priority a busy machine takes its time
    expect(await isWorkedOn(file)).toBe(false);
  },
);
