import type * as z from 'zod';
import type { Refusal } from '../../protocol/problem.ts';
import { rpcCodes } from '../../protocol/rpc.ts';
import { fault, type Reply } from './lines.ts';
import type { Peer } from './peer.ts';
import { sayFaults } from './requests.ts';

/** What a method answers with. It has begun what it does when it returns. */
export type Method = (params: unknown, peer: Peer) => Reply | Promise<Reply>;

/** A method whose parameters have this shape. Anything else is answered with the field that is wrong. */
export function taking<T>(
  schema: z.ZodType<T>,
  act: (params: T, peer: Peer) => Reply | Promise<Reply>,
): Method {
  return (params, peer) => {
    const checked = schema.safeParse(params);
    if (checked.success) return act(checked.data, peer);
    const data = { reason: 'bad-intent', remedy: null };
    return fault(rpcCodes.params, sayFaults(checked.error), data);
  };
}

/** The answer to what cannot be now. */
export function refused({ reason, message, remedy }: Refusal): Reply {
  return fault(rpcCodes.refused, message, { reason, remedy });
}

export const viewOnly: Reply = fault(rpcCodes.refused, 'this connection may only look', {
  reason: 'view-only',
  remedy:
    'Use control.sock: as the user that the daemon runs as, or as a member of the group rigdeck.',
});
