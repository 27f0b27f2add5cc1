import { expect, test } from 'vitest';
import { done, show, typeUntil } from './support/app-on-rig.tsx';
import { aSnapshot, aView, monoNoon, noon, recordingRig } from './support/rig-view.ts';

const mark = { kind: 'mark', atMonoMs: monoNoon };
const records = aView(aSnapshot({ rig: recordingRig }));

test('a marker is sent at once, and its words follow with the instant of its key', async () => {
  const screen = show(records, done);
  await typeUntil(screen, 'm', () => screen.intents.length > 0);
  await expect.poll(screen.lastFrame).toContain('marked · W adds words');
  expect(screen.lastFrame()).toContain('W add words');
  const sent = screen.intents.length;
  screen.stdin.write('W');
  await expect.poll(screen.lastFrame).toMatch(/ words:[\s\S]*The marker of \d\d:00:00 is set/);
  screen.stdin.write('door m W');
  await expect.poll(screen.lastFrame).toContain(' words: door m W');
  expect(screen.intents.slice(sent)).toEqual([]);
  screen.stdin.write('\r');
  await expect.poll(() => screen.intents.slice(sent)).toEqual([{ ...mark, text: 'door m W' }]);
  await expect.poll(screen.lastFrame).toContain('marked "door m W"');
  screen.stdin.write('W');
  await expect.poll(screen.lastFrame).toContain('no marker of yours waits for words');
});

test.each([
  ['names the trial of its marker', noon, 7, / in trial 7 is set/],
  ['names none for a marker between trials', noon, null, /:00:00 is set/],
  ['names none where the newest marker is another one', noon + 5_000, 7, /:00:00 is set/],
] as const)('the page for words %s', async (_, atMs, trial, says) => {
  const at = new Date(atMs).toISOString();
  const lastMarker = { at, actor: 'kim@pts/2', text: null, trial };
  const screen = show(aView(aSnapshot({ rig: { ...recordingRig, lastMarker } })), done);
  await typeUntil(screen, 'm', () => screen.intents.length > 0);
  await expect.poll(screen.lastFrame).toContain('W adds words');
  screen.stdin.write('W');
  await expect.poll(screen.lastFrame).toMatch(says);
});

test('who leaves the words away has set the marker all the same', async () => {
  const screen = show(records, done);
  await typeUntil(screen, 'm', () => screen.intents.length > 0);
  await expect.poll(screen.lastFrame).toContain('W adds words');
  const sent = screen.intents.length;
  screen.stdin.write('W');
  await expect.poll(screen.lastFrame).toContain(' words:');
  screen.stdin.write('half a');
  await expect.poll(screen.lastFrame).toContain('half a');
  screen.stdin.write('\u001b');
  await expect.poll(screen.lastFrame).toContain('MODULE');
  expect(screen.intents.slice(sent)).toEqual([]);
});

test('the words are sent also where the answer to the marker never came', async () => {
  const screen = show(records, () => Promise.reject(new Error('the line broke')));
  await typeUntil(screen, 'm', () => screen.intents.length > 0);
  await expect.poll(screen.lastFrame).toContain('marker sent: not confirmed, the line broke');
  const sent = screen.intents.length;
  screen.stdin.write('Wfrog\r');
  await expect.poll(() => screen.intents.slice(sent)).toEqual([{ ...mark, text: 'frog' }]);
});
