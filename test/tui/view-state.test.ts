import { describe, expect, test } from 'vitest';
import {
  emptyLog,
  firstView,
  maxLogLines,
  reduceView,
  selectedName,
  type ViewAction,
  type ViewState,
} from '../../src/tui/view-state.ts';

function viewAfter(actions: readonly ViewAction[], view: ViewState = firstView): ViewState {
  return actions.reduce(reduceView, view);
}

const names = ['cam', 'mic', 'gps'];
const toast = (words: string, untilMs = 1_000) => ({ words, tone: 'plain' as const, untilMs });

describe('the selected module', () => {
  test('is moved by name and stops at both ends', () => {
    const down = { type: 'move', by: 1, names } as const;
    expect(viewAfter([down]).selected).toBe('mic');
    expect(viewAfter([down, down, down, down]).selected).toBe('gps');
    expect(viewAfter([down, { type: 'move', by: -9, names }]).selected).toBe('cam');
  });

  test('stays the same when rows come and go around it', () => {
    const view = viewAfter([{ type: 'move', by: 2, names }]);
    expect(selectedName(view, ['new', ...names])).toBe('gps');
    expect(selectedName(view, ['cam', 'mic'])).toBe('cam');
    expect(selectedName(view, [])).toBeNull();
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

  test('takes no lines of another module', () => {
    const view = viewAfter([open]);
    expect(viewAfter([{ type: 'log-lines', module: 'cam', lines: ['no'] }], view)).toBe(view);
  });
});

describe('what was asked', () => {
  const asked = { type: 'asked', asked: { id: 1, words: 'asked to stop', sinceMs: 0 } } as const;

  test('stands until it is answered, and closes the question', () => {
    const question = { kind: 'confirm-stop', epoch: 'e', trial: 7 } as const;
    const view = viewAfter([{ type: 'show', screen: question }, asked]);
    expect(view).toMatchObject({ screen: { kind: 'dashboard' }, asked: [{ id: 1 }] });
    const answered = viewAfter([{ type: 'answered', id: 1, toast: toast('stopped') }], view);
    expect(answered).toMatchObject({ asked: [], toast: { words: 'stopped' } });
  });

  test('leaves a log open', () => {
    const view = viewAfter([{ type: 'show', screen: emptyLog('mic') }, asked]);
    expect(view.screen.kind).toBe('log');
  });

  test('is not talked over by news', () => {
    const news = { type: 'news', toast: toast('trial 7 is over') } as const;
    expect(viewAfter([asked, news]).toast).toBeNull();
    expect(viewAfter([news]).toast).toMatchObject({ words: 'trial 7 is over' });
  });
});

test('a toast goes when its time is over', () => {
  const view = viewAfter([{ type: 'toast', toast: toast('hello', 1_000) }]);
  expect(viewAfter([{ type: 'tick', nowMs: 999 }], view).toast).not.toBeNull();
  expect(viewAfter([{ type: 'tick', nowMs: 1_000 }], view).toast).toBeNull();
});

test('typing on the help searches from the top, and whole letters are taken back', () => {
  const help = { type: 'show', screen: { kind: 'help', query: '', top: 3 } } as const;
  const view = viewAfter([help, { type: 'type', text: 'a' }, { type: 'type', text: '😀' }]);
  expect(view.screen).toEqual({ kind: 'help', query: 'a😀', top: 0 });
  expect(viewAfter([{ type: 'erase' }], view).screen).toMatchObject({ query: 'a' });
});
