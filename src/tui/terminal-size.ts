import type { Size } from './situation.ts';

/** How large the terminal is; one of unknown size says 0, and is taken as 80x24. */
export function sizeOf({ columns, rows }: NodeJS.WriteStream): Size {
  return { columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24 };
}
