import { expect, test } from 'vitest';
import { configuredAs } from '../../../src/daemon/config/configured-as.ts';
import { Filling, type Wrote } from '../../../src/daemon/host/filling.ts';
import { configSchema } from '../../../src/protocol/config.ts';

const both = ['mic', 'cam'];
let rate = 48_000;
const keyOf = (modules: readonly string[]) => `${modules.join()} ${rate}`;
const fresh = (saved: Wrote | null = null) => new Filling(saved, keyOf);

/** A trial of so many looks, 5 s apart, in which so many bytes come between two of them. */
function trial(filling: Filling, looks: number, grown: number, who = both): Filling {
  filling.begin();
  for (let look = 0; look < looks; look += 1) filling.see(look * grown, look * 5_000, who);
  return filling;
}

test('in the first minute of a first trial there is a guess at most', () => {
  const filling = fresh();
  expect(filling.now(both)).toEqual({ bytesPerS: null, isKnown: false });
  expect(trial(filling, 12, 5_000).now(both)).toMatchObject({ isKnown: false });
  expect(filling.saved).toBeNull();
  expect(trial(filling, 13, 5_000).now(both)).toMatchObject({ isKnown: true });
});

test('in the first minute of another trial it is what the same modules wrote before, or more where they do', () => {
  const filling = trial(fresh(), 20, 5_000);
  expect(trial(filling, 0, 0).now(both)).toMatchObject({ isKnown: true });
  expect(filling.now(both).bytesPerS).toBeCloseTo(1_000);
  expect(trial(filling, 4, 50).now(both).bytesPerS).toBeCloseTo(1_000);
  expect(trial(filling, 4, 10_000).now(both).bytesPerS).toBeCloseTo(2_000);
  expect(trial(filling, 20, 50).now(both).bytesPerS).toBeCloseTo(10);
});

test('other modules, or the same with other options, are not judged by that trial', () => {
  const filling = trial(fresh(), 20, 5_000);
  for (const who of [['mic'], ['cam', 'gps']])
    expect(trial(filling, 0, 0).now(who)).toEqual({ bytesPerS: null, isKnown: false });
  rate = 96_000;
  expect(filling.now(both)).toEqual({ bytesPerS: null, isKnown: false });
});

test('the next daemon knows at once how fast the same modules fill the disk', () => {
  const { saved } = trial(fresh(), 20, 5_000);
  expect(saved).toEqual({ bytesPerS: 1_000, who: keyOf(both) });
  expect(fresh(saved).now(both)).toEqual({ bytesPerS: 1_000, isKnown: true });
  expect(fresh(saved).now(['mic']).isKnown).toBe(false);
});

test('what is saved is written anew only when the rate is clearly another one', () => {
  const filling = fresh();
  let told = 0;
  filling.onSaved(() => {
    told += 1;
  });
  trial(filling, 200, 5_000);
  expect(told).toBe(1);
  trial(filling, 200, 5_500);
  expect(told).toBe(1);
  expect(filling.now(both).bytesPerS).toBeCloseTo(1_100);
  trial(filling, 20, 50_000);
  expect(told).toBe(2);
  expect(filling.saved?.bytesPerS).toBe(10_000);
});

test('modules are told apart by their options, whatever their order', () => {
  const config = (options: object) =>
    configSchema.parse({
      version: 1,
      rig: { name: 'it', recordings: 'r' },
      modules: { mic: { use: 'audio', options }, cam: { use: 'camera' } },
    });
  const known = configuredAs(config({ rate: 48_000 }), both);
  expect(configuredAs(config({ rate: 48_000 }), ['cam', 'mic'])).toBe(known);
  expect(configuredAs(config({ rate: 96_000 }), both)).not.toBe(known);
  expect(configuredAs(config({ rate: 48_000 }), ['mic'])).not.toBe(known);
});
