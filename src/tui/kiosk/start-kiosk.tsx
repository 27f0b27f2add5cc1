import { type Instance, render } from 'ink';
import { Component, type ReactElement, type ReactNode } from 'react';
import type { RemoteRig } from '../../protocol/rig.ts';
import { clean, wrap } from '../../protocol/text.ts';
import type { Theme } from '../../protocol/theme.ts';
import { sayDuration } from '../../protocol/units.ts';
import { wordsOf } from '../../protocol/words-of.ts';
import { calm } from '../calm.ts';
import type { Clocks } from '../situation.ts';
import { type OwnTerminal, takeTerminal } from '../terminal.ts';
import { sizeOf, watchSize } from '../terminal-size.ts';
import { Kiosk } from './kiosk.tsx';
import type { CheckPin } from './use-pin.ts';

export type KioskOptions = {
  readonly theme: Theme;
  readonly clocks: Clocks;
  readonly control: boolean;
  readonly ownPin: CheckPin | null;
};

/** A kiosk is looked at, not worked with. */
const calmMs = 1_000;
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;
/** A screen that stood for so long is worth a quick start when it fails. */
const steadyMs = 60_000;
/** What ends others and not a kiosk: nobody at its keys is to leave it dark. */
const ignored = ['SIGINT', 'SIGQUIT', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU'] as const;

/**
 * Shows the rig on this terminal until SIGTERM, or until the terminal itself is gone. Nothing else ends it: a mistake of ours
 * is said, and the screen is started anew after a pause that grows.
 *
 * @throws Error when stdout is no terminal
 */
export async function startKiosk(rig: RemoteRig, options: KioskOptions): Promise<void> {
  const { stdout } = process;
  if (!stdout.isTTY) throw new Error('a kiosk needs a terminal to draw on');
  const terminal = takeTerminal(stdout);
  const life = new KioskLife(rig, options, terminal);
  const restore = () => terminal.restore();
  process.on('exit', restore);
  try {
    await life.untilItEnds();
  } finally {
    restore();
    process.off('exit', restore);
  }
}

/** One screen after another, until it is to end. */
class KioskLife {
  readonly #rig: RemoteRig;
  readonly #options: KioskOptions;
  readonly #terminal: OwnTerminal;
  readonly #ended: Promise<'ended'>;
  #end: () => void = () => undefined;
  #fail: (error: unknown) => void = () => undefined;

  constructor(rig: RemoteRig, options: KioskOptions, terminal: OwnTerminal) {
    this.#rig = rig;
    this.#options = options;
    this.#terminal = terminal;
    this.#ended = new Promise((resolve) => {
      this.#end = () => resolve('ended');
    });
  }

  async untilItEnds(): Promise<void> {
    const unwatch = this.#watch();
    let pauseMs = firstPauseMs;
    try {
      for (;;) {
        const beganMs = performance.now();
        const end = await this.#show();
        if (end === 'ended') return;
        if (performance.now() - beganMs > steadyMs) pauseMs = firstPauseMs;
        this.#tellFailure(end.error, pauseMs);
        if ((await Promise.race([this.#ended, pause(pauseMs)])) === 'ended') return;
        pauseMs = Math.min(longestPauseMs, pauseMs * 2);
      }
    } finally {
      unwatch();
    }
  }

  /** One screen, until it fails or all is to end. */
  async #show(): Promise<'ended' | { readonly error: unknown }> {
    const failed = new Promise<{ readonly error: unknown }>((resolve) => {
      this.#fail = (error) => resolve({ error });
    });
    const calmed = calm(this.#rig, () => performance.now(), calmMs);
    const screen = () => this.#screen(calmed);
    let instance: Instance | undefined;
    const unwatchSize = watchSize(() => {
      this.#terminal.redraw();
      instance?.rerender(screen());
    });
    try {
      this.#terminal.redraw();
      instance = render(screen(), {
        stdout: this.#terminal.stdout,
        exitOnCtrlC: false,
        patchConsole: false,
      });
      instance.waitUntilExit().catch(this.#fail);
      return await Promise.race([this.#ended, failed]);
    } catch (error) {
      return { error };
    } finally {
      unwatchSize();
      instance?.unmount();
    }
  }

  #screen(calmed: ReturnType<typeof calm>): ReactElement {
    const { theme, clocks, control, ownPin } = this.#options;
    return (
      <Fuse blown={(error) => this.#fail(error)}>
        <Kiosk
          rig={this.#rig}
          calm={calmed}
          clocks={clocks}
          size={sizeOf(process.stdout)}
          theme={theme}
          control={control}
          ownPin={ownPin}
          draw={this.#terminal.draw}
        />
      </Fuse>
    );
  }

  #tellFailure(error: unknown, pauseMs: number): void {
    const why = wordsOf(error);
    const words = `This screen failed and starts again in ${sayDuration(pauseMs)}. The rig is not touched by that. (${clean(why, 200)})`;
    const { columns, rows } = sizeOf(process.stdout);
    this.#terminal.draw(wrap(words, columns).slice(0, Math.max(1, rows - 1)));
    this.#terminal.redraw();
  }

  /** What may happen to a process. Gives the function that ends this. */
  #watch(): () => void {
    const { stdin, stdout } = process;
    const end = () => this.#end();
    const fail = (error: unknown) => this.#fail(error);
    const nothing = () => undefined;
    for (const signal of ignored) process.on(signal, nothing);
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
    process.on('uncaughtException', fail);
    process.on('unhandledRejection', fail);
    // No keys any more are no reason to show nothing; a terminal that takes nothing is.
    stdin.on('error', nothing);
    stdout.on('error', end);
    // Between two screens, too: what is typed there is neither a signal nor shown.
    if (stdin.isTTY) stdin.setRawMode(true);
    return () => {
      for (const signal of ignored) process.off(signal, nothing);
      for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.off(signal, end);
      process.off('uncaughtException', fail);
      process.off('unhandledRejection', fail);
      if (stdin.isTTY) stdin.setRawMode(false);
    };
  }
}

/** Tells what a component below it throws, and shows nothing from then on. */
class Fuse extends Component<
  { readonly blown: (error: unknown) => void; readonly children: ReactNode },
  { readonly isBlown: boolean }
> {
  override state = { isBlown: false };

  static getDerivedStateFromError(): { isBlown: boolean } {
    return { isBlown: true };
  }

  override componentDidCatch(error: unknown): void {
    this.props.blown(error);
  }

  override render(): ReactNode {
    return this.state.isBlown ? null : this.props.children;
  }
}

function pause(ms: number): Promise<'over'> {
  return new Promise((resolve) => setTimeout(() => resolve('over'), ms));
}
