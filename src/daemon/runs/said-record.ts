import * as z from 'zod';

/** Ids are set aside in blocks, so that not every ping has to be written down. */
export const idBlock = 1_000;

const take = z.enum(['idle', 'armed', 'recording', 'paused', 'finalizing']);
const asked = z.enum(['arm', 'record', 'split', 'pause', 'stop']);
/** Commands whose answer is awaited. */
export type Asked = z.infer<typeof asked>;
const errorSaid = z.object({
  is: z.literal('error'),
  code: z.string(),
  message: z.string(),
  remedy: z.string().nullable(),
  recoverable: z.boolean(),
});

/** `said.json`: what the next daemon must know of a run that lives on. `offset` is where to read on in `status`. */
export const saidSchema = z.object({
  layout: z.literal(1),
  ready: z.boolean(),
  version: z.string().nullable(),
  can: z.array(z.string()),
  take,
  trial: z.int().nullable(),
  segment: z.int().nullable(),
  /** The segment that it was told to go on in, and has not confirmed yet. */
  splitTo: z.int().nullable().default(null),
  dir: z.string().nullable(),
  files: z.array(z.string()),
  /** What it said in the present segment: when its first sample was taken, and the files it named. */
  heard: z
    .object({ firstSampleMonoNs: z.string().nullable(), files: z.array(z.string()) })
    .default({ firstSampleMonoNs: null, files: [] }),
  bytes: z.number(),
  samples: z.number(),
  dropped: z.number(),
  offset: z.int().min(0),
  /** Every id below this may have been used. */
  idsBelow: z.int(),
  /** The id of the last command of each kind in the present take. Null: not known any more, every answer counts. */
  asked: z.partialRecord(asked, z.int()).nullable(),
  /** The error that it reported and that nothing has followed yet. */
  error: errorSaid.nullable(),
  /** The end of this run was told. */
  told: z.boolean(),
});
export type SaidRecord = z.infer<typeof saidSchema>;

/** What is known of a run that has just begun. */
export const nothingSaid: SaidRecord = {
  layout: 1,
  ready: false,
  version: null,
  can: [],
  take: 'idle',
  trial: null,
  segment: null,
  splitTo: null,
  dir: null,
  files: [],
  heard: { firstSampleMonoNs: null, files: [] },
  bytes: 0,
  samples: 0,
  dropped: 0,
  offset: 0,
  idsBelow: idBlock,
  asked: {},
  error: null,
  told: false,
};
