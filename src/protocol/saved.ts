import * as z from 'zod';

/** Files in the state dir: `{version, checksum, data}`; the checksum is the SHA-256 of the canonical JSON of `data`. */

const name = z.string().max(32);
const at = z.string().max(40);

const exit = z.object({ code: z.int().nullable(), signal: z.string().max(16).nullable() });
const problem = z.object({
  code: z.string().max(64),
  message: z.string().max(2_000),
  remedy: z.string().max(2_000).nullable(),
  count: z.int().min(0),
  firstAt: at,
  lastAt: at,
  exit: z.object({ ...exit.shape, lastWords: z.array(z.string().max(1_000)).max(50) }).optional(),
});

/**
 * A start that has not come to a trial. `at`: when it is to go, null for as soon as it can. `monoMs`: the same on CLOCK_MONOTONIC of
 * that boot, where it does not move with the wall clock.
 */
const start = z.object({
  label: z.string().max(200).nullable(),
  at: at.nullable(),
  monoMs: z.int().min(0).nullable(),
  bootId: z.string().max(64),
});
export type SavedStart = z.infer<typeof start>;

/**
 * `running_modules.json`: every known module with its wish, and whether the rig records. What recovery goes by. `start`: a trial
 * that is to begin, after the one that may be open; `scheduled`: a start that is set for later.
 */
export const runningModulesSchema = z.object({
  recording: z.enum(['idle', 'recording', 'paused']),
  modules: z.record(name, z.object({ desired: z.enum(['off', 'on']) })),
  start: start.nullable().default(null),
  scheduled: start.nullable().default(null),
});
export type RunningModules = z.infer<typeof runningModulesSchema>;

/** `runtime-state.json`: numbers, counters, last problems, log levels. No wishes and nothing transient. */
export const runtimeStateSchema = z.object({
  nextSession: z.int().min(1),
  session: z
    .object({
      id: z.string().max(16),
      name: z.string().max(64),
      folder: z.string().max(255),
      startedAt: at,
      lastTrial: z.int().min(0),
    })
    .nullable(),
  /** Where that session lies, and by which settings of rig.yaml: it stays there until it has ended. */
  recordings: z
    .object({ folder: z.string().max(4_096), requireMount: z.boolean(), minFree: z.int().min(0) })
    .nullable()
    .default(null),
  trial: z
    .object({
      number: z.int().min(1),
      label: z.string().max(200).nullable(),
      startedAt: at,
      startedMonoMs: z.int().min(0),
      pausedMs: z.int().min(0).default(0),
      pausedSinceMonoMs: z.int().min(0).nullable().default(null),
      segment: z.int().min(1),
      partial: z.boolean().default(false),
      nextSegmentMs: z.int().min(0).nullable().default(null),
      bootId: z.string().max(64),
    })
    .nullable(),
  modules: z.record(
    name,
    z.object({
      run: z.int().min(0),
      restarts: z.int().min(0),
      failures: z.int().min(0),
      lastProblem: problem.nullable(),
    }),
  ),
  logLevels: z.record(z.string().max(32), z.enum(['error', 'warn', 'info', 'debug'])),
  /** How fast the disk was filled, and by whom, as `configuredAs` tells them apart. */
  filling: z
    .object({ bytesPerS: z.int().min(0), who: z.string().max(64) })
    .nullable()
    .default(null),
});
export type RuntimeState = z.infer<typeof runtimeStateSchema>;
