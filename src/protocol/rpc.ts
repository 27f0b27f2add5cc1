/** What both ends of the socket count with. Without the schema library, which a client must not load. */

/** A line on the socket may be this long, in bytes, newline included. */
export const maxFrameBytes = 1_048_576;
export const protocolVersion = 1;

/** JSON-RPC error codes: the standard ones, and ours for refusals (`data.reason` says which). */
export const rpcCodes = {
  parse: -32_700,
  invalid: -32_600,
  noMethod: -32_601,
  params: -32_602,
  internal: -32_603,
  refused: 1,
} as const;
