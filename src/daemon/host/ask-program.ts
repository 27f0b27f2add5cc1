import { execFile } from 'node:child_process';

/** Nobody waits longer for a program of the system. In ms. */
const answerMs = 5_000;
const maxBytes = 65_536;

/**
 * What a small program of the system says.
 *
 * @returns its stdout; `absent` when there is no such program, null when it failed or took too long
 */
export function askProgram(
  program: string,
  args: readonly string[],
): Promise<string | 'absent' | null> {
  const env = { ...process.env, LC_ALL: 'C' }; // figures and words as this program knows them
  const settings = { timeout: answerMs, maxBuffer: maxBytes, env };
  return new Promise((resolve) => {
    execFile(program, args, settings, (error, stdout) => {
      if (error === null) resolve(stdout);
      else resolve(error.code === 'ENOENT' ? 'absent' : null);
    });
  });
}
