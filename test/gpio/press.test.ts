import { describe, expect, test } from 'vitest';
import { playTrace } from './play.ts';
import { bounce } from './traces/bounce.ts';
import { clean } from './traces/clean.ts';
import { noise } from './traces/noise.ts';
import { trouble } from './traces/trouble.ts';

const corpus = [...clean, ...bounce, ...noise, ...trouble];

test('the corpus is large enough, and no trace stands in it twice', () => {
  expect(corpus.length).toBeGreaterThanOrEqual(50);
  expect(new Set(corpus.map(({ name }) => name)).size).toBe(corpus.length);
});

describe('a button tells what a finger did, and nothing else:', () => {
  test.each(corpus)('$name', (trace) => {
    expect(playTrace(trace)).toEqual(trace.told);
  });
});
