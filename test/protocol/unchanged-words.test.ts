import { expect, test } from 'vitest';
import { sayUnchanged } from '../../src/protocol/unchanged-words.ts';

test.each([
  ['retry', 'recording', 'ok', 'cam is recording: nothing to retry'],
  ['retry', 'idle', 'ok', 'cam is idle: nothing to retry'],
  [
    'retry',
    'recording',
    'stalled',
    'cam is recording, but nothing lands: nothing to retry; rigdeck restart cam starts it anew',
  ],
  ['enable', 'recording', 'ok', 'cam is on already, and recording'],
  ['enable', 'starting', 'ok', 'cam is on already, and starting'],
  [
    'enable',
    'crashed',
    'unknown',
    'cam is on already, but crashed; rigdeck retry cam tries it now',
  ],
  ['disable', 'disabled', 'unknown', 'cam is off already'],
  ['disable', 'stopping', 'ok', 'cam is off already, and stopping'],
] as const)(
  'a %s that changes nothing on a module that is %s says so',
  (verb, state, health, words) => {
    expect(sayUnchanged(verb, 'cam', { state, health })).toBe(words);
  },
);

test('a module that has left the rig meanwhile is no module of it', () => {
  expect(sayUnchanged('retry', 'cam', undefined)).toBe('cam is no module of this rig any more');
});
