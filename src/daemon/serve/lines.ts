import type { RpcError } from '../../protocol/frames.ts';

/** The id of a request as it came; null where it could not be read. */
export type RequestId = string | number | null;

/** What a request comes to: its result, or why there is none. */
export type Reply =
  | {
      readonly result: unknown;
      /** Called when the answer has been written, so that nothing overtakes it. */
      readonly after?: () => void;
    }
  | { readonly error: RpcError };

export function fault(code: number, message: string, data?: RpcError['data']): Reply {
  return { error: data === undefined ? { code, message } : { code, message, data } };
}

export function answer(id: RequestId, reply: Reply): Buffer {
  const body = 'error' in reply ? { error: reply.error } : { result: reply.result };
  return asLine({ jsonrpc: '2.0', id, ...body });
}

export function notification(method: string, params: unknown): Buffer {
  return asLine({ jsonrpc: '2.0', method, params });
}

function asLine(frame: object): Buffer {
  return Buffer.from(`${JSON.stringify(frame)}\n`);
}
