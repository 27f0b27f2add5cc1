import { type Instance, render } from 'ink';
import type { RemoteRig } from '../protocol/rig.ts';
import { clean, wrap } from '../protocol/text.ts';
import type { Theme } from '../protocol/theme.ts';
import { screenCommand, toType } from '../protocol/typed-command.ts';
import { App } from './app.tsx';
import { calm } from './calm.ts';
import { watchStops } from './job-control.ts';
import { takeMouse } from './mouse.ts';
import type { Clocks, Size } from './situation.ts';
import { type OwnTerminal, takeTerminal } from './terminal.ts';
import { sizeOf, watchSize } from './terminal-size.ts';

/** Why the screen was left: a key, the end of the terminal, or a signal. */
type LeaveReason = 'key' | 'hangup' | 'SIGINT' | 'SIGTERM' | 'SIGHUP';

export type TuiOptions = {
  readonly theme: Theme;
  readonly clocks: Clocks;
  /**
   * For a screen whose rig ends with it: what leaving ends, asked before, and the line that is then left on the normal screen
   * in place of the one that says that the rig goes on.
   */
  readonly ending?: { readonly leaving: string; readonly goodbye: string };
  /** Told once the terminal is restored. */
  readonly onExit?: (reason: LeaveReason) => void;
};

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Shows the rig on this terminal until the person leaves it, the terminal goes away or a signal ends it.
 *
 * The terminal is restored in every case, also after an exception anywhere in the process. The rig stays as it is and stays
 * connected: closing it is the caller's.
 *
 * @throws Error when stdin or stdout is no terminal, and what a component threw (a mistake of ours)
 */
export async function startTui(rig: RemoteRig, options: TuiOptions): Promise<void> {
  const { stdin, stdout } = process;
  if (!stdin.isTTY || !stdout.isTTY) {
    throw new Error(
      toType('the terminal UI needs a terminal for input and output; try: rigdeck status'),
    );
  }
  const calmed = calm(rig, () => performance.now());
  const terminal = takeTerminal(stdout);
  const { stdin: keys, mouse } = takeMouse(stdin, terminal.askMouse);
  const unsent: string[] = [];
  const app = (size: Size) => (
    <App
      rig={rig}
      calm={calmed}
      clocks={options.clocks}
      size={size}
      theme={options.theme}
      leaving={options.ending?.leaving ?? null}
      draw={terminal.draw}
      redraw={terminal.redraw}
      mouse={mouse}
      copy={terminal.copy}
      tookBack={(words) => unsent.push(words)}
      suspend={() => stops.suspend()}
    />
  );
  let instance: Instance | undefined;
  const unwatchSize = watchSize(() => {
    terminal.redraw();
    instance?.rerender(app(sizeOf(stdout)));
  });
  const stops = watchStops(handsOf(terminal));
  const left: { reason: LeaveReason } = { reason: 'key' };
  // Nothing may draw any more: with the SIGHUP of a terminal that is gone comes a SIGCONT (Linux, `__tty_hangup`), and what goes
  // on then would hold the process for ever.
  const unmount = () => {
    stops.end();
    unwatchSize();
    instance?.unmount();
  };
  const end = (why: LeaveReason) => {
    left.reason = why;
    unmount();
  };
  const restore = () => {
    unmount();
    terminal.restore();
  };
  const unwatch = watchTheEnd(end, restore);
  try {
    instance = render(app(sizeOf(stdout)), {
      stdin: keys,
      stdout: terminal.stdout,
      exitOnCtrlC: false,
      patchConsole: false,
    });
    await instance.waitUntilExit();
  } finally {
    restore();
    unwatch();
  }
  const gone = left.reason === 'hangup' || left.reason === 'SIGHUP';
  if (!gone) leaveWords(stdout, [...unsent, goodbye(rig, options)]);
  options.onExit?.(left.reason);
}

/** What gives the terminal back for a while, and takes it again. */
function handsOf({ giveBack, takeAgain }: OwnTerminal) {
  const { stdin } = process;
  return {
    giveBack: () => {
      giveBack();
      stdin.setRawMode(false);
    },
    takeAgain: () => {
      // First: in the background this stops us once more, before anything is drawn over what the person does there.
      stdin.setRawMode(true);
      takeAgain();
      // Meanwhile the size may have changed, which only the foreground is told of.
      process.emit('SIGWINCH', 'SIGWINCH');
    },
  };
}

/**
 * Sees to it that the screen is given back whatever happens. Gives the function that ends this.
 *
 * `end` leaves in order; `restore` works at once, for when the process is about to end with a message that must be seen.
 */
function watchTheEnd(end: (why: LeaveReason) => void, restore: () => void): () => void {
  const { stdin, stdout, stderr } = process;
  // A terminal that is gone answers with EIO, often before SIGHUP comes, and its shell sends one more: then that is no news,
  // and must not end the caller in the middle of what it has to finish.
  const leaveAlone = (why: 'SIGHUP' | 'hangup') => {
    process.off('SIGHUP', deaf);
    process.on('SIGHUP', deaf);
    end(why);
  };
  const handlers = signals.map((signal) => {
    const handler = () => (signal === 'SIGHUP' ? leaveAlone(signal) : end(signal));
    process.on(signal, handler);
    return () => process.off(signal, handler);
  });
  const hangup = () => leaveAlone('hangup');
  stdin.on('end', hangup);
  // These stay: the terminal may go after the screen was left, and an error that nobody hears ends a process.
  stdin.on('error', hangup);
  stdout.on('error', hangup);
  stderr.on('error', hangup);
  process.on('exit', restore);
  process.on('uncaughtExceptionMonitor', restore);
  return () => {
    for (const off of handlers) off();
    stdin.off('end', hangup);
    process.off('exit', restore);
    process.off('uncaughtExceptionMonitor', restore);
  };
}

function deaf(): void {}

/** What stands on the person's own screen afterwards. */
function leaveWords(stdout: NodeJS.WriteStream, sentences: readonly string[]): void {
  const lines = sentences.flatMap((words) => wrap(clean(words), sizeOf(stdout).columns));
  stdout.write(`${lines.join('\n')}\n`);
}

function goodbye(rig: RemoteRig, options: TuiOptions): string {
  if (options.ending !== undefined) return options.ending.goodbye;
  const { snapshot } = rig.view();
  if (snapshot === null) return 'The rig was not reached; nothing was changed.';
  const { name, trial, state } = snapshot.rig;
  const is = state === 'paused' ? 'paused, and nothing is recorded' : 'being recorded';
  const does = trial === null ? '' : `: trial ${trial.number} is ${is}`;
  return `${clean(name, 64)} goes on without this screen${does}. It comes back with: ${screenCommand()}`;
}
