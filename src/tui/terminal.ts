import { createFrameWriter } from './frame-writer.ts';

/** The terminal while a screen of ours is on it. */
export type OwnTerminal = {
  /** What Ink takes for its terminal. */
  readonly stdout: NodeJS.WriteStream;
  /** Draws a frame; what of it stands there already is not written again. */
  readonly draw: (lines: readonly string[]) => void;
  /** Draws the frame that stands there once more, on a clean screen: a resize may have moved, cut or mixed what stood there. */
  readonly redraw: () => void;
  /** Puts text into the clipboard of the terminal, where it takes such text: over SSH that is the one of the person. */
  readonly copy: (text: string) => void;
  /** Asks for clicks (SGR 1006), or leaves them to the terminal. */
  readonly askMouse: (to: 'on' | 'off') => void;
  /** Gives it back for a while, and takes it again: nothing of ours stands there then, so `redraw` comes next. */
  readonly giveBack: () => void;
  readonly takeAgain: () => void;
  /** Gives the terminal back as it was found. Does nothing the second time. */
  readonly restore: () => void;
};

// Alternate screen, no line wrap (what is too long is cut by the terminal, it cannot break a row), bracketed paste, and the
// cursor off; xterm's ctlseqs document, "DEC Private Mode Set".
const enter = '\u001b[?1049h\u001b[?7l\u001b[?2004h\u001b[?25l\u001b[2J';
const leave = '\u001b[0m\u001b[?2004l\u001b[?7h\u001b[?25h\u001b[?1049l';

// Clicks and the wheel, told as `CSI < ...`; the same document, "Mouse Tracking".
const mouseCodes = { on: '\u001b[?1000h\u001b[?1006h', off: '\u001b[?1006l\u001b[?1000l' };

/**
 * Gives a terminal back for a screen that could not: it ran on another machine, and the line to it broke. Where there was none, it
 * does nothing: the cursor that the end of an alternate screen brings back is then the one that is saved here.
 */
export const giveBackCodes: string = `\u001b7${mouseCodes.off}${leave}`;

/**
 * Takes the alternate screen of a terminal.
 *
 * Writes to a terminal are synchronous in Node, so `restore` works from an `exit` listener too.
 */
export function takeTerminal(stdout: NodeJS.WriteStream): OwnTerminal {
  let taken = true;
  let isHeld = true;
  let mouse: 'on' | 'off' = 'off';
  const write = (text: string) => {
    if (taken && isHeld) stdout.write(text);
  };
  const frames = createFrameWriter(write);
  write(enter);
  return {
    stdout: muted(stdout),
    draw: frames.draw,
    redraw: frames.redraw,
    copy: (text) => {
      // OSC 52 of xterm's ctlseqs, "Manipulate Selection Data".
      const coded = Buffer.from(text, 'utf8').toString('base64');
      write(`\u001b]52;c;${coded}\u0007`);
    },
    askMouse: (to) => {
      mouse = to;
      write(mouseCodes[to]);
    },
    giveBack: () => {
      if (taken && isHeld) stdout.write(mouseCodes.off + leave);
      isHeld = false;
    },
    takeAgain: () => {
      // After a stop that nobody announced the shell has written on our screen: its own comes back first.
      const codes = enter + (mouse === 'on' ? mouseCodes.on : '');
      if (taken) stdout.write(isHeld ? leave + codes : codes);
      isHeld = true;
    },
    restore: () => {
      if (!taken) return;
      taken = false;
      if (isHeld && stdout.writable) stdout.write(mouseCodes.off + leave);
    },
  };
}

/**
 * The same stream, but nothing that is written to it arrives, and nobody can ask it for its height.
 *
 * Ink takes keys and holds the components; frames are drawn by us (docs/decisions/0005). What is left for Ink to write are
 * cursor codes of its own, and the report of a component that threw, before which Ink 6.8 erases the scrollback of the person's
 * own screen (CSI 3 J) where the report is taller than `rows`.
 */
function muted(stdout: NodeJS.WriteStream): NodeJS.WriteStream {
  const write = (...parts: readonly unknown[]): boolean => {
    // Ink's end waits for its last write.
    const done = parts.at(-1);
    if (typeof done === 'function') setImmediate(() => Reflect.apply(done, undefined, []));
    return true;
  };
  return new Proxy(stdout, {
    get: (stream, key) => {
      if (key === 'rows') return undefined;
      if (key === 'write') return write;
      const value: unknown = Reflect.get(stream, key, stream);
      return typeof value === 'function' ? value.bind(stream) : value;
    },
  });
}
