import { expect, test } from 'vitest';
import type { RemoteView } from '../../src/protocol/rig.ts';
import { done, listening } from './support/app-on-rig.tsx';
import { aModule, aPanel, aSnapshot, aView, recordingRig } from './support/rig-view.ts';

const modules = { cam: aModule(), gps: aModule(), mic: aModule() };

/** A screen with the mouse on it, and where its words stand. */
async function pointing(view: RemoteView = aView(aSnapshot({ modules, gpio: aPanel }))) {
  const screen = await listening(view, done);
  screen.stdin.write('M');
  await expect.poll(screen.lastFrame).toContain('mouse on: click a row');
  const nowhere = { what: 'click', row: 90, column: 90 } as const;
  await expect.poll(() => screen.point(nowhere)).toBe(true);
  const find = (words: string) => {
    const lines = (screen.lastFrame() ?? '').split('\n');
    const row = lines.findLastIndex((line) => line.includes(words));
    return { row, column: lines[row]?.indexOf(words) ?? -1 };
  };
  const click = (words: string) => screen.point({ what: 'click', ...find(words) });
  return { ...screen, click };
}

test('a click selects a row, and a click on the selected row opens it', async () => {
  const screen = await pointing();
  expect(screen.lastFrame()).toContain('hold Shift');
  screen.click('mic ');
  await expect.poll(screen.lastFrame).toContain('▌mic');
  screen.click('mic ');
  await expect.poll(screen.lastFrame).toMatch(/^ mic /);
  screen.click('Esc back');
  await expect.poll(screen.lastFrame).toContain('MODULE');
  screen.point({ what: 'wheel-up', row: 5, column: 5 });
  await expect.poll(screen.lastFrame).toContain('▌gps');
  screen.point({ what: 'click', row: 90, column: 90 });
  expect(screen.intents).toEqual([]);
});

test('a click on a key of the bottom line presses it, and the answers of a question are clicked too', async () => {
  const screen = await pointing(aView(aSnapshot({ modules, rig: recordingRig })));
  screen.click('s stop');
  await expect.poll(screen.lastFrame).toContain('[ keep recording ]');
  screen.click('keep recording ]');
  await expect.poll(screen.lastFrame).toContain('s stop');
  screen.click('s stop');
  await expect.poll(screen.lastFrame).toContain('y  stop trial 7');
  screen.click('y  stop trial 7');
  await expect.poll(() => screen.intents).toMatchObject([{ kind: 'record.stop' }]);
});

test('what is found in the palette is clicked, and rows of other lists are', async () => {
  const screen = await pointing();
  screen.stdin.write(':log ');
  await expect.poll(screen.lastFrame).toContain('log mic');
  screen.click('log mic');
  await expect.poll(screen.lastFrame).toContain('▌log mic');
  screen.click('log mic');
  await expect.poll(screen.lastFrame).toContain('log of mic');
  screen.stdin.write('\u001b');
  await expect.poll(screen.lastFrame).toContain('MODULE');
  screen.stdin.write('B');
  await expect.poll(screen.lastFrame).toContain('▌- record');
  screen.click('mark ');
  await expect.poll(screen.lastFrame).toContain('▌! mark');
});

test('M gives the mouse back, and then nothing is clicked', async () => {
  const screen = await pointing();
  expect(screen.click('gps ')).toBe(true);
  await expect.poll(screen.lastFrame).toContain('▌gps');
  screen.stdin.write('M');
  await expect.poll(screen.lastFrame).toContain('mouse off: it selects');
  await expect.poll(() => screen.point({ what: 'click', row: 90, column: 90 })).toBe(false);
  screen.click('mic ');
  expect(screen.lastFrame()).toContain('▌gps');
});
