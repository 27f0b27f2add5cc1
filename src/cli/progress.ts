import { cut } from '../protocol/text.ts';
import { note } from './output.ts';
import type { Terminal } from './terminal.ts';

/** One line on stderr that says what is waited for, rewritten in place. Without a terminal nothing is printed. */
export type Progress = {
  tell(words: string): void;
  end(): void;
};

export function createProgress(terminal: Terminal): Progress {
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

/** Like a progress line, where nobody looks on: a line on stderr each time that something else is waited for. */
export function createSlowNotes(): Progress {
  let told = '';
  return {
    tell: (words) => {
      if (words !== told) note(words);
      told = words;
    },
    end: () => undefined,
  };
}
