import { expect, test } from 'vitest';
import { press } from '../../../src/tui/keymap/press.ts';
import { emptyLog } from '../../../src/tui/view/log-screen.ts';
import { modulePage } from '../../../src/tui/view/screens.ts';
import { problemWith } from '../../support/sample-rig.ts';
import { aModule, aSituation, aSnapshot, aView } from '../support/rig-view.ts';

const problem = problemWith({ message: 'it records nothing.' });
const modules = { a: aModule(), b: aModule({ problem }), c: aModule(), d: aModule({ problem }) };
const view = aView(aSnapshot({ modules }));
const select = (name: string) => ({ kind: 'view', action: { type: 'select', name } });

test.each([
  ['tab', 'a', 'b'],
  ['tab', 'b', 'd'],
  ['tab', 'd', 'b'],
  ['shift-tab', 'b', 'd'],
  ['shift-tab', 'c', 'b'],
])(
  '%s on the dashboard goes from %s to the module with a problem that comes next: %s',
  (key, selected, to) => {
    expect(press(key, aSituation(view, { view: { selected } }))).toEqual(select(to));
  },
);

test('a folded group that hides a problem is a stop on the way', () => {
  const grouped = { ...modules, e: aModule({ group: 'sound', problem }) };
  const now = aSituation(aView(aSnapshot({ modules: grouped })), {
    view: { screen: { kind: 'dashboard', find: '', only: 'all', folded: ['sound'] }, below: [] },
  });
  expect(press('shift-tab', now)).toEqual(select('group sound'));
});

test('where nothing is wrong Tab says so', () => {
  const well = aView(aSnapshot({ modules: { a: aModule(), c: aModule() } }));
  expect(press('tab', aSituation(well))).toEqual({
    kind: 'refused',
    words: 'no module has a problem',
  });
});

test('on the page or the log of a module Tab turns to that of the next module', () => {
  const on = (screen: ReturnType<typeof modulePage> | ReturnType<typeof emptyLog>) =>
    aSituation(view, { view: { screen } });
  const shows = (screen: object) => ({ action: { type: 'show', screen } });
  expect(press('tab', on(modulePage('a')))).toMatchObject(shows({ kind: 'module', module: 'b' }));
  expect(press('shift-tab', on(modulePage('a')))).toMatchObject(
    shows({ kind: 'module', module: 'd' }),
  );
  expect(press('tab', on(emptyLog('d')))).toMatchObject(shows({ kind: 'log', module: 'a' }));
});
