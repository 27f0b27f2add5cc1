import type { Intent } from '../../protocol/intent.ts';
import type { Situation } from '../situation.ts';
import type { WordsScreen } from '../view/screens.ts';
import { back, type Deed, show, type WishDeed } from './deeds.ts';
import { cannotAddWords, cannotMark, type Reason } from './reasons.ts';
import { submit } from './wish-deeds.ts';

/** A marker without words, with the instant of the key. */
export function mark({ monoMs }: Situation): WishDeed {
  return submit({ kind: 'mark', atMonoMs: monoMs }, 'marker sent', 'marked', null);
}

/**
 * Sets a marker at once and opens the line for its words, with one key: what is typed behind it are words, however fast they come,
 * and also where no marker could be set.
 */
export function markAndAsk(now: Situation): Deed {
  const why = cannotMark(now);
  if (why !== null) return show(wordsOf({ why: `not marked: ${why}` }));
  return { ...mark(now), opens: wordsOf({ atMonoMs: now.monoMs, atMs: now.nowMs }) };
}

/** Asks once more for the words of the marker that was set last. */
export function askWords(now: Situation): Deed {
  const { marked } = now.view.notices;
  const why = cannotAddWords(now);
  return show(wordsOf(marked === null || why !== null ? { why: why ?? '' } : marked));
}

/** A marker with words; those of a marker that is set already have its instant. */
export function markAs({ monoMs, screen }: Situation, text: string): Deed {
  const words = text.trim();
  if (words === '') return back;
  const set = screen.kind === 'words' && 'atMonoMs' in screen.marker ? screen.marker : null;
  const intent: Intent = { kind: 'mark', atMonoMs: set?.atMonoMs ?? monoMs, text: words };
  return submit(intent, `marker "${words}" sent`, `marked "${words}"`, null);
}

/** Why what is typed there becomes no words of a marker. */
export function cannotKeepWords(now: Situation): Reason {
  const { screen } = now;
  if (screen.kind !== 'words' || screen.text.trim() === '') return null;
  return 'why' in screen.marker ? screen.marker.why : cannotMark(now);
}

/** Whether a marker was set just now. */
export function isMarkFresh({ view: { notices }, nowMs }: Situation): boolean {
  return notices.marked !== null && nowMs - notices.marked.atMs < freshMs;
}

const freshMs = 20_000;

function wordsOf(marker: WordsScreen['marker']): WordsScreen {
  return { kind: 'words', text: '', marker };
}
