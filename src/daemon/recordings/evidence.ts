import type { EvidenceLook } from '../../core/input.ts';

/** What counts as evidence for a module, by its configuration. */
export type EvidenceKind = 'files' | 'counters' | 'heartbeat';

/** What is seen of a module at one look. */
export type Figures = {
  readonly kind: EvidenceKind;
  readonly bytesOnDisk: number;
  readonly filesOnDisk: number;
  readonly newestMtimeMs: number | null;
  /** Files the module named that are not there. */
  readonly missing: readonly string[];
  /** What the module says it has recorded. */
  readonly counters: { readonly bytes: number; readonly samples: number; readonly dropped: number };
  /** Since when the module has said nothing; null when it has no channel to speak on. */
  readonly silentMs: number | null;
  readonly detail?: string | null;
  /** What was taken from its files while they were recorded, in words. */
  readonly taken?: string | null;
};

/** What one look leaves for the next. Times it counts itself, look by look, so that a clock step is no hour of silence. */
export type LookState = {
  readonly atMs: number;
  readonly bytesOnDisk: number;
  readonly filesOnDisk: number;
  readonly counted: number;
  /** For how long each has stood still; null while it has never moved. */
  readonly files: Stillness;
  readonly counters: Stillness;
  /** Since the first look. */
  readonly watchedMs: number;
  readonly lastProgressAt: string | null;
  readonly taken: string | null;
};
type Stillness = number | null;

/** A header is written before anything is recorded; so much at the first look is more than a header. In bytes. */
const moreThanHeader = 4_096;
/** A module that says nothing is asked after 10 s; it has this long in all before its heart counts as still. */
const slowestHeartMs = 12_000;
/** Counters may run ahead of the files for so many evidence times before it counts as a stall. */
const unflushedTimes = 3;

/**
 * Judges one look at a recording module by its own rule: files that grow, counters that rise, or a heartbeat.
 *
 * Before anything has moved the answer is `no`: a recording is proven by its first growth. From then on it is `yes` until
 * nothing has moved for `evidenceMs`. Counters that rise while files stand still for longer are `unflushed`, and `no` after
 * three times that. Pure.
 *
 * @param before null at the first look after start, resume or adoption
 * @param nowMs wall clock, for `lastProgressAt` and for the freshness of a first look; steps of it do no harm
 */
export function judgeLook(
  before: LookState | null,
  figures: Figures,
  nowMs: number,
  evidenceMs: number,
): { look: EvidenceLook; state: LookState } {
  const state = nextState(before, figures, nowMs, evidenceMs);
  const moved = judge[figures.kind](figures, state, evidenceMs);
  const { counters } = figures;
  const bytes = figures.filesOnDisk > 0 ? figures.bytesOnDisk : counters.bytes;
  const look = {
    bytes: Math.floor(bytes),
    samples: Math.floor(counters.samples),
    dropped: Math.floor(counters.dropped),
    files: figures.filesOnDisk,
    detail: figures.detail ?? null,
    moved,
    lastProgressAt: state.lastProgressAt,
    why: null,
    taken: state.taken,
  };
  return { look, state };
}

function nextState(
  before: LookState | null,
  figures: Figures,
  nowMs: number,
  evidenceMs: number,
): LookState {
  const { bytesOnDisk, filesOnDisk, counters } = figures;
  const counted = counters.bytes + counters.samples;
  const last = before ?? { ...unseen, atMs: nowMs, counted };
  // A step of the clock, or a daemon that slept, is not a module that stood still.
  const passedMs = Math.min(Math.max(nowMs - last.atMs, 0), evidenceMs);
  const hasGrown =
    before === null
      ? isFreshRecording(figures, nowMs, evidenceMs)
      : bytesOnDisk > last.bytesOnDisk || filesOnDisk > last.filesOnDisk;
  const hasCounted = counted > last.counted;
  const isProgress =
    hasGrown || (figures.kind === 'counters' && hasCounted) || isBeating(figures, evidenceMs);
  return {
    atMs: nowMs,
    bytesOnDisk,
    filesOnDisk,
    counted,
    files: hasGrown ? 0 : plus(last.files, passedMs),
    counters: hasCounted ? 0 : plus(last.counters, passedMs),
    watchedMs: last.watchedMs + passedMs,
    lastProgressAt: isProgress ? new Date(nowMs).toISOString() : last.lastProgressAt,
    taken: figures.taken ?? null,
  };
}

/** The state to go on with after a pause: what stood still meanwhile did so by wish. */
export function afterPause(state: LookState, nowMs: number): LookState {
  const files = state.files === null ? null : 0;
  const counters = state.counters === null ? null : 0;
  return { ...state, atMs: nowMs, files, counters };
}

const unseen = {
  bytesOnDisk: 0,
  filesOnDisk: 0,
  files: null,
  counters: null,
  watchedMs: 0,
  lastProgressAt: null,
  taken: null,
};

function plus(still: Stillness, ms: number): Stillness {
  return still === null ? null : still + ms;
}

// At the first look there is nothing to compare with. A file that is larger than a header and was written just now proves
// that bytes land; an adopted module's large old file does not.
function isFreshRecording(figures: Figures, nowMs: number, evidenceMs: number): boolean {
  const { bytesOnDisk, newestMtimeMs } = figures;
  if (bytesOnDisk <= moreThanHeader || newestMtimeMs === null) return false;
  return Math.abs(nowMs - newestMtimeMs) < evidenceMs;
}

function isBeating({ kind, silentMs }: Figures, evidenceMs: number): boolean {
  // A program without a channel has no other heart than its being alive, which is watched elsewhere.
  return kind === 'heartbeat' && (silentMs ?? 0) <= Math.max(evidenceMs, slowestHeartMs);
}

type Judge = (figures: Figures, state: LookState, evidenceMs: number) => EvidenceLook['moved'];

const judge: Readonly<Record<EvidenceKind, Judge>> = {
  files: (figures, state, evidenceMs) => {
    if (isMoving(state.files, evidenceMs)) return 'yes';
    const stillMs = state.files ?? state.watchedMs;
    const isLate = stillMs >= evidenceMs && stillMs < unflushedTimes * evidenceMs;
    const isCounting = isMoving(state.counters, evidenceMs) && figures.missing.length === 0;
    return isLate && isCounting ? 'unflushed' : 'no';
  },
  counters: (_figures, state, evidenceMs) =>
    isMoving(state.counters, evidenceMs) || isMoving(state.files, evidenceMs) ? 'yes' : 'no',
  heartbeat: (figures, _state, evidenceMs) => (isBeating(figures, evidenceMs) ? 'yes' : 'no'),
};

/** Whether it has moved within its time. */
export function isMoving(still: Stillness, evidenceMs: number): boolean {
  return still !== null && still < evidenceMs;
}
