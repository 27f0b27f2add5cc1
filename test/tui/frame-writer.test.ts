import { type IUnicodeVersionProvider, Terminal } from '@xterm/headless';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Paint, paints, type Theme } from '../../src/protocol/theme.ts';
import { createFrameWriter, type FrameWriter } from '../../src/tui/frame-writer.ts';
import { encode, type Line } from '../../src/tui/line.ts';

const theme: Theme = { colours: '256', ascii: false };

/** A terminal in memory, and a writer on it. */
function open({ columns, rows }: Size, widths: Widths): Screen {
  const terminal = new Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 0 });
  if (widths === 'wide signs') {
    terminal.unicode.register(wideSigns);
    terminal.unicode.activeVersion = wideSigns.version;
  }
  let written = '';
  const all: string[] = ['\u001b[?1049h\u001b[?7l'];
  const writer = createFrameWriter((text) => {
    written = text;
    all.push(text);
  });
  return {
    ...writer,
    newest: () => written,
    forget: () => {
      written = '';
    },
    resize: (size) => all.push(`${size.columns} ${size.rows}`),
    picture: async () => {
      for (const text of all.splice(0)) {
        const [, cols, lines] = /^(\d+) (\d+)$/.exec(text) ?? [];
        if (cols !== undefined) terminal.resize(Number(cols), Number(lines));
        else await new Promise<void>((done) => terminal.write(text, done));
      }
      return pictureOf(terminal);
    },
  };
}

type Size = { readonly columns: number; readonly rows: number };
type Widths = 'usual' | 'wide signs';
type Screen = FrameWriter & {
  readonly newest: () => string;
  readonly forget: () => void;
  readonly resize: (size: Size) => void;
  readonly picture: () => Promise<string[]>;
};

/** Terminals of East Asia draw signs that are not ASCII in two columns, as their settings want it. */
const wideSigns: IUnicodeVersionProvider = {
  version: 'wide-signs',
  wcwidth: columnsOf,
  // A state, the width and whether it joins what stands before it, packed as xterm's UnicodeService does.
  charProperties: (code) => columnsOf(code) << 1,
};

function columnsOf(code: number): 0 | 1 | 2 {
  if (code < 32) return 0;
  return code < 127 ? 1 : 2;
}

/** Every cell of the screen: what stands there, how wide it is and how it is painted. */
function pictureOf(terminal: Terminal): string[] {
  const { active } = terminal.buffer;
  return Array.from({ length: terminal.rows }, (_, row) => {
    const line = active.getLine(active.baseY + row);
    return Array.from({ length: terminal.cols }, (_, column) => {
      const cell = line?.getCell(column);
      if (cell === undefined) return '';
      const looks = [cell.getFgColor(), cell.isBold(), cell.isDim(), cell.isInverse()].join(',');
      return `${cell.getChars() || ' '}${cell.getWidth() === 1 ? '' : cell.getWidth()}<${looks}>`;
    }).join('');
  });
}

const signs = [...'●◉○…·─│▌↑↓↻✖█░≈±é▁▃'];
const strange = ['日本', '🎤', 'e\u0301', '👩‍👩‍👧', '‼', 'ب', '⌚', '⚠\u{fe0f}'];
const words = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: fc.constantFrom(...'ab1  '), maxLength: 6 }) },
  { weight: 4, arbitrary: fc.string({ unit: fc.constantFrom(...signs, ' '), maxLength: 4 }) },
);
const anyWords = fc.oneof(
  { weight: 9, arbitrary: words },
  { weight: 1, arbitrary: fc.constantFrom(...strange) },
);
const paint: fc.Arbitrary<Paint> = fc.constantFrom(...Object.values(paints), { reverse: true });
const spans = (text: fc.Arbitrary<string>): fc.Arbitrary<Line> =>
  fc.array(fc.record({ text, paint }), { maxLength: 6 });
const size: fc.Arbitrary<Size> = fc.record({
  columns: fc.integer({ min: 1, max: 24 }),
  rows: fc.integer({ min: 2, max: 6 }),
});

type Step =
  | { readonly is: 'frame'; readonly lines: readonly Line[] }
  | { readonly is: 'resize'; readonly size: Size }
  | { readonly is: 'redraw' };

function steps(text: fc.Arbitrary<string>): fc.Arbitrary<Step[]> {
  const frame = fc.array(spans(text), { maxLength: 6 });
  return fc.array(
    fc.oneof(
      { weight: 6, arbitrary: frame.map((lines): Step => ({ is: 'frame', lines })) },
      { weight: 1, arbitrary: size.map((size): Step => ({ is: 'resize', size })) },
      { weight: 1, arbitrary: fc.constant<Step>({ is: 'redraw' }) },
    ),
    { minLength: 1, maxLength: 8 },
  );
}

function encoded(lines: readonly Line[], { columns, rows }: Size): string[] {
  return lines.slice(0, rows - 1).map((line) => encode(line, columns, theme));
}

/** Takes the steps as the program does, and gives the picture beside that of the last frame on a clean screen. */
async function both(first: Size, taken: readonly Step[], widths: Widths) {
  const screen = open(first, widths);
  let now = { size: first, lines: [] as readonly Line[] };
  for (const step of taken) {
    if (step.is === 'redraw') screen.redraw();
    if (step.is === 'frame') now = { ...now, lines: step.lines };
    if (step.is === 'resize') {
      now = { ...now, size: step.size };
      screen.resize(step.size);
      screen.redraw();
    }
    if (step.is !== 'redraw') screen.draw(encoded(now.lines, now.size));
  }
  const clean = open(now.size, widths);
  clean.draw(encoded(now.lines, now.size));
  return [await screen.picture(), await clean.picture()] as const;
}

describe('after any frames, resizes and redraws', () => {
  test('the terminal shows what the last frame on a clean screen shows', async () => {
    await fc.assert(
      fc.asyncProperty(size, steps(anyWords), async (first, taken) => {
        const [picture, clean] = await both(first, taken, 'usual');
        expect(picture).toEqual(clean);
      }),
      { numRuns: 100 },
    );
  });

  test('so it does where the terminal draws our signs in two columns', async () => {
    await fc.assert(
      fc.asyncProperty(size, steps(words), async (first, taken) => {
        const [picture, clean] = await both(first, taken, 'wide signs');
        // Where half a sign was drawn over, the paint of its other half hangs on what it was drawn over with.
        const readable = (line: string) => line.replace(/ \d?<[^>]*>/g, ' ');
        expect(picture.map(readable)).toEqual(clean.map(readable));
      }),
      { numRuns: 100 },
    );
  });
});

describe('what is written', () => {
  const at = { columns: 40, rows: 4 };

  test('is nothing when the frame is the same', () => {
    const screen = open(at, 'usual');
    screen.draw(['one', '\u001b[1mtwo\u001b[0m']);
    screen.forget();
    screen.draw(['one', '\u001b[1mtwo\u001b[0m']);
    expect(screen.newest()).toBe('');
  });

  test('of a clock that ticks is the digit that changed', () => {
    const screen = open(at, 'usual');
    screen.draw(['\u001b[1;38;5;203m◉ REC\u001b[0m\u001b[38;5;203m 00:12:41\u001b[0m trial 7']);
    screen.draw(['\u001b[1;38;5;203m◉ REC\u001b[0m\u001b[38;5;203m 00:12:42\u001b[0m trial 7']);
    expect(screen.newest()).toBe(
      '\u001b[?2026h\u001b[1;14H\u001b[38;5;203m2\u001b[0m\u001b[?2026l',
    );
  });

  test('is the whole line where a name may be drawn wider or narrower than it is counted', () => {
    const screen = open(at, 'usual');
    screen.draw(['日本 12 kB', 'still']);
    screen.draw(['日本 13 kB', 'still']);
    expect(screen.newest()).toBe('\u001b[?2026h\u001b[1;1H\u001b[2K日本 13 kB\u001b[?2026l');
  });

  test('of fewer lines is that the others go', () => {
    const screen = open(at, 'usual');
    screen.draw(['one', 'two', 'three']);
    screen.draw(['one']);
    expect(screen.newest()).toBe('\u001b[?2026h\u001b[2;1H\u001b[J\u001b[?2026l');
  });
});

test('what another program wrote on the screen is gone with the first change after half a minute', () => {
  let nowMs = 0;
  const all: string[] = [];
  const writer = createFrameWriter(
    (text) => all.push(text),
    () => nowMs,
  );
  const drawn = (lines: readonly string[]) => {
    all.length = 0;
    writer.draw(lines);
    return all.join('');
  };
  drawn(['the rig records', '00:01']);
  nowMs = 29_000;
  expect(drawn(['the rig records', '00:30'])).not.toContain('the rig');
  nowMs = 31_000;
  expect(drawn(['the rig records', '00:30'])).toBe(''); // idle is idle
  expect(drawn(['the rig records', '00:32'])).toContain('the rig records');
  expect(drawn(['the rig records', '00:33'])).not.toContain('the rig');
});
