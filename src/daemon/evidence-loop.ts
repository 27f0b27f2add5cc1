import type { EvidenceLook, Input } from '../core/input.ts';
import type { RigState } from '../core/state.ts';
import type { ModuleConfig } from '../protocol/config.ts';
import { readClock } from './clock.ts';
import type { BytesOnDisk } from './recordings/bytes-on-disk.ts';
import {
  afterPause,
  type Figures,
  isMoving,
  judgeLook,
  type LookState,
} from './recordings/evidence.ts';
import type { Recordings } from './recordings/recordings.ts';
import { whyStill } from './recordings/why-still.ts';
import type { Live, Runs } from './runs/runs.ts';

/** A look every so often is enough for the shortest evidence time, and cheap enough for the smallest Pi. In ms. */
const shortestLookMs = 500;

type Watched = {
  readonly run: number;
  /** A take: what it recorded since it was armed counts together, in however many files. */
  readonly key: string;
  readonly segment: number;
  readonly kind: ModuleConfig['evidence'];
  readonly evidenceMs: number;
  readonly isPaused: boolean;
};

type Seen = {
  readonly key: string;
  /** The segment that it began in. */
  readonly from: number;
  readonly state: LookState;
  readonly dueMonoMs: number;
};

export type EvidencePort = {
  readonly state: () => RigState;
  readonly kindOf: (module: string) => ModuleConfig['evidence'];
  readonly runs: Runs;
  readonly recordings: Recordings;
  /** Something on the disk is not as it was. */
  readonly suspectDisk: () => void;
  readonly submit: (input: Input, actor: string, cause: string) => void;
};

/** Looks at the evidence of every module that records, and at nothing while none does. */
export class EvidenceLoop {
  readonly #port: EvidencePort;
  readonly #seen = new Map<string, Seen>();
  readonly #rates = new Map<string, number>();
  #grownBytes = 0;
  #timer: NodeJS.Timeout | null = null;
  #isLooking = false;

  constructor(port: EvidencePort) {
    this.#port = port;
  }

  /** To be called after every change: begins when somebody records, ends when nobody does. */
  follow(): void {
    const watched = this.#watched();
    for (const name of [...this.#seen.keys()]) {
      if (!watched.has(name)) this.#forget(name);
    }
    if (watched.size > 0) this.#schedule();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#isLooking = true;
  }

  /** Bytes a second that a module's files grew by between its last two looks; null while there were no two. */
  rateOf(module: string): number | null {
    return this.#rates.get(module) ?? null;
  }

  /** Bytes on disk at the newest look. */
  bytesOf(module: string): number | null {
    return this.#seen.get(module)?.state.bytesOnDisk ?? null;
  }

  /** All that was seen growing on disk since this daemon began, in bytes. */
  grownBytes(): number {
    return this.#grownBytes;
  }

  #forget(name: string): void {
    this.#seen.delete(name);
    this.#rates.delete(name);
  }

  #watched(): Map<string, Watched> {
    const watched = new Map<string, Watched>();
    for (const { name, life, spec, runs } of Object.values(this.#port.state().modules)) {
      if (life.name !== 'up') continue;
      const { take } = life;
      if (take.name === 'idle' || take.name === 'arming' || take.name === 'armed') continue;
      const key = `${runs} ${take.trial}`;
      const { segment } = take;
      const kind = this.#port.kindOf(name);
      const isPaused = take.name === 'paused';
      const { evidenceMs } = spec;
      watched.set(name, { run: runs, key, segment, kind, evidenceMs, isPaused });
    }
    return watched;
  }

  #schedule(): void {
    if (this.#timer !== null || this.#isLooking) return;
    const { monoMs } = readClock();
    const due = [...this.#watched()].map(([name, { evidenceMs }]) => {
      return this.#seen.get(name)?.dueMonoMs ?? monoMs + Math.min(shortestLookMs, evidenceMs / 4);
    });
    if (due.length === 0) return;
    const ms = Math.max(20, Math.min(...due) - monoMs);
    this.#timer = setTimeout(() => void this.#look(), ms);
  }

  async #look(): Promise<void> {
    this.#timer = null;
    this.#isLooking = true;
    const { monoMs } = readClock();
    for (const [name, watched] of this.#watched()) {
      const before = this.#seen.get(name);
      if (before !== undefined && before.key === watched.key && before.dueMonoMs > monoMs + 20)
        continue;
      await this.#lookAt(name, watched, before);
    }
    this.#isLooking = false;
    this.#schedule();
  }

  async #lookAt(name: string, watched: Watched, before: Seen | undefined): Promise<void> {
    const { runs, recordings } = this.#port;
    const isSame = before?.key === watched.key;
    const last = isSame ? before.state : null;
    const from = isSame ? before.from : watched.segment;
    const disk = await recordings.bytesOf(name, from).catch((): null => null);
    if (disk === null || disk.missing.length > 0) this.#port.suspectDisk();
    const { monoMs, wallMs } = readClock();
    const figures = figuresOf(watched, disk, last, runs.live(name), monoMs);
    const { look, state } = judgeLook(last, figures, wallMs, watched.evidenceMs);
    if (watched.isPaused && before !== undefined) {
      const { taken } = state;
      const paused = afterPause({ ...before.state, taken }, wallMs);
      this.#seen.set(name, {
        ...before,
        state: paused,
        dueMonoMs: monoMs + watched.evidenceMs / 4,
      });
      // Nothing is expected to land in a pause, but what is there may be taken.
      if (taken !== before.state.taken) this.#submit(name, watched, look);
      return;
    }
    const pause = Math.max(shortestLookMs, watched.evidenceMs / 4);
    // Until the first growth is seen every half second counts: people wait for the red badge.
    const next = look.lastProgressAt === null ? Math.min(pause, shortestLookMs) : pause;
    this.#remember(name, last, { key: watched.key, from, state, dueMonoMs: monoMs + next });
    const reason = look.moved === 'no' ? await this.#why(name, watched, disk, state) : {};
    this.#submit(name, watched, { ...look, ...reason });
  }

  #submit(module: string, { run }: Watched, look: EvidenceLook): void {
    const input = { type: 'look', module, run, look } as const;
    this.#port.submit(input, 'evidence', `evidence: ${look.moved}`);
  }

  #why(module: string, { kind, evidenceMs }: Watched, disk: BytesOnDisk | null, seen: LookState) {
    const folder = this.#port.state().session?.path ?? '/';
    const pid = this.#port.runs.pidOf(module);
    const isCounting = isMoving(seen.counters, evidenceMs);
    return whyStill({ module, pid, folder, kind, disk, hasGrown: seen.files !== null, isCounting });
  }

  #remember(name: string, last: LookState | null, seen: Seen): void {
    this.#seen.set(name, seen);
    if (last === null) return;
    const seconds = (seen.state.atMs - last.atMs) / 1_000;
    const grown = seen.state.bytesOnDisk - last.bytesOnDisk;
    this.#grownBytes += Math.max(0, grown);
    if (seconds > 0) this.#rates.set(name, Math.max(0, Math.round(grown / seconds)));
  }
}

function figuresOf(
  { kind }: Watched,
  disk: BytesOnDisk | null,
  last: LookState | null,
  live: Live | null,
  monoMs: number,
): Figures {
  return {
    kind,
    bytesOnDisk: disk?.bytes ?? last?.bytesOnDisk ?? 0,
    filesOnDisk: disk?.files ?? last?.filesOnDisk ?? 0,
    newestMtimeMs: disk?.newestMtimeMs ?? null,
    missing: disk?.missing ?? [],
    counters: live ?? { bytes: 0, samples: 0, dropped: 0 },
    silentMs: live === null ? null : monoMs - live.lastLineMonoMs,
    detail: live?.detail ?? null,
    taken: disk?.loss ?? last?.taken ?? null,
  };
}
