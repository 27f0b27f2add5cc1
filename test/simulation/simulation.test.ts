import { expect, test } from 'vitest';
import { bundleSimulation } from './bundle.ts';
import { Coverage } from './coverage.ts';

/** Each seed is a life. A life that breaks a promise is told by `node scripts/simulate.mjs SEED`. */
const lives = 2_200;

const { core, live } = await bundleSimulation();
const coverage = new Coverage();
coverage.watch('life', core.lifeTable);
coverage.watch('take', core.takeTable);
coverage.watch('recording', core.recordingTable);

test('two thousand rigs live through crashes, kills, power cuts and people, and keep every promise', () => {
  let steps = 0;
  for (let seed = 1; seed <= lives; seed++) {
    const outcome = live(core, seed);
    expect(outcome.broken, `node scripts/simulate.mjs ${seed}`).toBeNull();
    steps += outcome.steps;
  }
  expect(steps).toBeGreaterThan(lives * 100);
}, 600_000);

test('in those lives every cell of the three tables that is not impossible was visited', () => {
  expect(coverage.cells).toBeGreaterThan(150);
  expect(coverage.missing()).toEqual([]);
});
