import type { Intent } from '../protocol/intent.ts';
import type { Refusal } from '../protocol/problem.ts';
import type { Verdict } from '../protocol/rig.ts';
import { rpcCodes } from '../protocol/rpc.ts';
import type { Connection } from './connection.ts';
import { RemoteError } from './errors.ts';

/** On top of what an intent itself waits for: the daemon keeps that deadline, this one is for a daemon that is frozen. */
const answerMs = 10_000;

/**
 * Submits an intent. A refusal is a value; an intent that asks the daemon to wait is waited for as long.
 *
 * @throws NoDaemonError when the daemon does not answer in time or goes away
 */
export async function submitIntent(line: Connection, intent: Intent): Promise<Verdict> {
  try {
    const answer = await line.call('intent', intent, (intent.waitMs ?? 0) + answerMs);
    return { ok: true, ...(answer as Omit<Extract<Verdict, { ok: true }>, 'ok'>) };
  } catch (error) {
    const refusal = refusalOf(error);
    const seq = error instanceof RemoteError ? error.data?.seq : undefined;
    return { ok: false, refusal, seq: seq ?? line.hello.seq };
  }
}

/**
 * Presses a button of the simulated backend. Null, or why that cannot be.
 *
 * @throws NoDaemonError as above
 */
export async function pressButton(
  line: Connection,
  button: string,
  holdMs: number,
): Promise<Refusal | null> {
  try {
    await line.call('gpio.press', { line: button, holdMs });
    return null;
  } catch (error) {
    return refusalOf(error);
  }
}

/** The refusal in an error of the daemon; what is none is thrown on. */
function refusalOf(error: unknown): Refusal {
  const isRefusal =
    error instanceof RemoteError &&
    (error.code === rpcCodes.refused || error.code === rpcCodes.params);
  if (!isRefusal) throw error;
  const reason = (error.data?.reason ?? 'bad-intent') as Refusal['reason'];
  return { reason, message: error.message, remedy: error.data?.remedy ?? null };
}
