import type { RpcError } from '../protocol/frames.ts';
import { sayDuration } from '../protocol/units.ts';
import { NoDaemonError, RemoteError } from './errors.ts';

/** An answer as it came. Without an id it is about the connection and ends whatever waits. */
export type Answer = {
  readonly id: number | null;
  readonly result: unknown;
  readonly error: RpcError | null;
};

/** The questions of one connection that wait for their answer. */
export type Calls = {
  /** What the daemon said last of the connection itself; null where it said nothing. */
  farewell(): RemoteError | null;
  ask(method: string, params: object | undefined, timeoutMs: number): Promise<unknown>;
  settle(answer: Answer): void;
  /** The connection is over. Whoever still waits, and whoever asks from now on, is told why. */
  end(why: NoDaemonError): void;
};

type Waiting = { readonly resolve: (result: unknown) => void; readonly reject: (e: Error) => void };

export function createCalls(write: (line: string) => void, runDir: string): Calls {
  const waiting = new Map<number, Waiting>();
  let asked = 0;
  let over: NoDaemonError | null = null;
  let lastWord: RemoteError | null = null;
  return {
    farewell: () => lastWord,
    ask: (method, params, timeoutMs) => {
      if (over !== null) return Promise.reject(over);
      asked += 1;
      const id = asked;
      const answer = new Promise<unknown>((resolve, reject) => {
        const late = setTimeout(() => {
          waiting.delete(id);
          reject(tooLate(runDir, timeoutMs));
        }, timeoutMs);
        waiting.set(id, {
          resolve: (result) => {
            clearTimeout(late);
            resolve(result);
          },
          reject: (error) => {
            clearTimeout(late);
            reject(error);
          },
        });
      });
      write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
      return answer;
    },
    settle: (answer) => {
      if (answer.id === null && answer.error !== null) lastWord = new RemoteError(answer.error);
      const ids = answer.id === null ? [...waiting.keys()] : [answer.id];
      for (const id of ids) {
        const one = waiting.get(id);
        waiting.delete(id);
        if (answer.error === null) one?.resolve(answer.result);
        else one?.reject(new RemoteError(answer.error));
      }
    },
    end: (why) => {
      over = why;
      for (const one of waiting.values()) one.reject(why);
      waiting.clear();
    },
  };
}

function tooLate(runDir: string, timeoutMs: number): NoDaemonError {
  return new NoDaemonError(
    `the daemon in ${runDir} did not answer within ${sayDuration(timeoutMs)}`,
    'It is frozen or very busy: look at its log, and end it if it stays so; modules record on meanwhile.',
  );
}
