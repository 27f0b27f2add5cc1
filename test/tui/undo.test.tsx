import { describe, expect, test } from 'vitest';
import { trialWith } from '../support/sample-rig.ts';
import { done, listening, type show } from './support/app-on-rig.tsx';
import { ago, aModule, aSnapshot, aView, noon, recordingRig } from './support/rig-view.ts';

const mic = aModule({ state: 'recording' });
const cam = aModule({ state: 'recording' });
const records = (rest: Parameters<typeof aSnapshot>[0] = {}) =>
  aView(aSnapshot({ rig: recordingRig, modules: { mic, cam }, ...rest }));
/** The wish is sent 3 s after its key, on a machine that is busy with other things. */
const patient = { timeout: 15_000 };

/** Waits for what is sent; a machine that was too busy for it says so, and it is asked for once more. */
function sends(screen: ReturnType<typeof show>, again: string) {
  let isAgain = false;
  return expect.poll(() => {
    if (!isAgain && screen.lastFrame().includes('Press again')) {
      isAgain = true;
      screen.stdin.write(again);
    }
    return screen.intents;
  }, patient);
}

test('a module that records is disabled after 3 s, and the line over the keys counts until then', async () => {
  const screen = await listening(records(), done);
  screen.stdin.write('e');
  await expect.poll(screen.lastFrame).toContain('mic stops in 3 s · u keeps it recording');
  expect(screen.lastFrame()).toContain('u take back');
  expect(screen.intents).toEqual([]);
  const expect7 = { epoch: 'e1', seq: 7 };
  await sends(screen, 'e').toEqual([{ kind: 'module.disable', module: 'mic', expect: expect7 }]);
  await expect.poll(screen.lastFrame).toContain('mic is off');
});

test('u takes it back, and nothing is sent; the same key once more does not send it sooner', async () => {
  const screen = await listening(records(), done);
  screen.stdin.write('R');
  await expect.poll(screen.lastFrame).toContain('mic restarts, with a gap, in 3 s');
  screen.stdin.write('RReu');
  await expect.poll(screen.lastFrame).toContain('taken back: mic records on');
  // One that is sent later proves that the first had its time.
  screen.stdin.write('jR');
  await sends(screen, 'R').toMatchObject([{ module: 'cam' }]);
  screen.stdin.write('u');
  await expect.poll(screen.lastFrame).toContain('nothing waits that could be taken back');
});

test('what is open stays open when it is sent', async () => {
  const screen = await listening(records(), done);
  screen.stdin.write('es');
  await expect.poll(screen.lastFrame).toContain('Stop recording?');
  await sends(screen, '\u001bes').toMatchObject([{ kind: 'module.disable' }]);
  expect(screen.lastFrame()).toContain('Stop recording?');
});

test('a module that does not record is disabled at once', async () => {
  const screen = await listening(records({ modules: { mic: aModule() } }), done);
  screen.stdin.write('e');
  await expect.poll(() => screen.intents).toMatchObject([{ kind: 'module.disable' }]);
});

describe('it is taken back by itself, and that is said', () => {
  const link = { state: 'lost', sinceMs: noon, retryAtMs: noon + 1_000, words: '' } as const;
  const trial = trialWith({ number: 8, startedAt: ago(1) });
  test.each([
    ['the daemon is lost', { ...records(), link }, 'the daemon was gone before that was sent'],
    ['the trial is over', records({ rig: { ...recordingRig, trial } }), 'trial 7 is over'],
    [
      'the module crashed',
      records({ modules: { mic: aModule({ state: 'crashed' }), cam } }),
      'it records no longer as it did',
    ],
    [
      'it was started again',
      records({ modules: { mic: aModule({ state: 'recording', run: 9 }), cam } }),
      'it records no longer as it did',
    ],
  ])('when %s', async (_, next, why) => {
    const screen = await listening(records(), done);
    screen.stdin.write('e');
    screen.change(next);
    await expect.poll(screen.lastFrame).toContain(`mic was not disabled: ${why}`);
    expect(screen.intents).toEqual([]);
  });

  test('when the screen is left', async () => {
    const screen = await listening(records(), done);
    screen.stdin.write('eq');
    await expect
      .poll(() => screen.tookBack)
      .toEqual(['mic was not disabled: the screen was left before that was sent.']);
    expect(screen.intents).toEqual([]);
  });
});
