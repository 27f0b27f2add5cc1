import type { GpioLine } from './gpio-record.ts';
import { sayWhat } from './gpio-words.ts';
import { headerPins, otherUses } from './header-pins.ts';
import { capital, cut, pad, wrap } from './text.ts';

/** The picture of the header with a column on either side is so wide. */
export const pinoutColumns = 77;

/** Two of these, two numbers and two pins are 75 columns: it fits a terminal of 80. */
const sideColumns = 32;

/**
 * A picture of the 40-pin header and what this rig has on it. Pin 1 is at the top left: the corner of the board where the SD card
 * is, with the header on the right.
 *
 * @returns 20 lines of at most 75 columns; a pin that is used is `●`, any other `·`
 */
export function pinout(lines: readonly Pick<GpioLine, 'line' | 'kind' | 'name'>[]): string[] {
  const used = new Map(lines.map((line) => [line.line, sayWhat(line)]));
  const label = (pin: string) => {
    const what = used.get(pin) ?? otherUses[pin];
    if (what === undefined) return pin;
    return used.has(pin) ? `${pin} ${what}` : `${pin} (${what})`;
  };
  const dot = (pin: string) => (used.has(pin) ? '●' : '·');
  const rows: string[] = [];
  for (let at = 0; at < headerPins.length; at += 2) {
    const [left = '', right = ''] = headerPins.slice(at, at + 2);
    const numbers = [String(at + 1).padStart(2), String(at + 2).padEnd(2)];
    const middle = `${numbers[0]} ${dot(left)} ${dot(right)} ${numbers[1]}`;
    rows.push(
      `${pad(label(left), sideColumns, 'right')} ${middle} ${cut(label(right), sideColumns)}`,
    );
  }
  return rows;
}

type Placed = Pick<GpioLine, 'line' | 'pin' | 'kind' | 'name'>;

/** The same in words, for where the picture does not fit: which pins this rig uses, in their order, and which are ground. */
export function wiringWords(lines: readonly Placed[], columns: number): string[] {
  const wired = lines.toSorted((a, b) => (a.pin ?? 99) - (b.pin ?? 99));
  const grounds = headerPins.flatMap((pin, at) => (pin === 'GND' ? at + 1 : []));
  return [
    ...wired.map((one) => `${capital(sayPlace(one))}: ${sayWhat(one)}`),
    `GND: pins ${grounds.join(', ')}. ${corner}`,
  ].flatMap((text) => wrap(text, Math.max(1, columns)));
}

/** `GPIO17, pin 11`. */
export function sayPlace({ line, pin }: Pick<GpioLine, 'line' | 'pin'>): string {
  return pin === null ? `${line}, not on the header` : `${line}, pin ${pin}`;
}

/** How a picture of the header is held against the board. */
export const corner =
  'Pin 1 is the one in the corner of the board; odd pins are on the inner side. More in docs/wiring.md.';
