import type { RpcError } from '../protocol/frames.ts';

/** Nobody answers: no daemon, none that we may speak to, or one that is frozen. The message and the remedy are words. */
export class NoDaemonError extends Error {
  override readonly name = 'NoDaemonError';
  readonly remedy: string;
  /** There is a daemon, but this user may not open its sockets. */
  readonly permission: boolean;

  constructor(message: string, remedy: string, cause: 'absent' | 'permission' = 'absent') {
    super(message);
    this.remedy = remedy;
    this.permission = cause === 'permission';
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
