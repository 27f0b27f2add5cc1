import type { RemoteRig } from '../protocol/rig.ts';
import { wordsOf } from '../protocol/words-of.ts';

const firstLines = 500;
const everyMs = 250;
/** Lines that wait to be shown; of a flood between two looks the newest stay. */
const maxWaiting = 2_000;

/** Where a log comes from. */
export type LogSource = Pick<RemoteRig, 'readLog' | 'followLog'>;

type Tell = {
  /** The end of the log as it is now. */
  readonly read: (lines: readonly string[]) => void;
  /** What came after that. */
  readonly lines: (lines: readonly string[]) => void;
  readonly trouble: (words: string) => void;
};

/**
 * Reads a module's log and follows it, telling at most four times a second. Gives the function that ends it.
 *
 * Following begins before reading, so that no line falls between the two; what both gave is told once.
 */
export function feedLog(rig: LogSource, module: string, tell: Tell): () => void {
  let waiting: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let phase: 'reading' | 'following' | 'ended' = 'reading';
  const flush = () => {
    timer = undefined;
    const lines = waiting;
    waiting = [];
    if (lines.length > 0) tell.lines(lines);
  };
  const stop = rig.followLog(module, (lines) => {
    waiting = [...waiting, ...lines].slice(-maxWaiting);
    if (phase === 'following') timer ??= setTimeout(flush, everyMs);
  });
  rig.readLog(module, firstLines).then(
    (lines) => {
      if (phase === 'ended') return;
      phase = 'following';
      const all = joined(lines, waiting);
      waiting = [];
      tell.read(all);
    },
    (error: unknown) => {
      if (phase === 'ended') return;
      phase = 'following';
      tell.trouble(`the log cannot be read: ${wordsOf(error)}`);
      flush();
    },
  );
  return () => {
    phase = 'ended';
    clearTimeout(timer);
    stop();
  };
}

/** Two stretches of one log as one: the longest end of the first that the second begins with is told once. */
export function joined(first: readonly string[], second: readonly string[]): string[] {
  for (let shared = Math.min(first.length, second.length); shared > 0; shared -= 1) {
    const start = first.length - shared;
    if (second.slice(0, shared).every((line, at) => line === first[start + at])) {
      return [...first, ...second.slice(shared)];
    }
  }
  return [...first, ...second];
}
