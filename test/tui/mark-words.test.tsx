import { expect, test } from 'vitest';
import { done, listening } from './support/app-on-rig.tsx';
import { aSnapshot, aView, monoNoon, noon, recordingRig } from './support/rig-view.ts';

const mark = { kind: 'mark', atMonoMs: monoNoon };
const records = aView(aSnapshot({ rig: recordingRig }));

test('a marker is sent at once, and its words follow with the instant of its key', async () => {
  const screen = await listening(records, done);
  screen.stdin.write('m');
  await expect.poll(screen.lastFrame).toContain('marked · W adds words');
  expect(screen.lastFrame()).toContain('W add words');
  screen.stdin.write('W');
  await expect.poll(screen.lastFrame).toMatch(/The marker of \d\d:00:00 is set[\s\S]* words:/);
  expect(screen.lastFrame()).toContain('MODULE');
  screen.stdin.write('door m W');
  await expect.poll(screen.lastFrame).toContain(' words: door m W');
  expect(screen.intents).toEqual([mark]);
  screen.stdin.write('\r');
  await expect.poll(() => screen.intents).toEqual([mark, { ...mark, text: 'door m W' }]);
  await expect.poll(screen.lastFrame).toContain('marked "door m W"');
});

test('each m is a marker of its own, also where several come in one piece with the key behind them', async () => {
  const screen = await listening(records, done);
  screen.stdin.write('mmms');
  await expect.poll(screen.lastFrame).toContain('Stop recording?');
  expect(screen.intents).toEqual([mark, mark, mark]);
});

test('the keys, the words behind them and Enter in one piece are one marker with these words', async () => {
  const screen = await listening(records, done);
  screen.stdin.write('mWWind from e\r');
  await expect.poll(() => screen.intents).toEqual([mark, { ...mark, text: 'Wind from e' }]);
  await expect.poll(screen.lastFrame).toContain('marked "Wind from e"');
  expect(screen.lastFrame()).not.toContain(' words:');
});

test('a label that is typed while a trial runs is no row of keys', async () => {
  const screen = await listening(records, done);
  screen.stdin.write('Lere\r');
  await expect.poll(screen.lastFrame).toContain('trial 7 is being recorded already');
  expect(screen.lastFrame()).toContain(' label: ere');
  expect(screen.intents).toEqual([]);
});

test('W asks again for the words of a marker that was left without any', async () => {
  const screen = await listening(records, done);
  screen.stdin.write('mW\r');
  await expect.poll(screen.lastFrame).toContain('W add words');
  screen.stdin.write('Wfrog\r');
  await expect.poll(() => screen.intents).toEqual([mark, { ...mark, text: 'frog' }]);
  screen.stdin.write('Wr');
  await expect.poll(screen.lastFrame).toContain('no marker of yours waits for words');
  expect(screen.lastFrame()).toContain(' words: r');
});

test.each([
  ['names the trial of its marker', noon, 7, / in trial 7 is set/],
  ['names none for a marker between trials', noon, null, /:00:00 is set/],
  ['names none where the newest marker is another one', noon + 5_000, 7, /:00:00 is set/],
] as const)('the page for words %s', async (_, atMs, trial, says) => {
  const at = new Date(atMs).toISOString();
  const lastMarker = { at, monoNs: '1', actor: 'kim@pts/2', text: null, trial };
  const screen = await listening(aView(aSnapshot({ rig: { ...recordingRig, lastMarker } })), done);
  screen.stdin.write('mW');
  await expect.poll(screen.lastFrame).toMatch(says);
});

test('who leaves the words away has set the marker all the same', async () => {
  const screen = await listening(records, done);
  screen.stdin.write('mWhalf a');
  await expect.poll(screen.lastFrame).toContain(' words: half a');
  screen.stdin.write('\u001b');
  await expect.poll(screen.lastFrame).not.toContain(' words:');
  expect(screen.intents).toEqual([mark]);
});

test('the words are sent also where the answer to the marker never came', async () => {
  const screen = await listening(records, () => Promise.reject(new Error('the line broke')));
  screen.stdin.write('m');
  await expect.poll(screen.lastFrame).toContain('marker sent: not confirmed, the line broke');
  screen.stdin.write('Wfrog\r');
  await expect.poll(() => screen.intents).toEqual([mark, { ...mark, text: 'frog' }]);
});

test('a marker that no daemon took is set with its instant and words as soon as one answers', async () => {
  const screen = await listening(records, done);
  screen.change({ ...records, link: { state: 'lost', sinceMs: noon, retryAtMs: noon, words: '' } });
  await expect.poll(screen.lastFrame).toContain('the daemon was last seen');
  screen.stdin.write('mfrog\r');
  await expect.poll(screen.lastFrame).toContain('nothing was sent');
  expect(screen.lastFrame()).toContain(' words: frog');
  screen.change(records);
  await expect.poll(screen.lastFrame).toMatch(/Enter sets the marker of \d\d:00:00 now/);
  screen.stdin.write('\r');
  await expect.poll(() => screen.intents).toEqual([{ ...mark, text: 'frog' }]);
});
