import { until } from '../support/until.ts';
import type { Tmux } from '../terminal/tmux.ts';

/** What a line left behind: its exit code, and what it printed. */
export type Typed = { readonly code: number; readonly text: string };

/** A shell on the rig, at which somebody sits. */
export class Shell {
  readonly tmux: Tmux;
  /** How many lines have been typed: the prompt counts them, so that the next one is told from the last. */
  #typed = 0;

  private constructor(tmux: Tmux) {
    this.tmux = tmux;
  }

  /** @param tmux where somebody logs in */
  static async begin(tmux: Tmux): Promise<Shell> {
    const shell = new Shell(tmux);
    await tmux.shows(/^pi@field-rig-03:~\$$/m, 30_000);
    await shell.does("PS1='<\\#:$?> '", 10_000);
    return shell;
  }

  /**
   * Types a line, and waits until the shell asks for the next.
   *
   * @param meanwhile what is done at the terminal while it runs
   */
  async does(line: string, withinMs: number, meanwhile = nothing): Promise<Typed> {
    this.#typed += 1;
    const end = new RegExp(`^<${this.#typed + 1}:(\\d+)>\\s*$`, 'm');
    this.tmux.type(line);
    this.tmux.press('Enter');
    const seen = () => this.tmux.scrollback();
    const over = until(line, () => end.exec(seen()), withinMs).catch((error: unknown) => {
      throw new Error(`${String(error)}; the terminal shows:\n${this.tmux.screen()}`);
    });
    const [found] = await Promise.all([over, meanwhile(this.tmux)]);
    const text = seen().slice(0, found.index);
    return { code: Number(found[1]), text: text.slice(text.lastIndexOf(`\n<${this.#typed}:`) + 1) };
  }
}

/** What somebody does at a terminal while a line runs. */
export type Meanwhile = (tmux: Tmux) => Promise<void>;

const nothing: Meanwhile = () => Promise.resolve();
