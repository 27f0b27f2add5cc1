import type { Intent } from '../../protocol/intent.ts';
import type { Situation } from '../situation.ts';
import type { WordsScreen } from '../view/screens.ts';
import { back, type Deed, show, type WishDeed } from './deeds.ts';
import { cannotAddWords, cannotMark, type Reason } from './reasons.ts';
import { submit } from './wish-deeds.ts';

/** A marker without words, with the instant of the key. */
export function mark({ monoMs }: Situation, done = 'marked'): WishDeed {
  return submit({ kind: 'mark', atMonoMs: monoMs }, 'marker sent', done, null);
}

/**
 * A marker and nothing more: the key may come again at once, as what is marked does, and each is a marker of its own. Where no daemon
 * answers, the line for its words keeps the instant.
 */
export function markOrKeep(now: Situation): Deed {
  const why = cannotMark(now);
  if (why === null) return mark(now, 'marked · W adds words');
  const lost = { atMonoMs: now.monoMs, atMs: now.nowMs };
  return show(wordsOf({ why: `not marked: ${why}`, lost }));
}

/** Asks once more for the words of the marker that was set last. */
export function askWords(now: Situation): Deed {
  const { marked } = now.view.notices;
  const why = cannotAddWords(now);
  return show(wordsOf(marked === null || why !== null ? { why: why ?? '', lost: null } : marked));
}

/** A marker with words; those of a marker whose key went down before have its instant. */
export function markAs({ monoMs }: Situation, text: string): Deed {
  const words = text.trim();
  if (words === '') return back;
  const intent: Intent = { kind: 'mark', atMonoMs: monoMs, text: words };
  return submit(intent, `marker "${words}" sent`, `marked "${words}"`, null);
}

/** What Enter does with the line for words: adds them, or sets a marker that no daemon took, also without any. */
export function keepWords(now: Situation): Deed {
  const { screen } = now;
  if (screen.kind !== 'words') return back;
  const { text, marker } = screen;
  const instant = 'why' in marker ? marker.lost : marker;
  if (instant === null) return back;
  const then = { ...now, monoMs: instant.atMonoMs };
  if (text.trim() !== '') return markAs(then, text);
  return 'why' in marker && cannotMark(now) === null ? mark(then) : back;
}

/** Why what is typed there becomes no words of a marker. */
export function cannotKeepWords(now: Situation): Reason {
  const { screen } = now;
  if (screen.kind !== 'words' || screen.text.trim() === '') return null;
  const { marker } = screen;
  return 'why' in marker && marker.lost === null ? marker.why : cannotMark(now);
}

/** Whether a marker was set just now. */
export function isMarkFresh({ view: { notices }, nowMs }: Situation): boolean {
  return notices.marked !== null && nowMs - notices.marked.atMs < freshMs;
}

const freshMs = 20_000;

function wordsOf(marker: WordsScreen['marker']): WordsScreen {
  return { kind: 'words', text: '', marker };
}
