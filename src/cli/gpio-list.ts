import type { GpioLine, GpioList } from '../protocol/gpio-record.ts';
import { sayNow, sayWhat } from '../protocol/gpio-words.ts';
import { pinout, pinoutColumns, wiringWords } from '../protocol/pinout.ts';
import { asSentence, clean, pad, widthOf, wrap } from '../protocol/text.ts';
import { toType } from '../protocol/typed-command.ts';

/**
 * The lines of the panel for people: what there is and what is wrong, then a row for each.
 *
 * @param columns of the terminal; infinite where it is none
 */
export function gpioListLines(
  list: GpioList,
  options: { readonly pinout?: true },
  columns: number,
): string[] {
  const rows = rowsOf(list);
  const lines = [
    ...headOf(list).flatMap((words) => wrap(words, columns)),
    ...(rows.length === 0 ? [] : table(rows, columns)),
  ];
  if (options.pinout !== true) return lines;
  if (columns < pinoutColumns) return [...lines, '', ...wiringWords(list.lines, columns)];
  return [...lines, '', ...pinout(list.lines)];
}

function headOf({ backend, chip, problem, notes, lines }: GpioList): string[] {
  const said = notes.map((note) => toType(clean(note, 1_000)));
  if (lines.length === 0) return said.length > 0 ? said : [unwired];
  const what = {
    none: 'buttons and LEDs: switched off in rig.yaml',
    off: 'buttons and LEDs: none can be used now',
    simulated: toType(
      'buttons and LEDs: simulated, with no header; `rigdeck gpio press <button>` presses',
    ),
    cdev: `buttons and LEDs on ${clean(chip ?? 'the header')}, by cdev`,
    onoff: `buttons and LEDs on ${clean(chip ?? 'the header')}, by onoff`,
  }[backend];
  return [
    what,
    ...(problem === null ? [] : [`! ${toType(asSentence(clean(problem, 1_000)))}`]),
    ...said.map((note) => `note: ${note}`),
  ];
}

const unwired =
  'This rig has no buttons and no LEDs: docs/wiring.md says how to connect them and what to write into rig.yaml.';

const titles = ['LINE', 'PIN', 'WHAT', 'NOW', 'HELD BY', 'DOES'] as const;

function rowsOf({ backend, lines }: GpioList): string[][] {
  // Nobody holds a line: `-`. Nobody can look: `?`.
  const unheld = backend === 'off' ? '?' : '-';
  return lines.map((line: GpioLine) => [
    line.line,
    line.pin === null ? '-' : String(line.pin),
    sayWhat(line),
    sayNow(line),
    line.consumer === null ? unheld : clean(line.consumer, 32),
    line.does,
  ]);
}

/** In columns; where these are too wide for the terminal, what a line does and who holds it stand below it. */
function table(rows: readonly string[][], columns: number): string[] {
  const whole = inColumns([[...titles], ...rows]);
  if (whole.every((line) => widthOf(line) <= columns)) return whole;
  const [head = '', ...short] = inColumns([[...titles], ...rows].map((row) => row.slice(0, 4)));
  return [
    ...wrap(head, columns),
    ...short.flatMap((line, at) => {
      const [holder = '-', does = ''] = rows[at]?.slice(4) ?? [];
      const held = holder === '-' || holder === '?' ? '' : ` · held by ${holder}`;
      const more = wrap(`${does}${held}`, Math.max(1, columns - 4)).map((text) => `    ${text}`);
      return [...wrap(line, columns), ...more];
    }),
  ];
}

function inColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => widthOf(row[at] ?? ''))),
  );
  return rows.map((row) =>
    row
      .map((cell, at) => pad(cell, widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
