import { test } from 'vitest';
import {
  mountSmallDisk,
  type SmallDisk,
  type SmallDiskKind,
} from '../../daemon/store/small-disk.ts';
import { until } from '../../support/until.ts';
import { type Plan, StoryRig } from './rig.ts';

type Rigs = {
  /** A disk of its own. It is there until the rigs of the story have ended. */
  readonly makeDisk: (kind?: SmallDiskKind, bytes?: number) => SmallDisk;
  readonly makeRig: (plan: Plan) => Promise<StoryRig>;
};
const diskBytes = 4_194_304;

/** A test about whole rigs: whatever is started in it has ended when it is over, also when it failed. */
export const story = test.extend<Rigs>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern which fixtures are needed
  makeDisk: async ({}, use) => {
    const disks: SmallDisk[] = [];
    await use((kind, bytes = diskBytes) => {
      const disk = mountSmallDisk(bytes, kind);
      disks.push(disk);
      return disk;
    });
    // A process that is just ending has no environment to be found by any more, and its files for a moment yet.
    for (const disk of disks) await until('the disk is let go', () => isRemoved(disk));
  },
  // It asks for the disks only so that they are taken away after it.
  makeRig: async ({ makeDisk: _ }, use) => {
    const rigs: StoryRig[] = [];
    await use(async (plan) => {
      const rig = await StoryRig.make(plan);
      rigs.push(rig);
      return rig;
    });
    await Promise.all(rigs.map((rig) => rig.remove()));
  },
});

function isRemoved(disk: SmallDisk): boolean {
  try {
    disk.remove();
    return true;
  } catch {
    return false; // it is busy
  }
}
