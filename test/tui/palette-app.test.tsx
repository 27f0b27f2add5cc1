import { expect, test } from 'vitest';
import { done, listening, show, typeUntil } from './support/app-on-rig.tsx';
import { aModule, aSnapshot, aView, recordingRig } from './support/rig-view.ts';

const modules = { cam: aModule(), mic: aModule() };

test('what is typed behind a colon is done, and the screen below is there again', async () => {
  const screen = show(aView(aSnapshot({ modules })), done);
  await typeUntil(screen, ':', () => screen.lastFrame()?.startsWith(' :') === true);
  screen.stdin.write('mic rest');
  await expect.poll(screen.lastFrame).toContain('▌restart mic');
  screen.stdin.write('\r');
  await expect.poll(() => screen.intents).toEqual([{ kind: 'module.restart', module: 'mic' }]);
  await expect.poll(screen.lastFrame).toContain('MODULE');
});

test('the colon, the words and Enter may come in one piece, as over a slow line', async () => {
  const screen = await listening(aView(aSnapshot({ modules })), done);
  screen.stdin.write(':open mic\r');
  await expect.poll(screen.lastFrame).toMatch(/^ mic /);
  screen.stdin.write('\u001b');
  await expect.poll(screen.lastFrame).toContain('MODULE');
});

test('what cannot be done says why, and the palette stays', async () => {
  const screen = show(aView(aSnapshot({ modules })), done);
  await typeUntil(screen, ':', () => screen.lastFrame()?.startsWith(' :') === true);
  screen.stdin.write('stop\r');
  await expect.poll(screen.lastFrame).toContain('not now: nothing is being recorded');
  expect(screen.lastFrame()).toContain(':stop');
  screen.stdin.write('\u001b');
  await expect.poll(screen.lastFrame).toContain('MODULE');
  expect(screen.intents).toEqual([]);
});

test('a stop from the palette asks, over the screen that was below it', async () => {
  const screen = show(aView(aSnapshot({ modules, rig: recordingRig })), done);
  await typeUntil(screen, ':', () => screen.lastFrame()?.startsWith(' :') === true);
  screen.stdin.write('stop\r');
  await expect.poll(screen.lastFrame).toContain('Stop recording?');
  expect(screen.intents).toEqual([]);
  screen.stdin.write('\u001b');
  await expect.poll(screen.lastFrame).toContain('MODULE');
});
