import type { Socket } from 'node:net';
import type { RpcError } from '../protocol/frames.ts';
import type { Answer } from './calls.ts';

export type Message =
  | { readonly is: 'answer'; readonly answer: Answer }
  | { readonly is: 'notification'; readonly method: string; readonly params: unknown };

/** More than any rig says in a line; what sends more is no daemon of ours. */
const maxLineLength = 64 * 1_048_576;

/**
 * Cuts what comes from the daemon into messages, in order. What is no message ends the connection: it is no daemon that is
 * speaking, and guessing would show a state that is none.
 */
export function readMessages(socket: Socket, tell: (message: Message) => void): void {
  const cut = lineCutter();
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    for (const line of cut(chunk)) {
      if (socket.destroyed) return;
      const message = line.length > maxLineLength ? null : toMessage(line);
      if (message === null) socket.destroy();
      else tell(message);
    }
  });
}

/** Gives the lines that a chunk completes; one that grew too long is given unfinished. */
function lineCutter(): (chunk: string) => string[] {
  let half: string[] = [];
  let halfLength = 0;
  return (chunk) => {
    const [end = '', ...rest] = chunk.split('\n');
    half.push(end);
    halfLength += end.length;
    if (rest.length === 0 && halfLength <= maxLineLength) return [];
    const lines = [half.join(''), ...rest];
    half = rest.length === 0 ? [] : lines.splice(-1);
    halfLength = half[0]?.length ?? 0;
    return lines;
  };
}

function toMessage(line: string): Message | null {
  const said = parse(line);
  if (typeof said !== 'object' || said === null) return null;
  const { id, method, params, result, error } = said as Record<string, unknown>;
  if (typeof method === 'string') return { is: 'notification', method, params };
  if (error === undefined && result === undefined) return null;
  return {
    is: 'answer',
    answer: { id: typeof id === 'number' ? id : null, result, error: asError(error) },
  };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null; // judged by the caller, together with everything else that is no message
  }
}

function asError(error: unknown): RpcError | null {
  if (typeof error !== 'object' || error === null) return null;
  const { code, message } = error as Record<string, unknown>;
  return typeof code === 'number' && typeof message === 'string'
    ? (error as RpcError)
    : { code: 0, message: 'the daemon answered with an error that has no words' };
}
