import { expect, test } from 'vitest';
import { encode } from '../../src/tui/line.ts';
import { frameOf } from '../../src/tui/screens/frame.ts';
import { emptyLog } from '../../src/tui/view/log-screen.ts';
import { historyOf, modulePage, newPreflight, type Screen } from '../../src/tui/view/screens.ts';
import { newSessions, sessionPage } from '../../src/tui/view/session-screens.ts';
import { aSituation, noon, sketchView } from './support/rig-view.ts';

const link = { state: 'lost', sinceMs: noon - 14_000, retryAtMs: noon + 2_000, words: '' } as const;

function textOf(screen: Screen, view = sketchView()): string {
  const now = aSituation(view, { columns: 110, rows: 40, view: { screen } });
  return frameOf(now)
    .lines.map((line) => encode(line, now.width, now.theme))
    .join('\n');
}

test.each<[string, Screen]>([
  ['history', historyOf(null)],
  ['preflight', newPreflight],
  ['list of sessions', newSessions],
  ['session', sessionPage('0042')],
  ['log', emptyLog('mic')],
  ['page of a module', modulePage('mic')],
])('the %s that a lost daemon was asked for is not said to be on its way', (_, screen) => {
  const words = textOf(screen, { ...sketchView(), link });
  expect(words).toContain('not known while the daemon does not answer');
  expect(words).not.toMatch(/asking the daemon|the daemon looks|nothing in this log/);
  expect(textOf(screen)).not.toContain('not known');
});
