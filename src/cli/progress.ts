import { cut } from '../protocol/text.ts';
import type { Context } from './context.ts';
import { note } from './output.ts';
import type { Terminal } from './terminal.ts';

/** One line on stderr that says what is waited for, rewritten in place. Without a terminal nothing is printed. */
export type Progress = {
  /** @param isNews where nobody looks on: it is said at once, not only after a while */
  tell(words: string, isNews?: 'news'): void;
  end(): void;
};

function createProgress(terminal: Terminal): Progress {
  const shows = terminal.isTty && process.stderr.isTTY === true;
  let told = '';
  return {
    tell: (words) => {
      if (!shows || words === told) return;
      told = words;
      process.stderr.write(`\r\u001b[K${cut(words, terminal.columns - 1)}`);
    },
    end: () => {
      if (told !== '') process.stderr.write('\r\u001b[K');
      told = '';
    },
  };
}

/** What is over by then needs no words. */
const slowMs = 5_000;

/** Like a progress line, where nobody looks on: a line on stderr each time that something else is waited for, after a while. */
function createSlowNotes(): Progress {
  const beganMs = performance.now();
  let told = '';
  return {
    tell: (words, isNews) => {
      const what = words.replace(/\d+/g, ''); // seconds alone are no news
      const isEarly = isNews === undefined && performance.now() - beganMs < slowMs;
      if (what === told || isEarly) return;
      note(words);
      told = what;
    },
    end: () => undefined,
  };
}

/** Says nothing: who reads JSON reads what came of it. */
const noProgress: Progress = { tell: () => undefined, end: () => undefined };

/** How a command that may take long says who is waited for, by who looks on. */
export function progressFor({ json, terminal, telling }: Context): Progress {
  if (json) return noProgress;
  // What only prints, or speaks, is not written over.
  return terminal.isTty && telling === 'drawn' ? createProgress(terminal) : createSlowNotes();
}
