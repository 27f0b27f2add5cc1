import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { spawn } from '@lydell/node-pty';
import { Terminal } from '@xterm/headless';
import type { TerminalEnv } from '../../../src/protocol/theme.ts';
import { bundle } from '../../support/bundle.ts';
import type { Command, Report } from '../fixtures/held-rig.ts';

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

/** Bundles a program and gives the path of the file; `done` removes it. */
export async function bundled(entry: URL): Promise<{ file: string; done: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'rigdeck-tui-'));
  const file = join(folder, 'program.mjs');
  await bundle(file, { file: entry.pathname });
  return { file, done: () => rm(folder, { recursive: true, force: true }) };
}

/** Runs a bundled program on a terminal of that size. */
export async function openProgram(
  file: string,
  size: { readonly columns: number; readonly rows: number },
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
