/** The terminal while a screen of ours is on it. */
export type OwnTerminal = {
  /** What Ink draws to. */
  readonly stdout: NodeJS.WriteStream;
  /** Gives the terminal back as it was found. Does nothing the second time. */
  readonly restore: () => void;
};

// Alternate screen, no line wrap (what is too long is cut by the terminal, it cannot break a row), bracketed paste, and the
// cursor off; xterm's ctlseqs document, "DEC Private Mode Set".
const enter = '\u001b[?1049h\u001b[?7l\u001b[?2004h\u001b[?25l\u001b[2J\u001b[H';
const leave = '\u001b[0m\u001b[?2004l\u001b[?7h\u001b[?25h\u001b[?1049l';

/**
 * Takes the alternate screen of a terminal.
 *
 * Writes to a terminal are synchronous in Node, so `restore` works from an `exit` listener too.
 */
export function takeTerminal(stdout: NodeJS.WriteStream): OwnTerminal {
  let taken = true;
  stdout.write(enter);
  return {
    stdout: withoutRows(stdout),
    restore: () => {
      if (!taken) return;
      taken = false;
      if (stdout.writable) stdout.write(leave);
    },
  };
}

/**
 * The same stream, but nobody can ask it for its height.
 *
 * When the terminal gets smaller than the frame that stands on it, Ink 6.8 erases the scrollback of the person's own screen
 * (CSI 3 J, `ink.js` onRender). It does so by comparing with `rows`; we clip the frame ourselves.
 */
function withoutRows(stdout: NodeJS.WriteStream): NodeJS.WriteStream {
  return new Proxy(stdout, {
    get: (stream, key) => {
      if (key === 'rows') return undefined;
      const value: unknown = Reflect.get(stream, key, stream);
      return typeof value === 'function' ? value.bind(stream) : value;
    },
  });
}
