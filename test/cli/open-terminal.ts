import { spawn } from '@lydell/node-pty';
import { onTestFinished, vi } from 'vitest';
import { plainEnvironment } from '../support/program.ts';

/** The program on a terminal of its own (a real pty). */
export type OpenTerminal = {
  text(): string;
  sees(what: string | RegExp): Promise<void>;
  type(keys: string): void;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<number>;
};

export function openTerminal(
  words: readonly string[],
  size: { readonly cols: number; readonly rows: number } = { cols: 80, rows: 24 },
  env: Record<string, string> = {},
): OpenTerminal {
  let text = '';
  const pty = spawn(process.execPath, [...words], {
    name: env['TERM'] ?? 'xterm-256color', // goes before TERM in `env`
    ...size,
    env: { ...plainEnvironment(), ...env },
  });
  pty.onData((data) => {
    text += data;
  });
  const ended = new Promise<number>((resolve) => {
    pty.onExit(({ exitCode }) => resolve(exitCode));
  });
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  onTestFinished(() => {
    if (!isOver) pty.kill('SIGKILL');
  });
  return {
    text: () => text,
    sees: (what) =>
      vi.waitFor(() => {
        const seen = typeof what === 'string' ? text.includes(what) : what.test(text);
        if (!seen) throw new Error(`not seen: ${what}\nin: ${JSON.stringify(text)}`);
      }, 15_000),
    type: (keys) => pty.write(keys),
    kill: (signal) => process.kill(pty.pid, signal),
    ended,
  };
}
