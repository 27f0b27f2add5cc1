import type { Intent } from '../protocol/intent.ts';
import type { Refusal } from '../protocol/problem.ts';
import type { MarkerRecord } from '../protocol/snapshot.ts';
import type { PlainCommand } from './effect.ts';
import type { Module } from './state.ts';
import { instantOf, iso } from './time.ts';
import { note, openTrial } from './trial.ts';
import { refusal, type Turn } from './turn.ts';

/**
 * A marker is set at once, with the instant of its key, and its words may follow: the same instant once more by the same actor is the
 * same marker. Nothing is lost when the words never come, and nothing when only they arrive.
 */

/** Words may follow for so long: somebody types, is called away, and comes back. In ms. */
const longestTypingMs = 600_000;
/** What is no longer ago than this is a key that was just pressed, whatever the clock was set to meanwhile. In ms. */
const justNowMs = 2_000;

/**
 * Sets a marker, or gives one its words.
 *
 * @param monoMs when it was submitted: the instant of a marker that names none. CLOCK_MONOTONIC in ms
 */
export function mark(
  turn: Turn,
  intent: Extract<Intent, { readonly kind: 'mark' }>,
  monoMs: number,
): { readonly done: 'done' } | Refusal {
  const { session } = turn.state;
  if (session === null) {
    return refusal(
      'not-recording',
      'No session is open, so there is nowhere to put a marker.',
      'Start recording, or open one: rigdeck session start <name>',
    );
  }
  const stampMs = Math.min(intent.atMonoMs ?? monoMs, turn.now.monoMs);
  const ageMs = turn.now.monoMs - stampMs;
  if (ageMs > longestTypingMs) {
    return refusal('too-late', 'That instant is more than ten minutes ago.', 'Set a new marker.');
  }
  const monoNs = String(BigInt(Math.round(stampMs * 1_000)) * 1_000n);
  const set = sameMarker(turn, monoNs);
  const at = set?.at ?? iso(turn.now.wallMs - ageMs);
  if (ageMs > justNowMs && instantOf(at) < instantOf(session.startedAt)) {
    const words = `That instant is from before session ${session.id}.`;
    return refusal('too-late', words, 'Set a new marker.');
  }
  const text = intent.text ?? null;
  const trial = set === null ? trialAt(turn, stampMs) : set.trial;
  const lastMarker = { at, monoNs, actor: turn.actor, text, trial };
  note(turn, { is: 'marker', ...lastMarker });
  turn.state = { ...turn.state, lastMarker };
  const command = { do: 'mark', text: (text ?? '').slice(0, 500), atMonoNs: monoNs } as const;
  for (const module of Object.values(turn.state.modules)) {
    if (module.can.includes('mark')) tellRecording(turn, module, command);
  }
  return { done: 'done' };
}

/** The marker whose words these are; null where it was not the last one. The wall clock may have moved since it was set. */
function sameMarker({ state: { lastMarker }, actor }: Turn, monoNs: string): MarkerRecord | null {
  return lastMarker?.monoNs === monoNs && lastMarker.actor === actor ? lastMarker : null;
}

function trialAt({ state }: Turn, stampMs: number): number | null {
  const trial = openTrial(state.recording);
  const isIn = trial !== null && stampMs >= trial.startedMonoMs - justNowMs;
  return isIn ? trial.number : null;
}

function tellRecording(turn: Turn, { name, life }: Module, command: PlainCommand): void {
  if (life.name !== 'up' || !['recording', 'paused'].includes(life.take.name)) return;
  turn.effects.push({ type: 'tell', module: name, run: life.run, command });
}
