import { expect, test } from 'vitest';
import { encode, lineWidth } from '../../../src/tui/line.ts';
import { frameOf } from '../../../src/tui/screens/frame.ts';
import type { Situation } from '../../../src/tui/situation.ts';
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
