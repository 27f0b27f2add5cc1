import { expect, test } from 'vitest';
import { encode, lineWidth } from '../../../src/tui/line.ts';
import { frameOf } from '../../../src/tui/screens/frame.ts';
import type { Situation } from '../../../src/tui/situation.ts';
import { emptyLog } from '../../../src/tui/view/log-screen.ts';
import { dashboard } from '../../../src/tui/view/screens.ts';
import { aSituation, sketchView } from '../support/rig-view.ts';

function textOf(now: Situation): string[] {
  return frameOf(now).lines.map((line) => encode(line, now.width, now.theme).trimEnd());
}

const over = (text: string, chosen: string | null) => ({
  screen: { kind: 'palette', text, chosen } as const,
  below: [dashboard],
});

test.each([
  [80, 16],
  [40, 12],
  [20, 5],
])('the palette finds what was typed at %i x %i', (columns, rows) => {
  const view = over('re', 'record');
  const now = aSituation(sketchView(), { columns, rows, view });
  expect(`\n${textOf(now).join('\n')}\n`).toMatchSnapshot();
});

test('the palette without a text has everything that can be done now, with its key', () => {
  const now = aSituation(sketchView(), { columns: 100, rows: 60, view: over('', null) });
  const text = textOf(now).join('\n');
  expect(text).toMatch(/^ {2}stop +s +stop recording/m);
  expect(text).toMatch(/^ {2}mark WORDS {2,}a marker with words, stamped by Enter/m);
  expect(text).toMatch(/^ {2}retry eye-tracker +t /m);
  expect(text).not.toContain('not now');
});

test.each([
  [20, 5],
  [12, 3],
  [300, 100],
])('no line of the palette is longer than the screen at %i x %i', (columns, rows) => {
  for (const [text, chosen] of [
    ['', null],
    ['mark 日本語 and a long text that goes on and on', 'mark WORDS'],
    ['zzz', null],
  ] as const) {
    const now = aSituation(sketchView(), { columns, rows, view: over(text, chosen) });
    const { lines } = frameOf(now);
    expect(lines.length).toBeLessThan(rows);
    expect(lineWidth(lines[0] ?? [])).toBeLessThanOrEqual(Math.max(columns, 6));
  }
});

test('what the chosen one does is said whole below the list where its line has no room for it', () => {
  const view = over('mark lines', 'mark lines');
  const screen = { ...view, below: [dashboard, { ...emptyLog('mic'), lines: ['one'] }] };
  const lines = textOf(aSituation(sketchView(), { columns: 80, rows: 24, view: screen }));
  const told = lines.slice(1).join(' ').replaceAll(/ +/g, ' ');
  expect(lines.find((line) => line.startsWith(' ▌mark lines'))).toMatch(/…$/);
  expect(told).toContain(
    'mark lines: from the last line that is shown to where you go; c copies them; or mark none',
  );
  const short = textOf(aSituation(sketchView(), { columns: 80, rows: 4, view: screen }));
  expect(short).toHaveLength(3);
});
