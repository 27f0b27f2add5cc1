import { describe, expect, test } from 'vitest';
import { press } from '../../src/tui/keymap/press.ts';
import { encode } from '../../src/tui/line.ts';
import { frameOf } from '../../src/tui/screens/frame.ts';
import { dashboard } from '../../src/tui/view/screens.ts';
import { firstView, reduceView, type ViewState } from '../../src/tui/view/view-state.ts';
import {
  aModule,
  aSituation,
  aSnapshot,
  aView,
  groupedView,
  sketchView,
} from './support/rig-view.ts';

const first: ViewState = { ...firstView, below: [] };

/** The view after keys on the rig of the sketch with its groups. */
function viewAfter(keys: readonly string[], remote = groupedView()): ViewState {
  return keys.reduce((view, key) => {
    const pressed = press(key, aSituation(remote, { view }));
    return pressed.kind === 'view' ? reduceView(view, pressed.action) : view;
  }, first);
}

function linesOf(view: ViewState, remote = groupedView(), columns = 80, rows = 24): string[] {
  const now = aSituation(remote, { view, columns, rows });
  return frameOf(now).lines.map((line) => encode(line, columns, now.theme).trimEnd());
}

/** The rows as they are named, the selected one with its mark. */
function rowsOf(view: ViewState, remote = groupedView()): string[] {
  const { rows, row } = aSituation(remote, { view });
  return rows.map(({ key }) => (key === row?.key ? `> ${key}` : key));
}

describe('a rig with groups', () => {
  test('shows its modules under them, the first module selected', () => {
    expect(rowsOf(first)).toEqual([
      'group pictures',
      '> camera-left',
      'camera-right',
      'eye-tracker',
      'group sound',
      'mic',
      'group place',
      'gps',
      'notes',
    ]);
    expect(linesOf(first).slice(3, 9)).toMatchSnapshot();
  });

  test('folds the group of the selected module into one row, with the worst badge and how many are what', () => {
    const view = viewAfter(['down', ' ']);
    expect(rowsOf(view).slice(0, 3)).toEqual(['> group pictures', 'group sound', 'mic']);
    const row = linesOf(view).find((line) => line.includes('pictures'));
    expect(row).toMatch(/▌▸ pictures +✖ CRASHED +1 crashed, 1 stall/);
    expect(linesOf(view, groupedView(), 40, 12).join('\n')).toMatch(/▸ pictures +✖ CRASHED/);
  });

  test('unfolds by the same key, by Enter and by Right; Left folds', () => {
    const folded = viewAfter(['left']);
    expect(rowsOf(folded)).toHaveLength(6);
    for (const key of [' ', 'enter', 'right']) {
      expect(rowsOf(viewAfter(['left', key]))).toHaveLength(9);
    }
    expect(press('left', aSituation(groupedView(), { view: folded }))).toEqual({
      kind: 'refused',
      words: 'that group is folded already',
    });
    expect(press('right', aSituation(groupedView(), { view: viewAfter(['up']) }))).toEqual({
      kind: 'refused',
      words: 'that group is unfolded already',
    });
  });

  test('keys about one module say that a group is none', () => {
    const now = aSituation(groupedView(), { view: viewAfter(['up']) });
    for (const key of ['e', 'R', 't', 'l']) {
      expect(press(key, now)).toEqual({
        kind: 'refused',
        words: 'pictures is a group: select one of its modules',
      });
    }
  });
});

describe('a rig with a folded group', () => {
  test('is searched in its folded groups too, and is folded as before when all is shown again', () => {
    const view = viewAfter([' ', 'G', ' ', '/', 'e', 'y', 'e', 'enter']);
    expect(rowsOf(view)).toEqual(['> eye-tracker']);
    expect(linesOf(view)[3]).toContain('1 of 6 with');
    expect(rowsOf(reduceView(view, { type: 'show-all' }))).toHaveLength(4);
    expect(press(' ', aSituation(groupedView(), { view }))).toMatchObject({ kind: 'refused' });
  });

  test('shows in a column to which group those belong that were looked for, where there is room', () => {
    const view = { ...first, screen: { ...dashboard, find: 'place' } };
    const wide = linesOf(view, groupedView(), 120, 24);
    expect(wide[3]).toContain(' GROUP ');
    expect(wide[3]).toContain('2 of 6 with "place"');
    expect(wide[4]).toMatch(/▌gps +place +◐ STARTING/);
  });

  test('keeps the selection on a module while groups around it are folded and modules come and go', () => {
    const view = { ...viewAfter(['G']), selected: 'gps' };
    const modules = { new: aModule({ group: 'pictures' }), gps: aModule({ group: 'place' }) };
    expect(rowsOf(view, aView(aSnapshot({ modules })))).toContain('> gps');
    const gone = aView(aSnapshot({ modules: { new: aModule() } }));
    expect(rowsOf(view, gone)).toEqual(['> new']);
  });

  test('has a module that is in a folded group stand for itself as the row of that group', () => {
    const view = { ...first, screen: { ...dashboard, folded: ['place'] }, selected: 'notes' };
    expect(rowsOf(view).at(-1)).toBe('> group place');
    expect(rowsOf(reduceView(view, { type: 'fold', group: 'place' })).at(-3)).toBe('> group place');
  });
});

test('a rig with one group looks as if it had none, and says so when it is to be folded', () => {
  expect(rowsOf(first, sketchView())).toHaveLength(6);
  expect(press(' ', aSituation(sketchView(), { view: first }))).toEqual({
    kind: 'refused',
    words: 'this rig has no groups to fold',
  });
});
