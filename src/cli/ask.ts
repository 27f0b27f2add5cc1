import { createInterface } from 'node:readline/promises';

/** Asks on the terminal; only `y` or `yes` is a yes, the end of input and Ctrl-C are a no. */
export async function askYesNo(question: string): Promise<boolean> {
  const line = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new Promise<null>((resolve) => {
    line.once('close', () => resolve(null));
    line.once('SIGINT', () => resolve(null));
  });
  try {
    const answer = await Promise.race([line.question(`${question} [y/N] `), closed]);
    if (answer === null) process.stderr.write('\n'); // what comes next has a line of its own, as after Enter
    return /^y(es)?$/i.test(answer?.trim() ?? '');
  } finally {
    line.close();
  }
}
