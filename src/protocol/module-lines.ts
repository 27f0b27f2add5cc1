import * as z from 'zod';

/** A line from a module may be this long; longer ones are counted, cut and logged. In bytes. */
export const maxModuleLineBytes = 65_536;
/** A command is one write to a FIFO; above PIPE_BUF (pipe(7)) it could tear. In bytes, newline included. */
export const maxCommandBytes = 4_096;
/** Commands that may wait for a module that does not read; one more and it counts as unresponsive. */
export const maxQueuedCommands = 32;

/** The version of what modules say and hear: `rigdeck/1`. */
export const moduleProtocol = 1;

const id = z.int().optional();
const count = z.number().min(0).max(Number.MAX_SAFE_INTEGER).transform(Math.floor);
const words = z.string().max(2_000);
const gauge = z.object({
  value: z.number(),
  warn: z.number().optional(),
  unit: z.string().max(16).optional(),
});
const files = z.array(z.string().max(4_096)).max(256).optional();
const monoNs = z
  .union([z.string().regex(/^\d{1,20}$/), z.int().min(0).transform(String)])
  .optional();

/** What a module may say on descriptor 3, `rigdeck/1`. Unknown fields are dropped, unknown messages counted. */
export const moduleLineSchema = z.discriminatedUnion('is', [
  z.object({
    is: z.literal('ready'),
    /** Another than `moduleProtocol` is answered in words. */
    v: z.int().optional(),
    version: z.string().max(64).optional(),
    can: z.array(z.string().max(32)).max(32).default([]),
  }),
  z.object({ is: z.literal('armed'), id, files }),
  z.object({ is: z.literal('recording'), id, files, firstSampleMonoNs: monoNs }),
  z.object({ is: z.literal('paused'), id }),
  z.object({ is: z.literal('idle'), id, files }),
  z.object({
    is: z.literal('progress'),
    bytes: count.optional(),
    samples: count.optional(),
    dropped: count.optional(),
    detail: words.optional(),
    gauges: z.record(z.string().max(32), gauge).optional(),
  }),
  z.object({ is: z.literal('finalizing'), id, etaMs: count.optional() }),
  z.object({
    is: z.literal('error'),
    id,
    code: z.string().max(64).default('error'),
    message: words,
    remedy: words.optional(),
    recoverable: z.boolean().default(true),
  }),
  z.object({ is: z.literal('pong'), id }),
]);
export type ModuleLine = z.infer<typeof moduleLineSchema>;

type SessionStamp = { readonly id: string; readonly name: string };

/** What the rig tells a module, without the `id` that the run adds when it writes the line. */
export type ModuleCommand =
  | {
      readonly do: 'arm';
      readonly dir: string;
      readonly prefix: string;
      readonly session: SessionStamp;
      readonly trial: number;
      readonly segment: number;
    }
  | { readonly do: 'record'; readonly atMonoNs: string }
  | { readonly do: 'pause' | 'resume' | 'stop' | 'ping' | 'quit' }
  | {
      readonly do: 'split';
      readonly dir: string;
      readonly prefix: string;
      readonly segment: number;
      readonly atMonoNs: string;
    }
  | { readonly do: 'mark'; readonly text: string; readonly atMonoNs: string }
  | { readonly do: 'log'; readonly level: string };
