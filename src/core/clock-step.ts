import { stepRecording } from './recording.ts';
import { isScheduled, keptDue, wakeMonoMs } from './scheduled.ts';
import type { Pending, Scheduled } from './state.ts';
import type { Turn } from './turn.ts';

/** Somebody may have set the wall clock since the last step: starts that go by it move, and whoever waits for them waits on. */
export function followClock(turn: Turn): void {
  const { scheduled, recording } = turn.state;
  const moved = scheduled === null ? null : move(turn, scheduled);
  if (moved !== null) turn.state = { ...turn.state, scheduled: moved };
  if (recording.name !== 'preparing' && recording.name !== 'arming') return;
  const start = isScheduled(recording.start) ? move(turn, recording.start) : null;
  if (start === null) return;
  turn.state = { ...turn.state, recording: { ...recording, start } };
  const isCalledOff = recording.name === 'preparing' && recording.calledOff !== null;
  if (!isCalledOff && wakeMonoMs(turn, start) > turn.now.monoMs) putBack(turn, start);
}

/** Null where it stays. */
function move(turn: Turn, start: Scheduled): Scheduled | null {
  const due = keptDue(start.due, turn.now);
  if (due === start.due) return null;
  const laterMs = Math.max(0, due.monoMs - start.due.monoMs);
  const pending = turn.state.pending.map((one) => waitOn(one, start.generation, laterMs));
  turn.state = { ...turn.state, pending };
  return { ...start, due };
}

function waitOn(pending: Pending, generation: number, laterMs: number): Pending {
  const { goal, deadline } = pending;
  if (goal.of !== 'start' || goal.generation !== generation || deadline === null) return pending;
  return { ...pending, deadline: { ...deadline, monoMs: deadline.monoMs + laterMs } };
}

/** Its time is far away again: devices are let go until then. */
function putBack(turn: Turn, start: Scheduled): void {
  turn.state = { ...turn.state, scheduled: start };
  stepRecording(turn, { type: 'stop' });
}
