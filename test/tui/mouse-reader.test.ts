import { describe, expect, test } from 'vitest';
import { createMouseReader } from '../../src/tui/mouse-reader.ts';

const click = '\u001b[<0;12;5M';
const told = { what: 'click', column: 11, row: 4 };

/** What a reader makes of these pieces, and of the silence after them. */
function read(pieces: readonly string[], isOn = true) {
  const reader = createMouseReader();
  const reads = pieces.map((piece) => reader.feed(piece, isOn));
  const text = reads.map((one) => one.text).join('') + reader.flush();
  return { text, events: reads.flatMap((one) => one.events) };
}

test('a click, the wheel and keys come in one piece and are told apart', () => {
  expect(read([`j${click}\u001b[<0;12;5mk\u001b[<64;1;1M\u001b[<65;1;1M\u001b[B`])).toEqual({
    text: 'jk\u001b[B',
    events: [
      told,
      { what: 'wheel-up', column: 0, row: 0 },
      { what: 'wheel-down', column: 0, row: 0 },
    ],
  });
});

test('other buttons, moves and those with Shift or Ctrl are nothing', () => {
  const reports = [1, 2, 4, 8, 16, 32, 35, 66, 128].map((button) => `\u001b[<${button};3;3M`);
  expect(read([reports.join('')])).toEqual({ text: '', events: [] });
});

describe('a report that was cut anywhere', () => {
  const cuts = Array.from({ length: click.length - 1 }, (_, at) => at + 1);

  test.each(cuts)('after %i signs is the same report', (at) => {
    const pieces = ['a', click.slice(0, at), `${click.slice(at)}b`];
    expect(read(pieces)).toEqual({ text: 'ab', events: [told] });
  });

  test.each(cuts)('after %i signs is no typing, although nobody asked for the mouse', (at) => {
    const { text } = read([click.slice(0, at), `${click.slice(at)}b`], false);
    expect(text.replace('\u001b', '')).toBe('b');
  });

  test.each(cuts.slice(2))('after %i signs, with nothing behind it, is no typing', (at) => {
    expect(read([click.slice(0, at)]).text).toBe('');
    expect(read([click.slice(0, at), 'b']).text).toBe('b');
  });
});

test('Esc is Esc: at once without the mouse, and when nothing follows with it', () => {
  const reader = createMouseReader();
  expect(reader.feed('\u001b', false)).toEqual({ text: '\u001b', events: [], isOpen: false });
  expect(reader.feed('x', false).text).toBe('x');
  expect(reader.feed('\u001b', true)).toEqual({ text: '', events: [], isOpen: true });
  expect(reader.flush()).toBe('\u001b');
  expect(read(['\u001b', '\u001b']).text).toBe('\u001b\u001b');
  expect(read(['\u001b', '[A']).text).toBe('\u001b[A');
});

test('what is pasted clicks nowhere', () => {
  const pasted = `\u001b[200~a${click}b\u001b[201~${click}`;
  expect(read([pasted])).toEqual({ text: '\u001b[200~ab\u001b[201~', events: [told] });
  expect(read([...pasted]).events).toEqual([told]);
});
