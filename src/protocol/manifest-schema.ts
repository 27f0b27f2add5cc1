import * as z from 'zod';

/** What a reader takes from `session.json` and `events.jsonl`; the types are those of `manifest.ts`. */

const at = z.string().max(40);
const module = z.string().max(64);
const count = z.int().min(0);
const number = z.int().min(1);
const ns = z.string().regex(/^\d{1,20}$/);
const paths = z.array(z.string().max(4_096)).readonly();
const reason = z.enum([
  'start',
  'length',
  'module-crash',
  'daemon-restart',
  'power-loss',
  'resume',
]);
const outcome = z.enum(['complete', 'partial', 'interrupted']);

const marker = {
  at,
  monoNs: z.string().max(20),
  text: z.string().nullable(),
  actor: z.string(),
  trial: number.nullable(),
};
const file = z.object({
  path: z.string().max(4_096),
  bytes: count,
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  verdict: z.enum(['open', 'ok', 'empty', 'short', 'repaired', 'bad']),
  note: z.string().max(1_000).exactOptional(),
  taken: z.string().max(200).exactOptional(),
  known: at.exactOptional(),
});
const how = z.enum(['finished', 'crashed', 'ended']);
const segment = z.object({
  number,
  startedAt: at,
  reason,
  modules: z.record(
    module,
    z.object({
      firstSampleMonoNs: ns.nullable(),
      late: z.literal(true).exactOptional(),
      joinedAt: at.exactOptional(),
      left: z.object({ at, how }).exactOptional(),
      files: z.array(file),
    }),
  ),
});
const figure = z.number().nullable();
const seen = z.object({
  now: z.boolean().nullable(),
  sinceStart: z.boolean().nullable(),
  sinceBoot: z.boolean().nullable(),
});
const stall = z.object({ some: z.number(), full: z.number() }).nullable();
const health = z.object({
  power: z.object({ underVoltage: seen, throttled: seen }),
  highestTemperatureC: figure,
  highestLoad1: figure,
  lowestFreeBytes: figure,
  lowestMemoryBytes: figure,
  oomKills: figure,
  ioStallMs: stall,
  memoryStallMs: stall,
});
const trial = z.object({
  number,
  label: z.string().nullable(),
  startedAt: at,
  stoppedAt: at.nullable(),
  goMonoNs: z.string().max(20),
  startSkewMs: z.number().nullable(),
  wanted: z.array(module).exactOptional(),
  recovered: z.literal(true).exactOptional(),
  outcome,
  endedBy: z.string().exactOptional(),
  health: health.exactOptional(),
  segments: z.array(segment),
});
const anything = z.record(z.string(), z.unknown());

/** `session.json`, version 1. Unknown keys are tolerated. */
export const manifestSchema = z.object({
  version: z.literal(1),
  rig: z.string(),
  session: z.object({
    id: z.string().max(16),
    name: z.string(),
    startedAt: at,
    endedAt: at.nullable(),
  }),
  host: anything,
  versions: z.record(z.string(), z.string()),
  config: anything,
  configs: z.array(z.object({ at, config: anything })).exactOptional(),
  clock: z.object({
    synchronized: z.boolean().nullable(),
    offsetMs: z.number().nullable(),
    source: z.string().nullable(),
    steps: z.array(z.object({ at, monoMs: z.number(), byMs: z.number() })),
  }),
  trials: z.array(trial),
  gaps: z.array(
    z.object({
      from: at,
      to: at.nullable(),
      module: module.nullable(),
      cause: z.string(),
      except: z.array(module).exactOptional(),
    }),
  ),
  markers: z.array(z.object(marker)),
  problems: z.array(
    z.object({ at, module: module.nullable(), code: z.string(), message: z.string() }),
  ),
  // Of an earlier version, or cut off: better none than no manifest.
  health: z.union([health, z.strictObject({ power: z.never().exactOptional() })]).catch({}),
});

const inSegment = { trial: number, segment: number, module };

/** One line of `events.jsonl`. `session-opened` comes first, so that the manifest can be made again from the lines alone. */
export const eventSchema = z.discriminatedUnion('is', [
  z.object({
    is: z.literal('session-opened'),
    at,
    rig: z.string(),
    id: z.string(),
    name: z.string(),
  }),
  z.object({
    is: z.literal('trial-began'),
    trial: number,
    label: z.string().nullable(),
    startedAt: at,
    goMonoNs: z.string().max(20),
    modules: z.array(module).readonly(),
    without: z.array(module).readonly(),
    wanted: z.array(module).readonly().exactOptional(),
    recovered: z.literal(true).exactOptional(),
  }),
  z.object({ is: z.literal('segment'), trial: number, segment: number, reason, at }),
  z.object({
    is: z.literal('joined'),
    ...inSegment,
    firstSampleMonoNs: ns.nullable(),
    files: paths,
    late: z.boolean(),
    at,
  }),
  z.object({ is: z.literal('files'), ...inSegment, files: paths }),
  z.object({
    is: z.literal('taken'),
    ...inSegment,
    path: z.string().max(4_096),
    words: z.string().max(200),
    at,
  }),
  z.object({
    is: z.literal('left'),
    ...inSegment,
    how,
    at,
  }),
  z.object({ is: z.literal('gap'), module, from: at, to: at.nullable(), cause: z.string() }),
  z.object({
    is: z.literal('paused'),
    trial: number,
    at,
    except: z.array(module).readonly().exactOptional(),
  }),
  z.object({ is: z.literal('resumed'), trial: number, at }),
  z.object({ is: z.literal('marker'), ...marker }),
  z.object({
    is: z.literal('ended-early'),
    trial: number.nullable(),
    code: z.string(),
    message: z.string(),
    at,
  }),
  z.object({ is: z.literal('trial-closed'), trial: number, outcome, at }),
  z.object({ is: z.literal('trial-discarded'), trial: number, at }),
  z.object({ is: z.literal('trial-kept'), trial: number, files: paths, at }),
  z.object({ is: z.literal('configured'), at, config: anything }),
  // Where the manifest itself is lost, nothing else tells what the machine went through.
  z.object({
    is: z.literal('health'),
    at,
    session: health,
    trial: z.object({ number, health }).nullable(),
  }),
  z.object({ is: z.literal('session-ended'), at }),
]);
export type ManifestEvent = z.infer<typeof eventSchema>;
