import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sameJson } from '../../src/core/same.ts';

const value = fc.jsonValue({ maxDepth: 3 });
/** Keys in another order, and others that are not there. */
function shuffled(one: unknown): unknown {
  if (Array.isArray(one)) return one.map(shuffled);
  if (typeof one !== 'object' || one === null) return one;
  const entries = Object.entries(one).map(([key, part]) => [key, shuffled(part)]);
  return Object.fromEntries([...entries.reverse(), ['not there', undefined]]);
}
/** As text, with keys in one order: what the same means. */
function text(one: unknown): string {
  return JSON.stringify(one, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

test('what is the same as JSON is the same, whatever the order of keys', () => {
  fc.assert(
    fc.property(value, (one) => sameJson(one, shuffled(one)) && sameJson(shuffled(one), one)),
  );
});

test('what differs as JSON is not the same', () => {
  const pair = fc.tuple(value, value);
  fc.assert(fc.property(pair, ([a, b]) => sameJson(a, b) === (text(a) === text(b))));
});

test.each([
  [[], {}],
  [{}, null],
  [{ a: null }, {}],
  [{ a: 1 }, { a: 1, b: 2 }],
  [{ a: { b: 1 } }, { a: { b: 2 } }],
  [[1], [1, 2]],
  [{}, { constructor: 1 }], // a name that every object seems to have
])('%j is not %j', (a, b) => {
  expect([sameJson(a, b), sameJson(b, a)]).toEqual([false, false]);
});

test('keys that do not count are left out at the top alone', () => {
  expect(sameJson({ a: 1, b: 1 }, { a: 1, b: 2 }, ['b'])).toBe(true);
  expect(sameJson({ a: 1 }, { a: 1, b: 2 }, ['b'])).toBe(true);
  expect(sameJson({ a: { b: 1 } }, { a: { b: 2 } }, ['b'])).toBe(false);
});
