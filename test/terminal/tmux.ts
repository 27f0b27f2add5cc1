import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { StoryRig } from '../stories/support/rig.ts';
import { until } from '../support/until.ts';

/** Without it what a person sees in a terminal cannot be looked at. */
export const hasTmux: boolean = isInstalled('tmux');

function isInstalled(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Starts a command in a terminal of this many columns and rows, until the test is over. */
export function inTmux(...start: ConstructorParameters<typeof Tmux>): Tmux {
  const tmux = new Tmux(...start);
  onTestFinished(() => tmux.close());
  return tmux;
}

/** The program of a rig in such a terminal, with these words behind its name. */
export function screenOf(rig: StoryRig, columns: number, rows: number, words = ''): Tmux {
  const command = `${process.execPath} ${rig.where.program} ${words}`;
  return inTmux(columns, rows, command, rig.where.places);
}

/** A tmux server of its own, with one window, as a person at a terminal of that size. */
export class Tmux {
  readonly #name = `rigdeck-${randomBytes(6).toString('hex')}`;

  /** Starts a command in a terminal of this many columns and rows. */
  constructor(
    columns: number,
    rows: number,
    command: string,
    env: Readonly<Record<string, string>>,
  ) {
    const variables = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
    const size = ['-x', String(columns), '-y', String(rows)];
    this.#tmux(
      '-f',
      '/dev/null',
      'new-session',
      '-d',
      '-s',
      'main',
      ...size,
      ...variables,
      command,
    );
    this.#tmux('set-option', '-g', 'remain-on-exit', 'on');
  }

  /** Types keys by tmux's names: `r`, `Enter`, `Escape`. */
  press(...keys: string[]): void {
    this.#tmux('send-keys', '-t', 'main', ...keys);
  }

  /** Types a text as it is. */
  type(text: string): void {
    this.#tmux('send-keys', '-l', '-t', 'main', '--', text);
  }

  /** The process that runs in it. */
  pid(): number {
    return Number(this.#tmux('display-message', '-p', '-t', 'main', '#{pane_pid}'));
  }

  /** What the screen shows, with trailing blanks cut. */
  screen(): string {
    return this.#tmux('capture-pane', '-p', '-t', 'main').replace(/[ \t]+$/gm, '');
  }

  isCursorShown(): boolean {
    return this.#tmux('display-message', '-p', '-t', 'main', '#{cursor_flag}').trim() === '1';
  }

  /** Everything that has scrolled away, and the screen. */
  scrollback(): string {
    return this.#tmux('capture-pane', '-p', '-S', '-', '-t', 'main');
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-t', 'main', '-x', String(columns), '-y', String(rows));
  }

  /** Changes the size again and again, as fast as tmux does. */
  resizeEach(sizes: readonly { readonly columns: number; readonly rows: number }[]): void {
    const words = sizes.flatMap(({ columns, rows }) => [
      ...['resize-window', '-t', 'main', '-x', String(columns), '-y', String(rows)],
      ';',
    ]);
    this.#tmux(...words.slice(0, -1));
  }

  async shows(what: RegExp, withinMs = 20_000): Promise<string> {
    return until(
      `the screen shows ${what}`,
      () => {
        const screen = this.screen();
        return what.test(screen) ? screen : null;
      },
      withinMs,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}; it shows:\n${this.screen()}`);
    });
  }

  /** Presses again, once, where what was asked for was taken back because the machine was too busy to send it in time. */
  againIfLate(...keys: string[]): () => void {
    let isAgain = false;
    return () => {
      if (isAgain || !/Press\s+again/.test(this.screen())) return;
      isAgain = true;
      this.press(...keys);
    };
  }

  /** Waits until the command has ended. */
  ended(): Promise<unknown> {
    const dead = () => this.#tmux('display-message', '-p', '-t', 'main', '#{pane_dead}');
    return until('the command has ended', () => dead().trim() === '1');
  }

  close(): void {
    try {
      this.#tmux('kill-server');
    } catch {
      // It has ended already, with its last window.
    }
  }

  #tmux(...words: string[]): string {
    return execFileSync('tmux', ['-L', this.#name, ...words], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C.UTF-8', TERM: 'xterm-256color' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
}
