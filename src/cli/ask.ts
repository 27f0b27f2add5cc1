import { createInterface } from 'node:readline/promises';

/** Asks on the terminal; only `y` or `yes` is a yes, the end of input and Ctrl-C are a no. */
export async function askYesNo(question: string): Promise<boolean> {
  const line = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new Promise<string>((resolve) => {
    line.once('close', () => resolve(''));
    line.once('SIGINT', () => resolve(''));
  });
  try {
    const answer = await Promise.race([line.question(`${question} [y/N] `), closed]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    line.close();
  }
}
