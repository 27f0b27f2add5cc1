import type { GpioLine } from './gpio-record.ts';
import { sayWhat } from './gpio-words.ts';
import { headerPins, otherUses } from './header-pins.ts';
import { cut, pad } from './text.ts';

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
