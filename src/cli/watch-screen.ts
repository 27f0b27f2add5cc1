import { sayLink } from '../protocol/rig-words.ts';
import { cut } from '../protocol/text.ts';
import type { Context } from './context.ts';
import type { Painter } from './line-printer.ts';
import { monotonicMs } from './monotonic.ts';
import { statusLines } from './status-screen.ts';

type Person = {
  /** `q` or Ctrl-C. */
  readonly leaves: () => void;
  /** What stood on the screen does not any more. */
  readonly wantsAll: () => void;
};

/**
 * Draws the status on the alternate screen of this terminal, of which only lines that changed are written. What does not fit is
 * cut off, never scrolled. Ctrl-Z and `fg` work.
 */
export async function openWatchScreen(context: Context, person: Person): Promise<Painter> {
  const [{ takeTerminal }, { sizeOf, watchSize }, { watchStops }] = await Promise.all([
    import('../tui/terminal.ts'),
    import('../tui/terminal-size.ts'),
    import('../tui/job-control.ts'),
  ]);
  const { stdout } = process;
  const terminal = takeTerminal(stdout);
  const startAnew = () => {
    terminal.redraw();
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
  const unwatchSize = watchSize(startAnew);
  process.on('exit', terminal.restore);
  process.on('uncaughtExceptionMonitor', terminal.restore);
  return {
    draw: (view) => {
      const { columns, rows } = sizeOf(stdout);
      const now = { wallMs: Date.now(), monoMs: monotonicMs() };
      const stale = view.link.state === 'live' ? null : sayLink(view.link, true, now.wallMs);
      const isDown = view.link.state === 'lost' && view.link.downBy !== undefined;
      const all = statusLines({ ...view, now, stale, isDown }, { ...context.terminal, columns });
      terminal.draw(cutOff(all, rows, columns));
    },
    end: () => {
      stops.end();
      unwatchSize();
      terminal.restore();
      keys.rest();
    },
  };
}

/** As many lines as there are rows; where that is not all, the last one says so. */
function cutOff(lines: readonly string[], rows: number, columns: number): readonly string[] {
  if (lines.length <= rows) return lines;
  const kept = lines.slice(0, Math.max(0, rows - 1));
  return [...kept, cut(` ${lines.length - kept.length} more lines do not fit here`, columns)];
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
