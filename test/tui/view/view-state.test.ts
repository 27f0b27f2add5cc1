import { describe, expect, test } from 'vitest';
import { plainRows, selectedRow } from '../../../src/tui/board-rows.ts';
import { emptyLog, maxLogLines } from '../../../src/tui/view/log-screen.ts';
import { modulePage } from '../../../src/tui/view/screens.ts';
import {
  firstView,
  reduceView,
  type ViewAction,
  type ViewState,
} from '../../../src/tui/view/view-state.ts';

function viewAfter(actions: readonly ViewAction[], view: ViewState = firstView): ViewState {
  return actions.reduce(reduceView, view);
}

const names = ['cam', 'mic', 'gps'];

describe('the selected module', () => {
  test('is moved by name and stops at both ends', () => {
    const down = { type: 'move', by: 1, names } as const;
    expect(viewAfter([down]).selected).toBe('mic');
    expect(viewAfter([down, down, down, down]).selected).toBe('gps');
    expect(viewAfter([down, { type: 'move', by: -9, names }]).selected).toBe('cam');
  });

  test('stays the same when rows come and go around it', () => {
    const view = viewAfter([{ type: 'move', by: 2, names }]);
    const selectedOf = (rows: readonly string[]) => selectedRow(view.selected, plainRows(rows));
    expect(selectedOf(['new', ...names])?.key).toBe('gps');
    expect(selectedOf(['cam', 'mic'])?.key).toBe('cam');
    expect(selectedOf([])).toBeNull();
    expect(viewAfter([{ type: 'move', by: 1, names: [] }]).selected).toBeNull();
  });
});

describe('a log', () => {
  const open = { type: 'show', screen: emptyLog('mic') } as const;
  const lines = (count: number): ViewAction => ({
    type: 'log-lines',
    module: 'mic',
    lines: Array.from({ length: count }, (_, at) => `line ${at}`),
  });

  test('follows until somebody scrolls back, and again at its end', () => {
    expect(viewAfter([open, lines(10)]).screen).toMatchObject({ bottom: null });
    const up = viewAfter([open, lines(10), { type: 'scroll', by: -3 }]);
    expect(up.screen).toMatchObject({ bottom: 6 });
    expect(viewAfter([lines(5)], up).screen).toMatchObject({ bottom: 6 });
    expect(viewAfter([{ type: 'scroll', by: 3 }], up).screen).toMatchObject({ bottom: null });
    expect(viewAfter([{ type: 'follow' }], up).screen).toMatchObject({ bottom: null });
    expect(viewAfter([{ type: 'scroll', by: -99 }], up).screen).toMatchObject({ bottom: 0 });
  });

  test('keeps so many lines, and a page that fell off its end moves to the oldest', () => {
    const view = viewAfter([open, lines(10), { type: 'scroll', by: -9 }, lines(maxLogLines)]);
    expect(view.screen).toMatchObject({ first: 10, bottom: 10 });
    expect(view.screen.kind === 'log' && view.screen.lines).toHaveLength(maxLogLines);
  });

  test('that is read again when the daemon is back has no line twice, and none is missing', () => {
    const read = (from: number, to: number): ViewAction => ({
      type: 'log-read',
      module: 'mic',
      lines: Array.from({ length: to - from }, (_, at) => `line ${from + at}`),
    });
    const log = viewAfter([open, read(0, 10), read(4, 14)]).screen;
    expect(log).toMatchObject({ first: 0, lines: { 0: 'line 0', 13: 'line 13', length: 14 } });
    // So much came meanwhile that nothing of what was known is among it.
    const other = viewAfter([open, read(0, 10), read(50, 60)]).screen;
    expect(other).toMatchObject({ lines: { 0: 'line 50', length: 10 } });
    const reader = viewAfter([open, read(0, 10), { type: 'scroll', by: -5 }, read(50, 60)]);
    expect(reader.screen).toMatchObject({ bottom: 4, lines: { length: 20 } });
  });

  test('takes no lines of another module', () => {
    const view = viewAfter([open]);
    expect(viewAfter([{ type: 'log-lines', module: 'cam', lines: ['no'] }], view)).toBe(view);
  });
});

describe('screens lie on one another', () => {
  const show = (screen: ViewState['screen']): ViewAction => ({ type: 'show', screen });
  const help = { kind: 'help', query: '', top: 0 } as const;
  const back = { type: 'back' } as const;

  test('Esc from the help of a log goes back to the log as it was, then to the rig', () => {
    const lines = { type: 'log-lines', module: 'mic', lines: ['one', 'two'] } as const;
    const log = viewAfter([show(emptyLog('mic')), lines, { type: 'scroll', by: -1 }]);
    const view = viewAfter([show(help), { type: 'type', text: 'x' }, back], log);
    expect(view.screen).toEqual(log.screen);
    expect(viewAfter([back], view)).toMatchObject({ screen: { kind: 'dashboard' }, below: [] });
    expect(viewAfter([back], firstView)).toBe(firstView);
  });

  test('what comes for a log below the help is not lost', () => {
    const lines = { type: 'log-lines', module: 'mic', lines: ['late'] } as const;
    const view = viewAfter([show(emptyLog('mic')), show(help), lines, back]);
    expect(view.screen).toMatchObject({ kind: 'log', lines: ['late'] });
  });

  test('a kind of screen that is open below is gone back to, so that nobody walks in circles', () => {
    const problems = { kind: 'problems', selected: null } as const;
    const page = show(modulePage('mic'));
    const view = viewAfter([show(problems), page, show(problems), page, show(problems)]);
    expect(view.below.map(({ kind }) => kind)).toEqual(['dashboard']);
    expect(viewAfter([page], view).below.map(({ kind }) => kind)).toEqual([
      'dashboard',
      'problems',
    ]);
  });

  test('a question is over once its wish was sent, and what was open before is there again', () => {
    const question = { kind: 'confirm-stop', epoch: 'e', trial: 7 } as const;
    const asked = { id: 1, words: 'asked to stop', sinceMs: 0, about: 'rig' };
    const send = { type: 'asked', asked } as const;
    const page = show(modulePage('mic'));
    expect(viewAfter([page, show(question), send]).screen).toMatchObject({ kind: 'module' });
    expect(viewAfter([page, send]).screen).toMatchObject({ kind: 'module' });
  });

  test('a page is scrolled no further than its last line, and comes back from there at once', () => {
    const page = viewAfter([show(modulePage('mic')), { type: 'scroll', by: 99, most: 7 }]);
    expect(page.screen).toMatchObject({ top: 7 });
    const up = viewAfter([{ type: 'scroll', by: -1, most: 7 }], page);
    expect(up.screen).toMatchObject({ top: 6 });
    // The screen became larger meanwhile.
    expect(viewAfter([{ type: 'scroll', by: -1, most: 3 }], page).screen).toMatchObject({ top: 2 });
  });
});

test('time that passes is drawn, also when nothing else is new', () => {
  expect(viewAfter([{ type: 'tick', nowMs: 1 }])).not.toBe(firstView);
});

test('typing on the help searches from the top, and whole letters are taken back', () => {
  const help = { type: 'show', screen: { kind: 'help', query: '', top: 3 } } as const;
  const view = viewAfter([help, { type: 'type', text: 'a' }, { type: 'type', text: '😀' }]);
  expect(view.screen).toEqual({ kind: 'help', query: 'a😀', top: 0 });
  expect(viewAfter([{ type: 'erase' }], view).screen).toMatchObject({ query: 'a' });
});
