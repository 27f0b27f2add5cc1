import * as z from 'zod';
import { longestHoldMs } from './gpio-record.ts';

/** A request: JSON-RPC 2.0, one object a line. Without `id` it is a notification and is not answered. */
export const requestSchema = z.object({
  jsonrpc: z.literal('2.0').optional(),
  id: z.union([z.string().max(128), z.number(), z.null()]).optional(),
  method: z.string().max(64),
  /** No parameters may be said in every way of JSON-RPC: left out, null, or as an empty list. */
  params: z
    .union([z.record(z.string(), z.unknown()), z.null(), z.array(z.unknown()).max(0)])
    .transform((given) => (given === null || Array.isArray(given) ? {} : given))
    .optional(),
});
export type Request = z.infer<typeof requestSchema>;

/** Words of a client about itself are cut, never a reason to send it away. */
const brief = z.string().transform((words) => words.slice(0, 128));

export const helloSchema = z.object({
  protocol: z.int(),
  client: z
    .object({
      name: brief,
      user: brief.nullish(),
      tty: brief.nullish(),
      ssh: z.union([brief, z.boolean()]).nullish(),
    })
    .nullish(),
});
export const watchSchema = z.object({
  since: z.object({ epoch: z.string().max(64), seq: z.int().min(0) }).nullish(),
});
/** Who asks for more than is given gets what there is: the answer says how often. */
const leastIntervalMs = 100;
const longestIntervalMs = 3_600_000;

export const telemetrySchema = z.object({
  intervalMs: z
    .number()
    .min(0)
    .transform((ms) => Math.min(longestIntervalMs, Math.max(leastIntervalMs, ms)))
    .nullish(),
});
export const historySchema = z.object({
  module: z.string().max(64).nullish(),
  since: z.iso.datetime({ offset: true }).nullish(),
  limit: z.int().min(1).max(10_000).nullish(),
});
export const moduleShowSchema = z.object({ module: z.string().max(64) });
export const logSchema = z.object({
  module: z.string().max(64),
  lines: z.int().min(0).max(10_000).nullish(),
  follow: z.boolean().nullish(),
});

/** A session by its id (`0042`), its number, or the name of its folder; never a path: only what lies in the recordings folder. */
const session = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^/]+$/, 'expected an id or the name of a folder, not a path');

export const sessionsListSchema = z.object({
  /** The folder that the page before ended with. */
  before: session.nullish(),
  limit: z.int().min(1).max(100).nullish(),
});
export const sessionsShowSchema = z.object({ session });
export const sessionsVerifySchema = z.object({
  session,
  /** Ends what this connection has begun. */
  stop: z.boolean().nullish(),
});

export const gpioPressSchema = z.object({
  /** `GPIO17`, or the name of the button. */
  line: z.string().max(64),
  holdMs: z.number().min(1).max(longestHoldMs),
  /** Answers when the press is over. */
  wait: z.boolean().default(false),
});
export const kioskPinSchema = z.object({ pin: z.string().max(64) });
export const gpioTestSchema = z.object({});

export type HelloResult = {
  readonly protocol: 1;
  readonly version: string;
  readonly epoch: string;
  readonly seq: number;
  readonly role: 'control' | 'view';
};

export type RpcError = {
  readonly code: number;
  readonly message: string;
  readonly data?: {
    readonly reason: string;
    readonly remedy: string | null;
    readonly seq?: number;
  };
};

/** One line of the journal, of `rigdeck history --json` and of `history.get`. Times ISO-8601 UTC. */
export type HistoryEntry =
  | {
      readonly type: 'change';
      readonly at: string;
      readonly epoch: string;
      readonly seq: number;
      readonly actor: string;
      readonly cause: string;
      /** What moved, in words people read: `camera idle -> recording`. */
      readonly what: readonly string[];
      readonly modules: readonly string[];
    }
  | {
      readonly type: 'intent';
      readonly at: string;
      readonly epoch: string;
      readonly seq: number;
      readonly actor: string;
      readonly kind: string;
      readonly module: string | null;
      readonly outcome: string;
      readonly reason: string | null;
      readonly message: string | null;
    }
  | {
      readonly type: 'event';
      readonly at: string;
      readonly epoch: string;
      readonly name: string;
      readonly module: string | null;
      readonly message: string;
      readonly data?: unknown;
    };
