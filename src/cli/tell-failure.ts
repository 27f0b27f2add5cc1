import { exitCodes } from '../protocol/exit-codes.ts';
import { sanitize } from '../protocol/sanitize.ts';
import { asSentence, capital } from '../protocol/text.ts';
import { toType } from '../protocol/typed-command.ts';
import { wordsOf } from '../protocol/words-of.ts';
import { CommandFailure } from './failure.ts';
import { note } from './output.ts';

/** What is longer is no line for people any more. */
const maxWordsLength = 4_000;

/** Says why a command failed, in one line on stderr, or in one JSON object. */
export function tellFailure(failure: CommandFailure, json: boolean): void {
  const { code, message, remedy } = failure;
  const cure = remedy === null ? null : toType(remedy);
  if (json) note(JSON.stringify({ error: { code, message, remedy: cure } }));
  else note(`rigdeck: ${sayFailure(failure)}`);
}

/** What happened and what to do, as sentences in one line. */
export function sayFailure({
  message,
  remedy,
}: Pick<CommandFailure, 'message' | 'remedy'>): string {
  const words = remedy === null ? message : `${asSentence(message)} ${toType(capital(remedy))}`;
  return sanitize(words.replace(/\s+/g, ' '), maxWordsLength);
}

/** A failure in words and with an exit code; what nobody foresaw is exit 1. */
export function asFailure(error: unknown): CommandFailure {
  if (error instanceof CommandFailure) return error;
  const message = wordsOf(error);
  return new CommandFailure(exitCodes.failed, 'failed', message);
}
