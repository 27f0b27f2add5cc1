import { type ExecFileException, execFile } from 'node:child_process';
import { sayMissing } from './runs/find-program.ts';

/** What is kept of what it prints, in bytes: its last line is told. */
const maxOutput = 65_536;

/**
 * Runs a program to its end. It never throws, and when its time is over it is told to end.
 *
 * @returns null when it ended with 0, else in words what it failed of
 */
export function runProgram(
  [program = '', ...words]: readonly string[],
  { cwd = '/', timeoutMs }: { readonly cwd?: string; readonly timeoutMs: number },
): Promise<string | null> {
  const settings = { cwd, timeout: timeoutMs, maxBuffer: maxOutput };
  return new Promise((resolve) => {
    execFile(program, words, settings, (error, _, stderr) => {
      if (error === null) return resolve(null);
      if (error.code === 'ENOENT') return resolve(sayMissing(program, cwd));
      const said = stderr.trim().split('\n').at(-1) ?? '';
      resolve(`${program} ${howItEnded(error)}${said === '' ? '' : `: ${said}`}`);
    });
  });
}

function howItEnded({ code, killed, signal }: ExecFileException): string {
  if (typeof code === 'number') return `ended with exit code ${code}`;
  if (killed === true) return 'did not end in time';
  return typeof signal === 'string' ? `was ended by ${signal}` : `could not be run (${code})`;
}
