import { expect, test } from 'vitest';
import { sayLight, sayNow } from '../../src/protocol/gpio-words.ts';
import { type Rhythm, rhythmWords } from '../../src/protocol/rhythm.ts';

test('a light says of a disk, of the clock and of clients what it means there', () => {
  expect(sayLight('storage', 'idle')).toBe('there is room');
  expect(sayLight('clock', 'busy')).toBe('nobody knows whether it is right');
  expect(sayLight('clients', 'busy')).toBe('somebody is attached');
});

test('the lights of the rig and of modules say what their rhythm says everywhere', () => {
  for (const rhythm of Object.keys(rhythmWords) as Rhythm[])
    for (const shows of ['rig', 'module.mic', 'constructor'])
      expect(sayLight(shows, rhythm)).toBe(rhythmWords[rhythm].says);
});

test('a push button is pressed or up, a latching switch is on or off', () => {
  const line = { kind: 'button', state: 'ok', level: 1 } as const;
  expect(sayNow({ ...line, does: 'click mark' })).toBe('pressed');
  expect(sayNow({ ...line, does: 'switch record' })).toBe('on');
  expect(sayNow({ ...line, does: 'switch record', level: 0 })).toBe('off');
});
