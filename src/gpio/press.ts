import { type Contact, moveTo, rawOf, restartAt, settle } from './contact.ts';
import {
  type Finger,
  type FingerEvent,
  fingerDueMs,
  moveFinger,
  stuckAtStartMs,
} from './finger.ts';
import type { Edge, Level } from './lines.ts';
import type { PressEvent, PressSettings } from './press-events.ts';

/**
 * From the edges of a line to presses.
 *
 * Two small machines, one behind the other: the contact (which level is proven) and the finger (what it did). Deadlines are data:
 * each step says when it wants to be asked again. Edges carry their own time and are judged by it, so it does not matter how late
 * they are read; the time that is told by a look is only trusted when no edge can still be waiting to be read. Where nobody stamps
 * edges, a late program hears them late: then a hold is one only if a look at or after its threshold has found the finger down.
 */
export type PressState = {
  readonly contact: Contact;
  readonly finger: Finger;
  /** A look came late, or found another level than the edges say: what is waiting is read first, then it is looked again. */
  readonly doubtSinceMs: number | null;
  /** The newest presses, oldest first. */
  readonly presses: readonly number[];
  readonly lastMs: number;
};

export type PressInput =
  /** `atMs` is when the line moved, not when a filter or a program noticed. */
  | ({ readonly type: 'edge' } & Edge)
  /** The time has come that the last step asked for; `level` is what the line has now. */
  | { readonly type: 'look'; readonly level: Level; readonly atMs: number };

export type PressStep = {
  readonly state: PressState;
  readonly told: readonly PressEvent[];
  /** When to look next, CLOCK_MONOTONIC in ms; null: only an edge changes anything. */
  readonly wakeAtMs: number | null;
};

/** More edges than that, for that long, and no level between them that is proven: chattering. A bad switch bounces, but not so long. */
const chatterEdges = 20;
const chatterMs = 500;
/** No finger presses more often in a second. */
const mostPressesPerS = 10;
/** For how long a button that was faulty must be at rest before it is heard again. */
const quietMs = 2_000;
/** Enough for the edges that wait to be read. */
const doubtMs = 20;

/**
 * The state at the start. What is down then is no press until it was up; the position of a switch is no wish.
 *
 * @param level what the line has now
 */
export function startPress(level: Level, atMs: number, settings: PressSettings): PressStep {
  const at = { doubtSinceMs: null, presses: [], lastMs: atMs };
  if (settings.kind === 'switch') {
    const contact = { stable: level, lastEdgeMs: atMs, unrest: null };
    return stepOf({ ...at, contact, finger: { name: 'switch' } }, [], settings);
  }
  // Down until the contrary is proven: the first look may have met a bounce.
  const closed: Contact = { stable: 1, lastEdgeMs: atMs, unrest: null };
  const contact = level === 1 ? closed : restartAt(closed, 0, atMs, 0);
  const finger: Finger = { name: 'barred', stuckAtMs: atMs + stuckAtStartMs };
  return stepOf({ ...at, contact, finger }, [], settings);
}

/** Takes one edge, or one look at the line. */
export function stepPress(
  state: PressState,
  input: PressInput,
  settings: PressSettings,
): PressStep {
  const turn: Turn = { state, told: [], settings, nowMs: Math.max(input.atMs, state.lastMs) };
  if (input.type === 'edge') takeEdge(turn, input);
  else takeLook(turn, input.level);
  return stepOf(turn.state, turn.told, settings);
}

type Turn = {
  state: PressState;
  readonly told: PressEvent[];
  readonly settings: PressSettings;
  readonly nowMs: number;
};

function stepOf(
  state: PressState,
  told: readonly PressEvent[],
  settings: PressSettings,
): PressStep {
  const { doubtSinceMs } = state;
  const wakeAtMs = doubtSinceMs === null ? dueMs(state, settings) : doubtSinceMs + doubtMs;
  return { state, told, wakeAtMs };
}

/** While the line is not quiet no deadline of the finger is judged: what was its last edge comes first. */
function dueMs({ contact, finger }: PressState, settings: PressSettings): number | null {
  const { unrest, stable, lastEdgeMs } = contact;
  if (unrest !== null) return unrest.sinceMs + settings.debounceMs;
  if (finger.name !== 'faulty') return fingerDueMs(finger, settings);
  const isAtRest = stable === 0 || settings.kind === 'switch';
  return isAtRest ? lastEdgeMs + quietMs : null;
}

function takeEdge(turn: Turn, { level, lost, seenMs }: Edge): void {
  const { settings, nowMs } = turn;
  const { debounceMs } = settings;
  const edges = lost + 1;
  // Lost within the debounce time they can only have been bounces.
  if (lost > 0 && nowMs - turn.state.contact.lastEdgeMs >= debounceMs) {
    move(turn, { type: 'gap' });
    setContact(turn, restartAt(turn.state.contact, level, nowMs, edges));
  } else {
    advance(turn, seenMs ?? nowMs);
    setContact(turn, moveTo(turn.state.contact, level, nowMs, edges, debounceMs));
  }
  const { unrest } = turn.state.contact;
  const isLong = unrest !== null && nowMs - unrest.beganMs >= chatterMs;
  if (isLong && unrest.edges > chatterEdges) move(turn, { type: 'chatter' });
}

function takeLook(turn: Turn, level: Level): void {
  const { nowMs, settings, state } = turn;
  const fits = level === rawOf(state.contact);
  if (state.doubtSinceMs === null) {
    const due = dueMs(state, settings);
    const isLate = due !== null && nowMs - due > settings.debounceMs / 2;
    if (isLate || !fits) {
      turn.state = { ...state, doubtSinceMs: nowMs };
      return;
    }
  } else if (nowMs < state.doubtSinceMs + doubtMs) return;
  turn.state = { ...state, doubtSinceMs: null };
  if (fits) return advance(turn, nowMs);
  setContact(turn, restartAt(state.contact, level, nowMs, 0));
}

/**
 * Does what was due up to now, in the order in which it was due.
 *
 * @param sureMs until when the finger is known to have stayed as it is: no hold counts on without it
 */
function advance(turn: Turn, sureMs: number): void {
  for (;;) {
    const due = dueMs(turn.state, turn.settings);
    if (due === null || due > turn.nowMs) break;
    if (turn.state.contact.unrest !== null) prove(turn);
    else if (due <= sureMs) move(turn, { type: 'due' });
    else break;
  }
  turn.state = { ...turn.state, lastMs: turn.nowMs };
}

function prove(turn: Turn): void {
  const [contact, settled] = settle(turn.state.contact);
  setContact(turn, contact);
  if (settled === null) return;
  const { level, firstMs: edgeMs, edges, seen } = settled;
  if (!seen) return move(turn, { type: 'found', level, edgeMs });
  if (level === 0) return move(turn, { type: 'release', edgeMs, edges });
  const presses = [...turn.state.presses, edgeMs].slice(-mostPressesPerS - 1);
  turn.state = { ...turn.state, presses };
  const [oldest = 0] = presses;
  const isTooFast = presses.length > mostPressesPerS && edgeMs - oldest < 1_000;
  move(turn, isTooFast ? { type: 'chatter' } : { type: 'press', edgeMs, edges });
}

function setContact(turn: Turn, contact: Contact): void {
  turn.state = { ...turn.state, contact };
}

function move(turn: Turn, event: FingerEvent): void {
  const { finger, told } = moveFinger(turn.state.finger, event, turn);
  turn.state = { ...turn.state, finger };
  turn.told.push(...told);
}
