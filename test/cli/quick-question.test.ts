import { expect, it } from 'vitest';
import { quickQuestion } from '../../src/cli/quick-question.ts';

it.each([
  'status',
  'status --json',
  '--run-dir /run/rigdeck status',
  'is up',
  '--run-dir=/x status',
  '--no-color is mic:recording --run-dir /x --json',
])('rigdeck %s is answered without the parser of all commands', (line) => {
  expect(quickQuestion(line.split(' '))).not.toBeNull();
});

it.each([
  'status --watch',
  'status now',
  'is',
  'is up down',
  'is --help',
  '--run-dir --json status',
  'up',
  '--version',
])('rigdeck %s is left to the parser', (line) => {
  expect(quickQuestion(line.split(' '))).toBeNull();
});

it('rigdeck alone, which is the terminal UI, is not kept waiting by the parser either', () => {
  expect(quickQuestion([])).not.toBeNull();
  expect(quickQuestion(['--run-dir', '/x'])).not.toBeNull();
  expect(quickQuestion(['--run-dir', 'status'])).not.toBeNull(); // a folder of that name
  expect(quickQuestion(['--no-daemon'])).toBeNull();
});
