import { setTimeout as pause } from 'node:timers/promises';
import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import type { Snapshot } from '../../protocol/snapshot.ts';
import { sayDuration } from '../../protocol/units.ts';
import type { Condition } from '../conditions.ts';
import { conditionWords, isTrue, meantCondition, parseCondition } from '../conditions.ts';
import type { Context } from '../context.ts';
import { connectTimeoutMs, getSnapshot, withDaemon } from '../daemon-link.ts';
import { CommandFailure, usageFailure } from '../failure.ts';
import { printJson } from '../output.ts';
import { refuseUnknownModule } from './wish.ts';

/** Whether a condition is true now: exit 0 or 8, without a word. */
export async function is(context: Context, typed: string): Promise<ExitCode> {
  const condition = conditionOf(typed);
  try {
    const snapshot = await withDaemon(context, 'is', getSnapshot);
    refuseIfUnknown(condition, snapshot);
    return answer(context, typed, isTrue(condition, snapshot) === true);
  } catch (error) {
    if (isFalseWithoutDaemon(condition, error)) return answer(context, typed, false);
    throw error;
  }
}

/** Waits until a condition is true: exit 0, or 6 when the time is over. */
export async function wait(context: Context, typed: string, timeoutMs: number): Promise<ExitCode> {
  const condition = conditionOf(typed);
  const deadlineMs = performance.now() + timeoutMs;
  try {
    await patiently(Math.min(timeoutMs, connectTimeoutMs), timeoutMs, () =>
      withDaemon(context, 'wait', async (connection) => {
        let isGone = false;
        void connection.closed.then(() => {
          isGone = true;
        });
        const { followState } = await import('../follow-state.ts'); // `is` needs none of it
        const state = await followState(connection);
        refuseIfUnknown(condition, state.present());
        const leftMs = Math.max(0, deadlineMs - performance.now());
        if (await state.until((now) => isTrue(condition, now) === true, leftMs)) return;
        // Not asked of the clock: a timer may ring a moment before it.
        throw connection.farewell() ?? (isGone ? goneMeanwhile() : tooLate(typed, timeoutMs));
      }),
    );
    return answer(context, typed, true);
  } catch (error) {
    if (!isFalseWithoutDaemon(condition, error)) throw error;
    const { code, message, remedy } = error;
    throw new CommandFailure(exitCodes.conditionFalse, code, message, remedy);
  }
}

function conditionOf(typed: string): Condition {
  const condition = parseCondition(typed);
  if (condition !== undefined) return condition;
  const near = meantCondition(typed);
  const remedy = near === null ? `There are: ${conditionWords}.` : `Did you mean ${near}?`;
  throw usageFailure(`there is no condition "${typed}"`, remedy);
}

function refuseIfUnknown(condition: Condition, snapshot: Snapshot): void {
  if (condition.about === 'module') refuseUnknownModule(condition.module, snapshot);
}

/** Without a daemon `up` is false; of everything else nobody can tell, which is a failure. */
function isFalseWithoutDaemon(condition: Condition, error: unknown): error is CommandFailure {
  const absent = error instanceof CommandFailure && error.exitCode === exitCodes.noDaemon;
  return absent && condition.about === 'rig' && condition.is === 'up';
}

/** A daemon that is just being started is given a moment to answer, and one that has no place for us the whole time. */
async function patiently<T>(
  patienceMs: number,
  timeoutMs: number,
  ask: () => Promise<T>,
): Promise<T> {
  const nowMs = performance.now();
  const deadlines: Readonly<Record<string, number>> = {
    'no-daemon': nowMs + patienceMs,
    busy: nowMs + timeoutMs,
  };
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const deadlineMs = error instanceof CommandFailure ? (deadlines[error.code] ?? 0) : 0;
      if (performance.now() + betweenTriesMs >= deadlineMs) throw error;
      await pause(betweenTriesMs);
    }
  }
}
const betweenTriesMs = 100;

function answer(context: Context, condition: string, holds: boolean): ExitCode {
  if (context.json) printJson({ version: 1, condition, holds });
  return holds ? exitCodes.done : exitCodes.conditionFalse;
}

function goneMeanwhile(): CommandFailure {
  const message = 'the daemon went away before it was so';
  return new CommandFailure(exitCodes.noDaemon, 'daemon-gone', message, 'See `rigdeck status`.');
}

function tooLate(typed: string, timeoutMs: number): CommandFailure {
  const message = `${typed} did not come true within ${sayDuration(timeoutMs)}`;
  return new CommandFailure(exitCodes.deadline, 'deadline', message, 'See `rigdeck status`.');
}
