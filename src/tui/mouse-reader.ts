/** What a mouse did, at a column and a row of the screen, counted from 0. */
export type MouseEvent = {
  readonly what: 'click' | 'wheel-up' | 'wheel-down';
  readonly column: number;
  readonly row: number;
};

/** What was read, apart: what is typed, and what the mouse did. */
type Read = {
  readonly text: string;
  readonly events: readonly MouseEvent[];
  /** The end of it may be the beginning of a report: `flush` gives it back when nothing follows. */
  readonly isOpen: boolean;
};

type MouseReader = {
  /** @param isOn whether the mouse was asked for: then a report may be cut off after its first sign, too */
  readonly feed: (chunk: string, isOn: boolean) => Read;
  readonly flush: () => string;
};

const esc = '\u001b';
// A report is `CSI < button ; column ; row M`, `m` when a button is let go; xterm's ctlseqs, "SGR (1006)". What is pasted stands
// between 200~ and 201~: what looks like a report in there was never one.
const sequence = new RegExp(
  `${esc}\\[(?:(20[01])~|<(\\d{1,4});(\\d{1,4});(\\d{1,4})([Mm])|<[\\d;]*)`,
  'g',
);
const beginning = new RegExp(`${esc}(\\[(<[\\d;]*|2(0[01]?)?)?)?$`);

/**
 * Takes the reports of a mouse out of what a terminal sends, however it was cut into pieces: they are never typing, also when a
 * terminal sends them unasked.
 */
export function createMouseReader(): MouseReader {
  let held = '';
  /** An Esc at the end of the last piece, that was given on already. */
  let given = '';
  let isPasted = false;
  const feed = (chunk: string, isOn: boolean): Read => {
    // It was no Esc of a person where this follows.
    const all = given !== '' && /^\[<\d/.test(chunk) ? given + chunk : held + chunk;
    const rest = beginning.exec(all)?.[0] ?? '';
    const holds = rest === esc ? isOn : rest !== '';
    held = holds ? rest : '';
    given = !holds && rest === esc ? esc : '';
    const events: MouseEvent[] = [];
    const text = all
      .slice(0, all.length - held.length)
      .replace(sequence, (found, paste, button, column, row, end) => {
        if (paste !== undefined) isPasted = paste === '200';
        if (paste !== undefined) return found;
        const event = eventOf(Number(button), Number(column), Number(row), end);
        if (event !== null && !isPasted) events.push(event);
        return '';
      });
    return { text, events, isOpen: held !== '' };
  };
  return {
    feed,
    flush: () => {
      // Nobody types the beginning of a report; Esc and Esc with a bracket are keys.
      const text = held.startsWith(`${esc}[<`) ? '' : held;
      held = '';
      return text;
    },
  };
}

// Bits of the button: 0-1 which one, 5 moved, 6 the wheel; 2-4 Shift, Alt, Ctrl, which are the terminal's own.
function eventOf(button: number, column: number, row: number, end: string): MouseEvent | null {
  const place = { column: column - 1, row: row - 1 };
  if (end !== 'M') return null;
  if (button === 0) return { what: 'click', ...place };
  if (button === 64) return { what: 'wheel-up', ...place };
  return button === 65 ? { what: 'wheel-down', ...place } : null;
}
