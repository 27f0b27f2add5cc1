import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { noSmallDisk } from '../daemon/store/small-disk.ts';
import { until } from '../support/until.ts';
import { cpuSeconds } from './support/processes.ts';
import type { StoryRig } from './support/rig.ts';
import { story } from './support/story.ts';

const modules = Object.fromEntries(
  ['cam', 'mic', 'gps'].map((name) => [name, { use: 'demo-sensor' }]),
);
/** Longer than every debounce, and than three pings. */
const watchMs = 60_000;

story.runIf(noSmallDisk === null)(
  'an idle rig writes nothing to disk for a minute',
  { timeout: 120_000 },
  async ({ makeDisk, makeRig }) => {
    // The run dir is in memory, as /run is.
    const rig = await makeRig({ modules, runDir: join(makeDisk().path, 'run') });
    await rig.startUp();
    await rig.wish('record.start');
    await rig.wish('record.stop');
    await until('the counters are saved', () => Date.now() - newest(rig) > 12_000, 40_000);

    const before = {
      files: fingerprint(rig),
      bytes: writtenBytes(rig),
      cpuS: cpuSeconds(rig.daemon.pid),
    };
    const beganMs = performance.now();
    await until(
      'a minute has passed',
      () => performance.now() - beganMs > watchMs,
      watchMs + 5_000,
    );
    const usedS = cpuSeconds(rig.daemon.pid) - before.cpuS;
    process.stdout.write(`  an idle minute cost the daemon ${usedS.toFixed(2)} CPU s\n`);
    expect(fingerprint(rig)).toEqual(before.files);
    expect(writtenBytes(rig) - before.bytes).toBe(0);
    expect(usedS).toBeLessThan(1);
    expect(rig.me.now().rig).toMatchObject({ status: 'idle', problems: [] });
  },
);

/** Every file of the state dir and of the recordings, with its size and time. */
function fingerprint(rig: StoryRig): string[] {
  return files(rig).map((path) => {
    const { size, mtimeMs } = statSync(path);
    return `${path} ${size} ${mtimeMs}`;
  });
}

/** A file that is gone since it was listed was just being replaced. */
function newest(rig: StoryRig): number {
  const timeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return Math.max(...files(rig).map((path) => timeOf(path) ?? Date.now()));
}

function files(rig: StoryRig): string[] {
  return [rig.stateDir, rig.recordings].flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort(),
  );
}

/** proc_pid_io(5): bytes that the daemon caused to be sent to a disk. */
function writtenBytes(rig: StoryRig): number {
  const text = readFileSync(`/proc/${rig.daemon.pid}/io`, 'utf8');
  return Number(/^write_bytes: (\d+)$/m.exec(text)?.[1] ?? Number.NaN);
}
