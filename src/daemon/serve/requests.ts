import type { ZodError } from 'zod';
import { type Request, requestSchema } from '../../protocol/frames.ts';
import { rpcCodes } from '../../protocol/rpc.ts';
import { fault, type Reply, type RequestId } from './lines.ts';

export type ReadRequest =
  | { readonly ok: true; readonly request: Request }
  | { readonly ok: false; readonly id: RequestId; readonly reply: Reply };

/** One line from a peer: a request, or the answer to what is none. */
export function readRequest(line: string): ReadRequest {
  const said = parse(line);
  if (said === undefined) return wrong(null, rpcCodes.parse, 'this line is no JSON');
  if (Array.isArray(said)) {
    return wrong(null, rpcCodes.invalid, 'batches are not taken: send one request a line');
  }
  const checked = requestSchema.safeParse(said);
  if (checked.success) return { ok: true, request: checked.data };
  return wrong(idOf(said), rpcCodes.invalid, `no request: ${sayFaults(checked.error)}`);
}

/** What is wrong with which field, in words: `module: expected string, received undefined`. */
export function sayFaults(error: ZodError): string {
  const words = error.issues.slice(0, 3).map((issue) => {
    const field = issue.path.length === 0 ? 'params' : issue.path.join('.');
    return `${field}: ${sayFault(issue)}`;
  });
  return words.join('; ');
}

type Issue = ZodError['issues'][number];

function sayFault(issue: Issue): string {
  if (issue.code === 'too_big') return `at most ${issue.maximum}${unitOf(issue.origin)}`;
  if (issue.code === 'too_small' && issue.origin === 'string') return 'it is empty';
  if (issue.code === 'too_small') return `at least ${issue.minimum}`;
  if (issue.code === 'invalid_value') return `expected one of ${issue.values.join(', ')}`;
  return issue.message
    .replace(/^Invalid (input|discriminator value)[:.] E?/, 'e')
    .replace(/^eexpected/, 'expected');
}

function unitOf(origin: string): string {
  return origin === 'string' ? ' characters' : '';
}

function wrong(id: RequestId, code: number, message: string): ReadRequest {
  return { ok: false, id, reply: fault(code, message) };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // no JSON text stands for undefined
  }
}

function idOf(said: unknown): RequestId {
  const id = typeof said === 'object' && said !== null && 'id' in said ? said.id : null;
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}
