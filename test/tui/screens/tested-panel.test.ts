import { expect, test } from 'vitest';
import { encode, type Line } from '../../../src/tui/line.ts';
import { paceOf } from '../../../src/tui/pace.ts';
import { frameOf } from '../../../src/tui/screens/frame.ts';
import type { Situation } from '../../../src/tui/situation.ts';
import { dashboard, newPanel } from '../../../src/tui/view/screens.ts';
import { problemWith } from '../../support/sample-rig.ts';
import { aPanel, aSituation, aSnapshot, aView, monoNoon } from '../support/rig-view.ts';

const tested = {
  ...aPanel,
  testedBy: 'pi@pts/2',
  testedSinceMs: monoNoon - 20_000,
  testedUntilMs: monoNoon + 150_000,
};
const what = 'Buttons do nothing just now: pi@pts/2 tests them, for 20 s now.';
const sizes = [
  [80, 24],
  [40, 12],
] as const;

function wordsOf(lines: readonly Line[], { width, theme }: Situation): string {
  return lines.map((line) => encode(line, width, theme).trimEnd()).join('\n');
}

/** What stands there in the next seconds, one after the other: what does not fit is told by turns. */
function inTurn(now: Situation, draw: (now: Situation) => readonly Line[]): string {
  const turns = [0, 1, 2, 3, 4].map((turn) => {
    const later = { ...now, nowMs: now.nowMs + turn * 4_000 };
    return wordsOf(draw(later), later);
  });
  return turns.join('\n').replace(/[\s!→…]+/g, ' ');
}

test.each(sizes)(
  'page and dashboard say before all problems that buttons are tried out, by whom, for how long and until when at %i x %i',
  (columns, rows) => {
    const problem = problemWith({ code: 'gpio', message: 'GPIO5 is held by gpiomon' });
    const remote = aView(aSnapshot({ gpio: tested, rig: { problems: [problem] } }));
    const on = (screen: typeof newPanel | typeof dashboard) =>
      aSituation(remote, { columns, rows, view: { screen } });
    expect(paceOf(on(dashboard))).toBe(1_000);
    const board = inTurn(on(dashboard), (now) => frameOf(now).lines);
    expect(board).toContain(what);
    expect(board).toContain('or hold any button 10 s; by itself in 2 min. (1 more: P)');
    const page = inTurn(on(newPanel), (now) => frameOf(now).lines);
    expect(page).toContain(what);
  },
);

test('of a test that was under way when the daemon went away nothing is said', () => {
  const link = { state: 'lost', sinceMs: 0, retryAtMs: 0, words: 'gone' } as const;
  const remote = aView(aSnapshot({ gpio: tested }), { link });
  for (const screen of [dashboard, newPanel]) {
    const now = aSituation(remote, { view: { screen } });
    expect(wordsOf(frameOf(now).lines, now)).not.toMatch(/Buttons do nothing|is tested/);
  }
});

test.each(sizes)(
  'why a press was refused, and what to do, is said before all problems for half a minute at %i x %i',
  (columns, rows) => {
    const refused = {
      button: 'mark',
      line: 'GPIO27',
      atMs: monoNoon - 29_000,
      message: 'No session is open.',
      remedy: 'Start recording, or open one: rigdeck session start <name>',
    };
    const problem = problemWith({ code: 'gpio', message: 'GPIO5 is held by gpiomon' });
    const at = (atMs: number, screen: typeof newPanel | typeof dashboard) => {
      const gpio = { ...aPanel, refused: { ...refused, atMs } };
      const remote = aView(aSnapshot({ gpio, rig: { problems: [problem] } }));
      return aSituation(remote, { columns, rows, view: { screen } });
    };
    for (const screen of [dashboard, newPanel]) {
      const young = at(monoNoon - 29_000, screen);
      expect(paceOf(young)).toBe(1_000);
      const said = inTurn(young, (now) => frameOf(now).lines);
      expect(said).toContain('Button mark (GPIO27) was pressed, and refused: No session is open.');
      expect(said).toContain('Start recording, or open one: rigdeck session start <name>');
      const old = at(monoNoon - 30_000, screen);
      expect(wordsOf(frameOf(old).lines, old)).not.toContain('refused');
    }
  },
);
