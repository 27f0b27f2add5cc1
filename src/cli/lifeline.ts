/** The first word of a command that goes on until somebody ends it, and whose input is held open for as long as somebody is there. */
const lifelineWord = '--until-input-ends';

/** The words that make a command one that goes on: `watch`, `status --watch`, `logs --follow`. */
const goOn = ['watch', '--watch', '-w', '--follow', '-f'];

/**
 * Without a terminal sshd tells nobody that the connection has ended, and a command that has nothing to print would wait for ever. So
 * the end of its input tells it.
 *
 * @returns the words as they are for a command that ends by itself, else with the word for {@link obeyLifeline}
 */
export function withLifeline(words: readonly string[]): readonly string[] {
  return words.some((word) => goOn.includes(word)) ? [lifelineWord, ...words] : words;
}

/**
 * Ends this process when its input does, where the words wish it, as the end of a terminal would.
 *
 * @returns the words without that one
 */
export function obeyLifeline(words: readonly string[]): readonly string[] {
  const [first, ...others] = words;
  if (first !== lifelineWord) return words;
  process.stdin.once('end', () => process.kill(process.pid, 'SIGHUP'));
  process.stdin.once('error', () => process.kill(process.pid, 'SIGHUP'));
  process.stdin.resume();
  return others;
}
