import { describe, expect, test } from 'vitest';
import { type PressInput, type PressStep, startPress, stepPress } from '../../src/gpio/press.ts';
import { buttons, playTrace } from './play.ts';
import { adversary } from './traces/adversary.ts';
import { bounce } from './traces/bounce.ts';
import { clean } from './traces/clean.ts';
import { noStamps } from './traces/no-stamps.ts';
import { noise } from './traces/noise.ts';
import { trouble } from './traces/trouble.ts';

const corpus = [...clean, ...bounce, ...noise, ...trouble, ...noStamps, ...adversary];

test('the corpus is large enough, and no trace stands in it twice', () => {
  expect(corpus.length).toBeGreaterThanOrEqual(50);
  expect(new Set(corpus.map(({ name }) => name)).size).toBe(corpus.length);
});

describe('a button tells what a finger did, and nothing else:', () => {
  test.each(corpus)('$name', (trace) => {
    expect(playTrace(trace)).toEqual(trace.told);
  });
});

test('what presses more than ten times in a second is no finger', () => {
  const line = '+1000..4000/73 -4010';
  const told = playTrace({ name: 'a square wave of 12 Hz', button: 'plain', line, told: [] });
  expect(told.filter((words) => words.startsWith('click'))).toHaveLength(10);
  expect(told.slice(-2)).toEqual(['chattering @1863.3', 'no longer chattering @6010']);
});

/** Takes all of it, as it comes, on a button with a hold that rests since 0. */
function take(inputs: readonly PressInput[]): PressStep {
  const rested = stepPress(startPress(0, 0, buttons.hold).state, look(0, 30), buttons.hold);
  return inputs.reduce(
    ({ state, told }, input) => {
      const step = stepPress(state, input, buttons.hold);
      return { ...step, told: [...told, ...step.told] };
    },
    { ...rested, told: [] } as PressStep,
  );
}

function look(level: 0 | 1, atMs: number): PressInput {
  return { type: 'look', level, atMs };
}

function edge(level: 0 | 1, atMs: number): PressInput {
  return { type: 'edge', level, atMs, lost: 0 };
}

test('an edge that is read after the line was found changed explains it, and has its own time', () => {
  const found = [look(0, 3_000), look(0, 3_020)];
  const { told } = take([edge(1, 1_000), look(1, 1_030), ...found, edge(0, 2_990), look(0, 3_021)]);
  expect(told).toMatchObject([
    { is: 'pressed', downMs: 1_000 },
    { is: 'released', downMs: 1_000, upMs: 2_990, early: true },
    { is: 'click', downMs: 1_000, meantMs: 2_990 },
  ]);
});

test('a look that nobody asked for decides nothing while what is waiting may still be read', () => {
  const { told, wakeAtMs } = take([edge(1, 1_000), look(1, 1_030), look(0, 3_000), look(0, 3_001)]);
  expect(told.map(({ is }) => is)).toEqual(['pressed']);
  expect(wakeAtMs).toBe(3_020);
});

test('an edge from before what was told already does not lie before it', () => {
  const held = [edge(1, 1_000), look(1, 1_030), look(1, 3_000)];
  const { told } = take([...held, edge(0, 2_999), look(0, 3_030)]);
  expect(told.slice(1)).toMatchObject([
    { is: 'hold', meantMs: 3_000 },
    { is: 'released', upMs: 3_000 },
  ]);
});
