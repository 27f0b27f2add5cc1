import { test } from 'vitest';
import { type Plan, StoryRig } from './rig.ts';

type Rigs = { readonly makeRig: (plan: Plan) => Promise<StoryRig> };

/** A test about whole rigs: whatever is started in it has ended when it is over, also when it failed. */
export const story = test.extend<Rigs>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern which fixtures are needed
  makeRig: async ({}, use) => {
    const rigs: StoryRig[] = [];
    await use(async (plan) => {
      const rig = await StoryRig.make(plan);
      rigs.push(rig);
      return rig;
    });
    await Promise.all(rigs.map((rig) => rig.remove()));
  },
});
