import type { Intent } from '../protocol/intent.ts';
import type { Refusal } from '../protocol/problem.ts';
import type { Taken } from './intents.ts';
import { calledOff, stepRecording } from './recording.ts';
import { dueIn, dueOf, isScheduled } from './scheduled.ts';
import type { StartWish } from './spec.ts';
import type { Due, RigState, StartAsk } from './state.ts';
import { openTrial } from './trial.ts';
import { refusal, requiredModules, type Turn, wantedModules } from './turn.ts';
import { sayNames } from './words.ts';

/** Wishes for the recording. Each is judged against what is; only a wish that fits reaches the table of recording.ts. */

type Of<K extends Intent['kind']> = Extract<Intent, { readonly kind: K }>;
type RecordIntent = Of<
  'record.start' | 'record.stop' | 'record.pause' | 'record.resume' | 'record.toggle'
>;

export function takeRecordIntent(turn: Turn, intent: RecordIntent): Taken {
  switch (intent.kind) {
    case 'record.start':
      return start(turn, intent.label ?? null, dueBy(turn, intent));
    case 'record.stop':
      return stop(turn);
    case 'record.pause':
      return pause(turn);
    case 'record.resume':
      return resume(turn);
    default:
      return turn.state.desired === 'idle' ? start(turn, intent.label ?? null, null) : stop(turn);
  }
}

/** `inMs` counts from now, whatever becomes of the wall clock. */
function dueBy({ now }: Turn, { at, inMs }: Of<'record.start'>): Due | null {
  if (inMs != null) return dueIn(inMs, now);
  return at == null ? null : dueOf({ at, monoMs: null }, now);
}

function start(turn: Turn, label: string | null, due: Due | null): Taken {
  const { state } = turn;
  const refused = cannotStart(turn.state);
  if (refused !== null) return refused;
  const present = underWay(state);
  if (due !== null) {
    if (present !== null) return alreadyRecording();
    const waiting = waitsUntil(state);
    if (waiting !== null) return alreadySet(waiting);
    return begin(turn, { label, unattended: true, due });
  }
  if (present !== null) return join(turn, present, label);
  // The rig tries to record by itself: whoever presses now wishes the same, and takes nothing back when it fails again.
  const joins = state.recording.name === 'idle' && state.recording.retry !== null;
  const taken = begin(turn, { label, unattended: joins, due: null });
  return joins && 'goal' in taken ? { ...taken, rollback: { to: 'nothing' } } : taken;
}

/** Who wishes what is under way wishes nothing new, unless the trial is to be called otherwise. */
function join(turn: Turn, present: UnderWay, label: string | null): Taken {
  if (label !== null && label !== present.label) return otherLabel(present, label);
  hurry(turn);
  return { goal: { of: 'start', generation: present.generation }, outcome: 'unchanged' };
}

function waitsUntil({ scheduled, recording }: RigState): string | null {
  if (scheduled !== null) return scheduled.due.at;
  return recording.name === 'idle' ? (recording.retry?.deadline.at ?? null) : null;
}

function alreadySet(at: string): Refusal {
  return refusal(
    'busy',
    `A start waits already, until ${at}.`,
    'Call it off first: rigdeck record stop',
  );
}

/** Somebody presses while a start arms for its time: now is meant. */
function hurry(turn: Turn): void {
  const { recording } = turn.state;
  if (recording.name !== 'preparing' && recording.name !== 'arming') return;
  const start = { ...recording.start, due: null };
  turn.state = { ...turn.state, recording: { ...recording, start } };
}

function begin(turn: Turn, ask: Omit<StartAsk, 'generation'>): Taken {
  const generation = turn.state.generation + 1;
  turn.state = { ...turn.state, generation };
  const start = { ...ask, generation };
  if (isScheduled(start)) turn.state = { ...turn.state, scheduled: start };
  else stepRecording(turn, { type: 'start', start });
  return {
    goal: { of: 'start', generation },
    outcome: 'done',
    rollback: { to: 'call-off', generation },
  };
}

/** Starts that nobody watches (autostart, or one that the daemon before did not come to): they never refuse. */
export function startUnattended(turn: Turn, { label, due }: StartWish): void {
  begin(turn, { label, unattended: true, due: due && dueOf(due, turn.now) });
}

type UnderWay = {
  readonly generation: number;
  readonly label: string | null;
  /** Null before it has a number. */
  readonly number: number | null;
};

/** The start that a second press of the button joins: the one under way, or the one that follows the present stop. */
function underWay({ recording, next }: RigState): UnderWay | null {
  if (next !== null) return asUnderWay(next);
  switch (recording.name) {
    case 'preparing':
      return recording.calledOff === null ? asUnderWay(recording.start) : null;
    case 'arming':
    case 'going':
      return asUnderWay(recording.start);
    case 'recording':
    case 'pausing':
    case 'resuming':
      return recording.trial;
    default:
      return null;
  }
}

function asUnderWay({ generation, label }: StartAsk): UnderWay {
  return { generation, label, number: null };
}

/** Who names the trial wishes for a trial of that name: another one that goes on is not it. */
function otherLabel({ label, number }: UnderWay, wished: string): Refusal {
  const named = label === null ? '' : ` "${label}"`;
  const what =
    number === null
      ? `A start${named} is under way already`
      : `Trial ${number}${named} is being recorded already`;
  return refusal(
    'recording',
    `${what}: the label "${wished}" was not taken.`,
    'For a trial of its own: rigdeck record stop, then start again. For words in this one: rigdeck mark.',
  );
}

function alreadyRecording(): Refusal {
  return refusal(
    'recording',
    'A recording is under way, so none can be set for later.',
    'Stop it first: rigdeck record stop',
  );
}

function cannotStart(state: RigState): Refusal | null {
  const { recording } = state;
  if (wantedModules(state).length === 0) {
    return refusal(
      'nothing-to-record',
      'No module is wanted, so there is nothing to record.',
      'Enable one first: rigdeck enable <module>',
    );
  }
  if (recording.name === 'paused') {
    return refusal(
      'recording',
      `Trial ${recording.trial.number} is paused.`,
      'Go on with it: rigdeck record resume, or stop it: rigdeck record stop',
    );
  }
  if (state.sessionAsk !== null && !state.sessionAsk.over) {
    return refusal('busy', 'A session is just being opened or closed.', 'Try again in a moment.');
  }
  return null;
}

/** What is on now is stopped; a start that is set for later is called off only when nothing is. */
function stop(turn: Turn): Taken {
  const { recording, next, scheduled, generation } = turn.state;
  const goal = { of: 'stop', generation } as const;
  const idle = recording.name === 'idle' && recording.retry === null && next === null;
  turn.state = { ...turn.state, desired: 'idle', stopPartly: null };
  if (idle && scheduled === null) return { done: 'unchanged' };
  if (idle) return callOffScheduled(turn);
  const ending = ['calling-off', 'stopping', 'closing'].includes(recording.name);
  stepRecording(turn, { type: 'stop' });
  return { goal, outcome: ending && next === null ? 'unchanged' : 'done' };
}

function callOffScheduled(turn: Turn): Taken {
  const generation = turn.state.scheduled?.generation ?? 0;
  turn.state = {
    ...turn.state,
    scheduled: null,
    lastRefusal: { generation, refusal: calledOff },
  };
  return { done: 'done' };
}

function notRecording(): Refusal {
  return refusal('not-recording', 'Nothing is being recorded.', 'Start: rigdeck record start');
}

function pause(turn: Turn): Taken {
  const { recording } = turn.state;
  if (recording.name === 'paused' || recording.name === 'pausing') {
    return { goal: { of: 'pause' }, outcome: 'unchanged' };
  }
  if (recording.name !== 'recording') return notRecording();
  const stubborn = requiredModules(turn.state).filter(
    ({ life, can }) => life.name === 'up' && life.take.name !== 'idle' && !can.includes('pause'),
  );
  if (stubborn.length > 0) {
    const names = sayNames(stubborn.map((module) => module.name));
    return refusal(
      'cannot-pause',
      `${names} cannot pause.`,
      'Stop instead (rigdeck record stop) and start a new trial, or set required: false for it.',
    );
  }
  turn.state = { ...turn.state, desired: 'paused' };
  stepRecording(turn, { type: 'pause' });
  return { goal: { of: 'pause' }, outcome: 'done' };
}

function resume(turn: Turn): Taken {
  const { recording } = turn.state;
  if (recording.name === 'resuming' || recording.name === 'recording') {
    return { goal: { of: 'resume' }, outcome: 'unchanged' };
  }
  if (recording.name === 'pausing') {
    return refusal('busy', 'The recording is just being paused.', 'Try again in a moment.');
  }
  if (openTrial(recording) === null || recording.name !== 'paused') return notRecording();
  turn.state = { ...turn.state, desired: 'recording' };
  stepRecording(turn, { type: 'resume' });
  return { goal: { of: 'resume' }, outcome: 'done' };
}
