import type { Size } from './situation.ts';

/** How large the terminal is; one of unknown size says 0, and is taken as 80x24. */
export function sizeOf({ columns, rows }: NodeJS.WriteStream): Size {
  return { columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24 };
}

/**
 * Tells that the terminal may have another size. Gives the function that ends it.
 *
 * Not the stream's `resize`: it is silent when several resizes end where they began, with half a screen left.
 */
export function watchSize(told: () => void): () => void {
  process.on('SIGWINCH', told);
  return () => process.off('SIGWINCH', told);
}
