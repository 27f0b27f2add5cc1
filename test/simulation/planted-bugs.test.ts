import { expect, test } from 'vitest';
import { bundleSimulation } from './bundle.ts';
import { plantedBugs } from './planted-bugs.ts';

/** So many lives at most until a bug is found. Never fewer lives in the big run than that. */
const lives = 1_200;

for (const [bug, edits] of Object.entries(plantedBugs)) {
  test(`a planted bug is found: ${bug}`, async () => {
    const { simulate } = await bundleSimulation(edits);
    const found = simulate(1, lives);
    expect(found?.broken ?? null).not.toBeNull();
  }, 300_000);
}

test('without a bug the same lives keep every promise', async () => {
  const { simulate } = await bundleSimulation();
  expect(simulate(1, 20)).toBeNull();
});
