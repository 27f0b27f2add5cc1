import * as z from 'zod';

const name = z.string().min(1).max(64);
const common = {
  /** Refuse as `stale` when what the intent is about changed since this seq, or in another epoch. */
  expect: z.object({ epoch: z.string().max(64), seq: z.int().min(0) }).nullish(),
  /** Answer when the wish has come true, or roll it back after this long. The daemon keeps the deadline. */
  waitMs: z.number().min(0).max(86_400_000).nullish(),
};
const about = { ...common, module: name };

/** A wish that somebody submits. Unknown keys are tolerated on the wire; unknown kinds are not. */
export const intentSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('module.enable'), ...about }),
  z.object({ kind: z.literal('module.disable'), ...about }),
  z.object({ kind: z.literal('module.restart'), ...about }),
  z.object({ kind: z.literal('module.retry'), ...about }),
  z.object({
    kind: z.literal('record.start'),
    ...common,
    label: z.string().max(200).nullish(),
    /** Wall time to go at, ISO-8601. Starts at a set time never refuse. */
    at: z.iso.datetime({ offset: true }).nullish(),
    /** The same from now on, and then the clock may be set without moving it. It wins over `at`. */
    inMs: z.number().min(0).max(31_536_000_000).nullish(),
  }),
  z.object({ kind: z.literal('record.stop'), ...common }),
  z.object({ kind: z.literal('record.pause'), ...common }),
  z.object({ kind: z.literal('record.resume'), ...common }),
  z.object({ kind: z.literal('record.toggle'), ...common, label: z.string().max(200).nullish() }),
  z.object({ kind: z.literal('session.start'), ...common, name: z.string().min(1).max(64) }),
  z.object({ kind: z.literal('session.end'), ...common }),
  z.object({
    kind: z.literal('mark'),
    ...common,
    text: z.string().max(1_000).nullish(),
    /**
     * The instant that is marked, CLOCK_MONOTONIC in ms, at most ten minutes ago; without it the present one. The same instant once
     * more by the same actor gives that marker its words.
     */
    atMonoMs: z.number().min(0).nullish(),
  }),
  z.object({
    kind: z.literal('problem.acknowledge'),
    ...common,
    module: name.nullish(),
    code: z.string().max(64).nullish(),
  }),
  z.object({
    kind: z.literal('config.apply'),
    ...common,
    /** Only says what it would do. */
    dryRun: z.boolean().nullish(),
  }),
  z.object({
    kind: z.literal('log.level'),
    ...common,
    module: name.nullish(),
    level: z.enum(['error', 'warn', 'info', 'debug']),
  }),
  z.object({ kind: z.literal('rig.shutdown'), ...common }),
  z.object({ kind: z.literal('daemon.stop'), ...common }),
]);

export type Intent = z.infer<typeof intentSchema>;
export type IntentKind = Intent['kind'];
