import { expect, test } from 'vitest';
import type { HistoryEntry } from '../../src/protocol/frames.ts';
import { isSo, sayAlready, settleWish, type Wish, whoWished } from '../../src/tui/wishes.ts';
import { problemWith } from '../support/sample-rig.ts';
import { ago, aModule, aSnapshot, noon, recordingRig } from './support/rig-view.ts';

const withMic = (facts: Parameters<typeof aModule>[0]) =>
  aSnapshot({ modules: { mic: aModule(facts) } });
const wish = (until: 'on' | 'off' | 'again'): Wish => ({
  of: 'module',
  module: 'mic',
  until,
  run: 3,
});

test.each([
  ['on', 'starting', { state: 'starting' }, 'waiting'],
  ['on', 'ready', { state: 'idle' }, 'true'],
  ['on', 'switched off by another', { desired: 'off' }, { but: 'mic was switched off meanwhile' }],
  ['on', 'crashed', { state: 'crashed' }, { but: 'mic does not run: crashed' }],
  ['off', 'stopping', { desired: 'off', state: 'stopping' }, 'waiting'],
  ['off', 'gone', { desired: 'off', state: 'disabled' }, 'true'],
  ['again', 'still in its old run', { state: 'recording', run: 3 }, 'waiting'],
  ['again', 'in its new run', { state: 'recording', run: 4 }, 'true'],
] as const)('a wish for %s, of a module that is %s', (until, _, facts, end) => {
  expect(settleWish(wish(until), withMic(facts))).toEqual(end);
});

test('a start that failed ends its wish with what is wrong', () => {
  const problem = problemWith({ message: 'mic did not say that it is ready within 30 s.' });
  expect(settleWish(wish('again'), withMic({ state: 'error', run: 4, problem }))).toEqual({
    but: 'mic did not say that it is ready within 30 s.',
  });
  expect(settleWish(wish('on'), aSnapshot({ modules: {} }))).toMatchObject({
    but: expect.stringContaining('mic is no module'),
  });
});

test('what is wished is so already, whoever wished it', () => {
  const off = withMic({ desired: 'off', state: 'stopping' });
  expect(isSo(wish('off'), off)).toBe(true);
  expect(isSo(wish('on'), off)).toBe(false);
  expect(sayAlready(wish('off'), off)).toBe('mic is off already');
  const rig = { of: 'rig', until: 'recording' } as const;
  const records = aSnapshot({ rig: recordingRig });
  expect(isSo(rig, records)).toBe(true);
  expect(sayAlready(rig, records)).toBe('trial 7 is being recorded already');
});

test('who it was is the newest change that such a wish made, if it is not long ago', () => {
  const change = (actor: string, cause: string, seconds: number): HistoryEntry => ({
    type: 'change',
    at: ago(seconds),
    epoch: 'e1',
    seq: 1,
    actor,
    cause,
    what: [],
    modules: ['mic'],
  });
  const history = [
    change('pi@pts/1', 'module.disable', 20),
    change('pi@pts/2', 'module.disable', 3),
    change('clock', 'deadline', 1),
  ];
  expect(whoWished(wish('off'), history, noon)).toBe('pi@pts/2');
  expect(whoWished(wish('on'), history, noon)).toBeNull();
  expect(
    whoWished({ of: 'module', module: 'cam', until: 'off', run: 1 }, history, noon),
  ).toBeNull();
  expect(whoWished(wish('off'), history.slice(0, 1), noon + 90_000)).toBeNull();
});
