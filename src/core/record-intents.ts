import type { Intent } from '../protocol/intent.ts';
import type { Refusal } from '../protocol/problem.ts';
import type { Taken } from './intents.ts';
import { stepRecording } from './recording.ts';
import type { RigState, StartAsk } from './state.ts';
import { instantOf } from './time.ts';
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
      return start(turn, intent.label ?? null, intent.at ?? null);
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

function start(turn: Turn, label: string | null, at: string | null): Taken {
  const { state } = turn;
  const refused = cannotStart(turn.state);
  if (refused !== null) return refused;
  const present = generationUnderWay(state);
  if (present !== null && at !== null) return alreadyRecording();
  if (present !== null) return { goal: { of: 'start', generation: present }, outcome: 'unchanged' };
  const waiting = state.recording.name === 'idle' ? state.recording.retry : null;
  if (at !== null && waiting !== null) return alreadySet(waiting.deadline.at);
  const notBeforeMonoMs = at === null ? null : turn.now.monoMs + (instantOf(at) - turn.now.wallMs);
  // The rig tries to record by itself: whoever presses now wishes the same, and takes nothing back when it fails again.
  const joins = waiting !== null && waiting.start.notBeforeMonoMs === null;
  const taken = begin(turn, { label, unattended: at !== null || joins, notBeforeMonoMs });
  return joins && 'goal' in taken ? { ...taken, rollback: { to: 'nothing' } } : taken;
}

function alreadySet(at: string): Refusal {
  return refusal(
    'busy',
    `A start waits already, until ${at}.`,
    'Call it off first: rigdeck record stop',
  );
}

function begin(turn: Turn, ask: Omit<StartAsk, 'generation'>): Taken {
  const generation = turn.state.generation + 1;
  turn.state = { ...turn.state, generation };
  stepRecording(turn, { type: 'start', start: { ...ask, generation } });
  return {
    goal: { of: 'start', generation },
    outcome: 'done',
    rollback: { to: 'call-off', generation },
  };
}

/** Starts that nobody watches (autostart after boot): they never refuse. */
export function startUnattended(turn: Turn, label: string | null): void {
  begin(turn, { label, unattended: true, notBeforeMonoMs: null });
}

/** The start that a second press of the button joins: the one under way, or the one that follows the present stop. */
function generationUnderWay({ recording, next }: RigState): number | null {
  if (next !== null) return next.generation;
  switch (recording.name) {
    case 'preparing':
    case 'arming':
    case 'going':
      return recording.start.generation;
    case 'recording':
    case 'pausing':
    case 'resuming':
      return recording.trial.generation;
    default:
      return null;
  }
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
  if (recording.name === 'preparing' && recording.calledOff !== null) {
    return refusal('busy', 'A start is just being called off.', 'Try again in a moment.');
  }
  if (state.sessionAsk !== null && !state.sessionAsk.over) {
    return refusal('busy', 'A session is just being opened or closed.', 'Try again in a moment.');
  }
  return null;
}

function stop(turn: Turn): Taken {
  const { recording, next, generation } = turn.state;
  const goal = { of: 'stop', generation } as const;
  const idle = recording.name === 'idle' && recording.retry === null && next === null;
  turn.state = { ...turn.state, desired: 'idle' };
  if (idle) return { done: 'unchanged' };
  const ending = ['calling-off', 'stopping', 'closing'].includes(recording.name);
  stepRecording(turn, { type: 'stop' });
  return { goal, outcome: ending && next === null ? 'unchanged' : 'done' };
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
