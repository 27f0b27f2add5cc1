import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { spawn } from '@lydell/node-pty';
import { Terminal } from '@xterm/headless';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import type { TerminalEnv } from '../../../src/protocol/theme.ts';
import { bundle } from '../../support/bundle.ts';
import type { Command, Report } from '../fixtures/held-rig.ts';

type Size = { readonly columns: number; readonly rows: number };

/** A program on a terminal of its own, and what stands on that terminal. */
export type TerminalProgram = {
  readonly tell: (command: Command) => void;
  readonly reports: readonly Report[];
  readonly type: (keys: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  /** Closes the terminal under the program, as a lost connection does. */
  readonly hangUp: () => void;
  readonly kill: (signal: string) => void;
  /** The lines of the screen, without the spaces at their ends. */
  readonly screen: () => string[];
  readonly isAlternate: () => boolean;
  readonly modes: () => Terminal['modes'];
  /** Everything that was written to the terminal. */
  readonly written: () => string;
  readonly exited: () => { readonly code: number } | null;
  readonly end: () => Promise<void>;
};

/** How long a program on a busy machine may take until it shows what is waited for. */
export const patient = { timeout: 20_000, interval: 20 };

/** Waits until that stands on the screen of a program. */
export async function sees(program: TerminalProgram, what: string | RegExp): Promise<void> {
  await expect.poll(() => program.screen().join('\n'), patient).toMatch(what);
}

/** Gives the function that opens a program on a terminal; bundled once for the tests of a file, each ended with its test. */
export function openerOf(entry: URL) {
  let folder = '';
  const file = () => join(folder, 'program.mjs');
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rigdeck-tui-'));
    await bundle(file(), { file: entry.pathname });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return async (size: Size, env?: TerminalEnv, ...words: readonly string[]) => {
    const program = await openProgram(file(), size, env, ...words);
    onTestFinished(program.end);
    return program;
  };
}

/** Runs a bundled program on a terminal of that size. */
async function openProgram(
  file: string,
  size: Size,
  env: TerminalEnv = {},
  ...words: readonly string[]
): Promise<TerminalProgram> {
  const folder = await mkdtemp(join(tmpdir(), 'rigdeck-pty-'));
  const reports: Report[] = [];
  const line = await listen(join(folder, 's'), reports);
  const terminal = new Terminal({
    cols: size.columns,
    rows: size.rows,
    allowProposedApi: true,
    scrollback: 1_000,
  });
  const pty = spawn(process.execPath, [file, join(folder, 's'), ...words], {
    name: env.TERM ?? 'xterm-256color',
    cols: size.columns,
    rows: size.rows,
    env: {
      ...process.env,
      CI: '1',
      LANG: 'C.UTF-8',
      LC_ALL: '',
      NO_COLOR: '',
      COLORTERM: '',
      ...env,
    },
  });
  let written = '';
  let exit: { readonly code: number } | null = null;
  pty.onData((data) => {
    written += data;
    terminal.write(data);
  });
  const ended = new Promise<void>((resolve) => {
    pty.onExit(({ exitCode }) => {
      exit = { code: exitCode };
      resolve();
    });
  });
  return {
    tell: (command) => line.send(command),
    reports,
    type: (keys) => pty.write(keys),
    resize: (columns, rows) => {
      terminal.resize(columns, rows);
      pty.resize(columns, rows);
    },
    hangUp: () => {
      // It is in node-pty's unixTerminal.js but not in its types.
      if ('destroy' in pty && typeof pty.destroy === 'function') pty.destroy();
    },
    kill: (signal) => process.kill(pty.pid, signal),
    screen: () => linesOf(terminal),
    isAlternate: () => terminal.buffer.active.type === 'alternate',
    modes: () => terminal.modes,
    written: () => written,
    exited: () => exit,
    end: async () => {
      if (exit === null) pty.kill('SIGKILL');
      await ended;
      line.server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type TestLine = { readonly server: Server; readonly send: (command: Command) => void };

// Commands that are told before the program has connected wait for it.
async function listen(path: string, reports: Report[]): Promise<TestLine> {
  const waiting: string[] = [];
  let peer: Socket | undefined;
  const server = createServer((socket) => {
    peer = socket;
    for (const text of waiting.splice(0)) socket.write(text);
    // A program that is killed leaves its socket in the middle of a sentence, and the lines say so once more.
    socket.on('error', () => socket.destroy());
    createInterface(socket)
      .on('line', (text) => reports.push(JSON.parse(text) as Report))
      .on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    server,
    send: (command) => {
      const text = `${JSON.stringify(command)}\n`;
      if (peer === undefined) waiting.push(text);
      else peer.write(text);
    },
  };
}

function linesOf(terminal: Terminal): string[] {
  const { active } = terminal.buffer;
  return Array.from({ length: terminal.rows }, (_, row) => {
    const line = active.getLine(active.baseY + row);
    // A line keeps what stood beyond the edge when the terminal became narrower.
    return line?.translateToString(true, 0, terminal.cols).trimEnd() ?? '';
  });
}
