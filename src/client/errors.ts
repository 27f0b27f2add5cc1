import type { RpcError } from '../protocol/frames.ts';
import { asSentence } from '../protocol/text.ts';
import { wordsOf } from '../protocol/words-of.ts';

/** Nobody answers: no daemon, none that we may speak to, or one that is frozen. The message and the remedy are words. */
export class NoDaemonError extends Error {
  override readonly name = 'NoDaemonError';
  readonly remedy: string;
  /** There is a daemon, but this user may not open its sockets. */
  readonly permission: boolean;
  /** There is one, and it does not serve yet: the message says what it does. */
  readonly starting: boolean;
  /** Nothing listens there. */
  readonly nobody: boolean;

  constructor(
    message: string,
    remedy: string,
    cause: 'absent' | 'nobody' | 'permission' | 'starting' = 'absent',
  ) {
    super(message);
    this.remedy = remedy;
    this.permission = cause === 'permission';
    this.starting = cause === 'starting';
    this.nobody = cause === 'nobody';
  }
}

/** The daemon answered with an error. Code 1 is a refusal, and `data.reason` says which. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  readonly code: number;
  readonly data: RpcError['data'];

  constructor(error: RpcError) {
    super(error.message);
    this.code = error.code;
    this.data = error.data;
  }
}

/** What went wrong with a daemon, and what to do where that is known. */
export function sayError(why: unknown): string {
  const remedy = why instanceof NoDaemonError ? why.remedy : remedyOf(why);
  if (why instanceof Error && remedy) return `${asSentence(why.message)} ${remedy}`;
  return wordsOf(why);
}

function remedyOf(why: unknown): string | null {
  return why instanceof RemoteError ? (why.data?.remedy ?? null) : null;
}
