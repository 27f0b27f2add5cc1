import { expect, test } from 'vitest';
import { Saver } from '../../../src/daemon/store/saver.ts';
import { until } from '../../support/until.ts';

test('many changes in a row are few saves, one at a time, and the last is saved', async () => {
  let value = 0;
  let saved = -1;
  let saves = 0;
  let atOnce = 0;
  const saver = new Saver(
    async () => {
      atOnce += 1;
      expect(atOnce).toBe(1);
      const seen = value;
      await new Promise((resolve) => setTimeout(resolve, 5));
      saved = seen;
      saves += 1;
      atOnce -= 1;
    },
    50,
    () => {},
  );
  const beganMs = performance.now();
  await until('300 ms of changes', () => {
    value += 1;
    saver.changed();
    return performance.now() - beganMs > 300;
  });
  expect(await saver.settle()).toBe(true);
  expect(saved).toBe(value);
  expect(saves).toBeLessThanOrEqual((performance.now() - beganMs) / 50 + 2);
});

test('a save that fails is told, tried again by itself, and told when it succeeds', async () => {
  const told: unknown[] = [];
  let failures = 2;
  const saver = new Saver(
    async () => {
      failures -= 1;
      if (failures >= 0) throw new Error('full');
    },
    0,
    (error) => told.push(error),
  );
  saver.changed();
  await until('it succeeds', () => told.includes(null));
  expect(told).toEqual([expect.any(Error), expect.any(Error), null]);
  expect(saver.isSettled).toBe(true);
});

test('nothing is saved after the end, but by asking for it', async () => {
  let saves = 0;
  const saver = new Saver(
    async () => {
      saves += 1;
    },
    0,
    () => {},
  );
  saver.stop();
  saver.changed();
  expect(await saver.settle()).toBe(true);
  expect(saves).toBe(1);
  saver.changed();
  saver.goOn();
  await until('the second save', () => saves === 2);
});

test('where nothing has changed a light save proves the disk; what has changed is saved whole', async () => {
  const saved: string[] = [];
  let isFull = false;
  const save = (how: string) => async () => {
    if (isFull) throw new Error('full');
    saved.push(how);
  };
  const saver = new Saver(save('whole'), 1_000, () => {});
  expect(await saver.prove(save('light'))).toBe(true);
  saver.changed(); // by itself it would be saved a second later
  expect(await saver.prove(save('light'))).toBe(true);
  expect(saved).toEqual(['light', 'whole']);
  isFull = true;
  expect(await saver.prove(save('light'))).toBe(false);
  saver.stop();
});
