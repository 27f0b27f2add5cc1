import type { Snapshot } from '../protocol/snapshot.ts';

/** A press that is older is refused anyway. In ms. */
const rememberedMs = 2_000;

/** What the rig was a moment ago: a press is meant for what could be seen when the finger moved. */
export class Past {
  #seen: readonly { readonly fromMs: number; readonly snapshot: Snapshot }[] = [];

  /** From this instant on, CLOCK_MONOTONIC in ms, the rig is like this. */
  remember(snapshot: Snapshot, fromMs: number): void {
    const old = this.#seen.findLastIndex((one) => one.fromMs < fromMs - rememberedMs);
    this.#seen = [...this.#seen.slice(Math.max(0, old)), { fromMs, snapshot }];
  }

  /** The rig at that instant; null before anything was seen. */
  at(monoMs: number): Snapshot | null {
    const seen = this.#seen.findLast(({ fromMs }) => fromMs <= monoMs) ?? this.#seen[0];
    return seen?.snapshot ?? null;
  }
}
