import type { Context } from './context.ts';

/** Prints one line for people, or for a program that reads lines. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Prints a result as one JSON document, indented for people where somebody looks on. */
export function printJson(document: unknown): void {
  print(JSON.stringify(document, null, process.stdout.isTTY === true ? 2 : undefined));
}

/** What a line of prose may take: a terminal is wrapped for, a pipe gets whole lines. */
export function columnsOf({ terminal }: Pick<Context, 'terminal'>): number {
  return terminal.isTty ? terminal.columns : Number.POSITIVE_INFINITY;
}

/** Prints one line beside the results: progress, warnings. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}
