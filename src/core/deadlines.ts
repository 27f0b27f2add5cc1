import { armingDeadlines } from './arming.ts';
import { wakeMonoMs } from './scheduled.ts';
import { splitTellMonoMs } from './segments.ts';
import type { Module, RigState } from './state.ts';
import { wantedModules } from './turn.ts';

/**
 * When the rig next needs the clock, on the monotonic clock in ms; null for never. The shell sets its one alarm for it.
 *
 * @param steppedMonoMs the instant of the newest step: what lay behind it then has been looked at
 */
export function nextDeadline(state: RigState, steppedMonoMs: number): number | null {
  const all = [
    ...Object.values(state.modules).flatMap(moduleDeadlines),
    ...[...recordingDeadlines(state), ...sessionDeadlines(state)].filter(
      (ms) => ms > steppedMonoMs,
    ),
    ...state.pending.flatMap(({ deadline }) => (deadline === null ? [] : [deadline.monoMs])),
  ];
  return all.length === 0 ? null : Math.min(...all);
}

function sessionDeadlines({ sessionAsk }: RigState): number[] {
  return sessionAsk === null || sessionAsk.over ? [] : [sessionAsk.deadline.monoMs];
}

function moduleDeadlines({ life }: Module): number[] {
  switch (life.name) {
    case 'waiting':
      return life.leaving === null ? [] : [life.leaving.monoMs];
    case 'starting':
    case 'stopping':
      return [life.deadline.monoMs];
    case 'crashed':
      return life.retry === null ? [] : [life.retry.monoMs];
    case 'up': {
      const take = 'deadline' in life.take ? [life.take.deadline.monoMs] : [];
      return life.forgive === null ? take : [...take, life.forgive.monoMs];
    }
    default:
      return [];
  }
}

function recordingDeadlines(state: RigState): number[] {
  return [...scheduledDeadlines(state), ...phaseDeadlines(state)];
}

function scheduledDeadlines(state: RigState): number[] {
  const { scheduled } = state;
  return scheduled === null ? [] : [wakeMonoMs({ state }, scheduled), scheduled.due.monoMs];
}

function phaseDeadlines(state: RigState): number[] {
  const { recording } = state;
  switch (recording.name) {
    case 'idle':
      return recording.retry === null ? [] : [recording.retry.deadline.monoMs];
    case 'arming':
      return armingDeadlines(recording, wantedModules(state));
    case 'preparing':
    case 'pausing':
    case 'resuming':
    case 'closing':
      return [recording.deadline.monoMs];
    case 'recording':
      return [
        recording.trial.proof.monoMs,
        ...[splitTellMonoMs(recording.trial)].filter((ms) => ms !== null),
        ...wantedModules(state).map((one) => one.rearmMonoMs),
      ];
    default:
      return [];
  }
}
