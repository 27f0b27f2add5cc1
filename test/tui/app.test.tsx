import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/protocol/rig.ts';
import { problemWith } from '../support/sample-rig.ts';
import { done, listening, show, typeUntil } from './support/app-on-rig.tsx';
import { aModule, aPanel, aSnapshot, aView, recordingRig } from './support/rig-view.ts';

test('a key that cannot reach the daemon says that nothing is confirmed', async () => {
  const screen = show(aView(aSnapshot()), () => Promise.reject(new Error('no daemon answers')));
  await typeUntil(screen, 'e', () => screen.intents.length > 0);
  await expect
    .poll(screen.lastFrame)
    .toContain('asked to disable mic: not confirmed, no daemon answers');
});

test('an intent carries the state that was on the screen', async () => {
  const screen = show(aView(aSnapshot({ seq: 7 })), done);
  screen.change(aView(aSnapshot({ seq: 41 })));
  await typeUntil(screen, 'r', () => screen.intents.length > 0);
  expect(screen.intents[0]).toMatchObject({ expect: { epoch: 'e1', seq: 41 } });
});

test('what somebody else did is said with their name', async () => {
  const screen = show(aView(aSnapshot({ rig: recordingRig })), done);
  await expect.poll(screen.lastFrame).toContain('trial 7');
  screen.change(aView(aSnapshot({ seq: 9 })));
  await expect.poll(screen.lastFrame).toContain('pi@pts/2 via ssh stopped trial 7');
});

const stale: Verdict = {
  ok: false,
  seq: 9,
  refusal: { reason: 'stale', message: 'mic has changed since you looked.', remedy: null },
};

test('a wish that somebody else fulfilled is no refusal: it is so already, and who did it', async () => {
  const off = aSnapshot({
    seq: 9,
    modules: { mic: aModule({ desired: 'off', state: 'stopping' }) },
  });
  const screen = show(aView(aSnapshot()), async () => {
    screen.change(aView(off));
    return stale;
  });
  screen.tell({ cause: 'module.disable', modules: ['mic'] });
  await typeUntil(screen, 'e', () => screen.intents.length > 0);
  await expect.poll(screen.lastFrame).toContain('mic is off already: pi@pts/2 via ssh did that');
  expect(screen.intents).toHaveLength(1);
});

test('a wish that met a change which it is not about is sent once more, with what is true now', async () => {
  const verdicts = [stale, { ok: true, outcome: 'done', seq: 10 } as const];
  const screen = show(aView(aSnapshot()), async () => {
    screen.change(aView(aSnapshot({ seq: 9, modules: { mic: aModule({ health: 'degraded' }) } })));
    return verdicts.shift() ?? stale;
  });
  await typeUntil(screen, 'e', () => screen.intents.length > 0);
  await expect.poll(screen.lastFrame).toContain('mic is off');
  expect(screen.intents.map((intent) => intent.expect?.seq)).toEqual([7, 9]);
});

test('a wish that met what it is about is refused, and said so', async () => {
  const restarted = aSnapshot({ seq: 9, modules: { mic: aModule({ desired: 'on' }) } });
  const screen = show(
    aView(aSnapshot({ modules: { mic: aModule({ desired: 'off' }) } })),
    async () => {
      screen.change(aView({ ...restarted, epoch: 'e2' }));
      return stale;
    },
  );
  screen.tell({ cause: 'module.enable', modules: ['cam'] });
  await typeUntil(screen, 'e', () => screen.intents.length > 0);
  await expect.poll(screen.lastFrame).toContain('mic is on already');
  expect(screen.lastFrame()).not.toContain('did that');
});

test('what is under way is said until it has come true', async () => {
  const accepted: Verdict = { ok: true, outcome: 'accepted', seq: 8 };
  const screen = show(aView(aSnapshot()), async () => {
    const mic = aModule({ desired: 'off', state: 'stopping' });
    screen.change(aView(aSnapshot({ seq: 8, modules: { mic } })));
    return accepted;
  });
  await typeUntil(screen, 'e', () => screen.intents.length > 0);
  await expect.poll(screen.lastFrame).toContain('asked to disable mic: under way');
  const off = aModule({ desired: 'off', state: 'disabled' });
  screen.change(aView(aSnapshot({ seq: 9, modules: { mic: off } })));
  await expect.poll(screen.lastFrame).toContain('mic is off');
});

test('a move and the key behind it may come in one piece: it is meant for the row that was moved to', async () => {
  const modules = { cam: aModule(), mic: aModule() };
  const screen = await listening(aView(aSnapshot({ modules })), done);
  screen.stdin.write('Ge');
  await expect.poll(() => screen.intents).toMatchObject([{ module: 'mic' }]);
});

test('Esc from the help that lies over a log goes back to the log', async () => {
  const screen = show(aView(aSnapshot()), done);
  await typeUntil(screen, 'l', () => screen.lastFrame()?.includes('log of mic') === true);
  screen.stdin.write('?');
  await expect.poll(screen.lastFrame).toContain('type to search');
  screen.stdin.write('\u001b');
  await expect.poll(screen.lastFrame).toContain('log of mic');
  screen.stdin.write('\u001b');
  await expect.poll(screen.lastFrame).toContain('MODULE');
});

test('the preflight says what blocks a recording first, and what to do, and looks again when asked', async () => {
  const screen = show(aView(aSnapshot()), done);
  await typeUntil(screen, 'F', () => screen.lastFrame()?.startsWith(' preflight') === true);
  await expect.poll(screen.lastFrame).toContain('Not ready to record. 2 s ago');
  const frame = screen.lastFrame() ?? '';
  expect(frame).toMatch(/✖ cam: cam is crashed\.[\s\S]*→ Look at its log/);
  expect(frame.indexOf('cam is crashed')).toBeLessThan(frame.indexOf('clock: the clock is right.'));
  expect(frame).toContain('F look again');
});

test('a simulated button is walked to and pressed, and that is said once it is done', async () => {
  const screen = show(aView(aSnapshot({ gpio: aPanel })), done);
  await typeUntil(screen, 'B', () => screen.lastFrame()?.startsWith(' panel') === true);
  screen.stdin.write('j');
  await expect.poll(() => screen.lastFrame()).toContain('▌! mark');
  screen.stdin.write('k');
  await expect.poll(() => screen.lastFrame()).toContain('▌- record');
  screen.stdin.write('h');
  await expect.poll(() => screen.lastFrame()).toContain('record: pressed for 2.3 s');
  expect(screen.presses).toEqual([['GPIO17', 2_300]]);
});

test('a log is searched as one types, its lines are gone to, and what is shown is copied', async () => {
  const screen = show(aView(aSnapshot()), done);
  await typeUntil(screen, 'l', () => screen.lastFrame()?.includes('four') === true);
  screen.stdin.write('/');
  await expect.poll(screen.lastFrame).toMatch(/ \/ +⏎ keep {2}Esc as before$/);
  screen.stdin.write('error');
  await expect.poll(screen.lastFrame).toContain('2 with "error"');
  screen.stdin.write('\r');
  await expect.poll(screen.lastFrame).toContain('line 3, not following · 2 with "error"');
  screen.stdin.write('n');
  await expect.poll(screen.lastFrame).toContain('line 1, not following');
  screen.stdin.write('N');
  await expect.poll(screen.lastFrame).toContain('line 3, not following');
  screen.stdin.write('c');
  await expect.poll(() => screen.copied).toEqual(['one Error\ntwo\nthree error']);
  await expect.poll(screen.lastFrame).toContain('3 lines copied');
});

test('lines of a log are marked from one to another and copied, and Esc lets go of one thing after the other', async () => {
  const screen = show(aView(aSnapshot()), done);
  await typeUntil(screen, 'l', () => screen.lastFrame()?.includes('four') === true);
  screen.stdin.write('k');
  await expect.poll(screen.lastFrame).toContain('line 3, not following');
  screen.stdin.write('v');
  await expect.poll(screen.lastFrame).toContain('1 line marked');
  screen.stdin.write('k');
  await expect.poll(screen.lastFrame).toContain('2 lines marked');
  screen.stdin.write('c');
  await expect.poll(() => screen.copied).toEqual(['two\nthree error']);
  screen.stdin.write('z');
  await expect.poll(screen.lastFrame).not.toContain('log of mic');
  expect(screen.lastFrame()).toMatch(/^ one Error\n▌two/);
  screen.stdin.write('\u001b');
  await expect.poll(screen.lastFrame).toContain('2 lines marked');
  screen.stdin.write('\u001b');
  await expect.poll(screen.lastFrame).not.toContain('marked');
  screen.stdin.write('\u001b');
  await expect.poll(screen.lastFrame).toContain('MODULE');
});

test('a session is found, opened and verified, with a bar while that lasts; leaving the page ends it', async () => {
  const screen = show(aView(aSnapshot()), done);
  await typeUntil(screen, 'S', () => screen.lastFrame()?.includes('0041') === true);
  expect(screen.lastFrame()).toContain('complete, ok');
  await typeUntil(screen, '\r', () => screen.lastFrame()?.includes('mic_s001.wav') === true);
  screen.stdin.write('v');
  await expect.poll(() => screen.verified.length).toBe(1);
  const session = screen.verified[0]?.session ?? '';
  const work = { files: 4, filesDone: 1, bytes: 800e6, bytesDone: 200e6 };
  screen.verified[0]?.listener({ session, work });
  await expect
    .poll(screen.lastFrame)
    .toContain('█████░░░░░░░░░░░░░░░ 1 of 4 files, 200 MB of 800 MB');
  const result = { ok: true, files: 4, bytes: 800e6, notes: [], remedy: null };
  screen.verified[0]?.listener({ session, result });
  await expect.poll(screen.lastFrame).toContain('in order: 4 files, 800 MB');
  screen.stdin.write('v');
  await expect.poll(() => screen.verified.filter((one) => one !== null).length).toBe(2);
  screen.stdin.write('\u001b');
  await expect.poll(() => screen.verified.at(-1)).toBeNull();
});

test('a long list is filtered as one types, Esc takes that back, and only problems are one key', async () => {
  const problem = problemWith({ message: 'cam-2 records nothing.' });
  const modules = { 'cam-1': aModule(), 'cam-2': aModule({ problem }), mic: aModule() };
  const screen = show(aView(aSnapshot({ modules })), done);
  await typeUntil(screen, '/', () =>
    / \/ +⏎ keep {2}Esc as before$/.test(screen.lastFrame() ?? ''),
  );
  screen.stdin.write('cam');
  await expect.poll(screen.lastFrame).toContain('2 of 3 with "cam"');
  expect(screen.lastFrame()).not.toContain('mic ');
  screen.stdin.write('x');
  await expect
    .poll(screen.lastFrame)
    .toContain('No module has that in its name, group or state. Esc shows all.');
  screen.stdin.write('\u001b');
  await expect.poll(screen.lastFrame).toContain('mic ');
  screen.stdin.write('f');
  await expect.poll(screen.lastFrame).toContain('1 of 3 with a problem');
  expect(screen.lastFrame()).toContain('▌cam-2');
  screen.stdin.write('\u001b');
  await expect.poll(screen.lastFrame).toContain('MODULE');
});

describe('a demo that ends with its screen', () => {
  test.each([
    ['in one piece', ['qy']],
    ['in two pieces, before anything is drawn', ['q', 'y']],
  ])('does not take an answer %s, says so, and takes the next', async (_, pieces) => {
    const leaving = 'The demo rig ends.';
    const screen = await listening(aView(aSnapshot()), done, { leaving });
    for (const piece of pieces) screen.stdin.write(piece);
    await expect.poll(screen.lastFrame).toContain('End the demo?');
    expect(screen.isLeft()).toBe(false);
    await expect.poll(screen.lastFrame).toContain('That y came before this question');
    screen.stdin.write('y');
    await expect.poll(screen.isLeft).toBe(true);
  });
});
