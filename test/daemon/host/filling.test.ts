import { expect, test } from 'vitest';
import { Filling } from '../../../src/daemon/host/filling.ts';

const mic = { module: 'mic' };
const cam = { module: 'cam' };
const both = [mic, cam];

/** A trial of so many looks, 5 s apart, in which so many bytes come between two of them. */
function trial(filling: Filling, looks: number, grown: number, who = both): Filling {
  filling.begin();
  for (let look = 0; look < looks; look += 1) filling.see(look * grown, look * 5_000, who);
  return filling;
}

test('in the first minute of a first trial there is a guess at most', () => {
  const filling = new Filling();
  expect(filling.now(both)).toEqual({ bytesPerS: null, isKnown: false });
  expect(trial(filling, 12, 5_000).now(both)).toMatchObject({ isKnown: false });
  expect(trial(filling, 13, 5_000).now(both)).toMatchObject({ isKnown: true });
});

test('in the first minute of another trial it is what the same modules wrote before, or more where they do', () => {
  const filling = trial(new Filling(), 20, 5_000);
  expect(trial(filling, 0, 0).now(both)).toMatchObject({ isKnown: true });
  expect(filling.now(both).bytesPerS).toBeCloseTo(1_000);
  expect(trial(filling, 4, 50).now(both).bytesPerS).toBeCloseTo(1_000);
  expect(trial(filling, 4, 10_000).now(both).bytesPerS).toBeCloseTo(2_000);
  expect(trial(filling, 20, 50).now(both).bytesPerS).toBeCloseTo(10);
});

test('other modules, or the same with other options, are not judged by that trial', () => {
  const filling = trial(new Filling(), 20, 5_000);
  for (const who of [[mic], [cam, mic], [mic, { module: 'cam' }]])
    expect(trial(filling, 0, 0).now(who)).toEqual({ bytesPerS: null, isKnown: false });
});
