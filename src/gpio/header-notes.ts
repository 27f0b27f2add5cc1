import { lineNumber, pinOf } from '../protocol/header-pins.ts';
import type { GpioConfig } from './panel-record.ts';

/** Their pull-ups of 1.8 kΩ are soldered to the board of every Pi, for I2C. */
const pulledUp: ReadonlySet<number> = new Set([2, 3]);

/** What the board of a Pi has against these lines, each with what to do; nothing of a chip that rig.yaml names itself. */
export function headerNotes({ chip, buttons, leds }: GpioConfig): string[] {
  if (chip !== undefined) return [];
  const against = buttons.filter(
    ({ line, pull }) => pull === 'down' && pulledUp.has(lineNumber(line)),
  );
  const inside = [...buttons, ...leds].filter(({ line }) => pinOf(line) === null);
  return [
    ...against.map(
      ({ line, name }) =>
        `${line} is pulled up on the board, which is stronger than \`pull: down\`: ${name} is pressed all the time. Wire it to GND with \`pull: up\`, or use another line (docs/wiring.md)`,
    ),
    ...inside.map(
      ({ line, name }) =>
        `${line} (${name}) has no pin on the header: the board of a Pi uses it itself. Those of the header are GPIO0 to GPIO27`,
    ),
  ];
}
