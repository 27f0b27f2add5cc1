import { sayLink } from '../protocol/rig-words.ts';
import type { Context } from './context.ts';
import type { Painter } from './line-printer.ts';
import { monotonicMs } from './monotonic.ts';
import { statusLines } from './status-screen.ts';
import { lookAtTerminal } from './terminal.ts';

type Person = {
  /** `q` or Ctrl-C. */
  readonly leaves: () => void;
  /** What stood on the screen does not any more. */
  readonly wantsAll: () => void;
};

const clear = '\u001b[2J';
const eraseLine = '\u001b[2K';
const eraseBelow = '\u001b[J';

/**
 * Draws the status on the alternate screen of this terminal, of which only lines that changed are written. What does not fit is
 * cut off, never scrolled. Ctrl-Z and `fg` work.
 */
export async function openWatchScreen(context: Context, person: Person): Promise<Painter> {
  const [{ takeTerminal }, { watchStops }] = await Promise.all([
    import('../tui/terminal.ts'),
    import('../tui/job-control.ts'),
  ]);
  const { stdout } = process;
  const terminal = takeTerminal(stdout);
  let shown: readonly string[] = [];
  const startAnew = () => {
    shown = [];
    stdout.write(clear);
    person.wantsAll();
  };
  const keys = watchKeys((key) => {
    if (key === '\u0003' || key === 'q') person.leaves();
    if (key === '\u001a') stops.suspend();
  });
  const stops = watchStops({
    giveBack: () => {
      terminal.giveBack();
      keys.rest();
    },
    takeAgain: () => {
      keys.listen();
      terminal.takeAgain();
      process.emit('SIGWINCH', 'SIGWINCH'); // the size may be another, too
    },
  });
  keys.listen();
  process.on('SIGWINCH', startAnew);
  process.on('exit', terminal.restore);
  return {
    draw: (view) => {
      const { columns } = lookAtTerminal({ colour: true, theme: context.themeName });
      const now = { wallMs: Date.now(), monoMs: monotonicMs() };
      const stale = view.link.state === 'live' ? null : sayLink(view.link, true, now.wallMs);
      const all = statusLines({ ...view, now, stale }, { ...context.terminal, columns });
      const lines = all.slice(0, stdout.rows > 0 ? stdout.rows : 24);
      const text = changes(shown, lines);
      if (text !== '') stdout.write(text);
      shown = lines;
    },
    end: () => {
      stops.end();
      process.off('SIGWINCH', startAnew);
      terminal.restore();
      keys.rest();
    },
  };
}

/** What turns the lines of a screen into others. */
function changes(before: readonly string[], after: readonly string[]): string {
  const news = after.flatMap((line, row) =>
    line === before[row] ? [] : [`${toRow(row)}${eraseLine}${line}`],
  );
  const rest = after.length < before.length ? [`${toRow(after.length)}${eraseBelow}`] : [];
  return [...news, ...rest].join('');
}

function toRow(row: number): string {
  return `\u001b[${row + 1};1H`;
}

/** The keys of a person, where input is a terminal: what is typed must not stand on the screen. */
function watchKeys(tell: (key: string) => void) {
  const { stdin } = process;
  if (!stdin.isTTY) return { listen: () => undefined, rest: () => undefined };
  stdin.on('data', (piece) => {
    for (const key of piece.toString()) tell(key);
  });
  stdin.on('error', () => undefined); // a terminal that is gone; its SIGHUP is heard
  return {
    listen: () => {
      stdin.setRawMode(true);
      stdin.resume();
    },
    rest: () => {
      stdin.setRawMode(false);
      stdin.pause();
    },
  };
}
