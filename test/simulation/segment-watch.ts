import { own } from '../../src/core/own.ts';
import type { RigState } from '../../src/core/state.ts';
import { hold } from './broken.ts';
import type { SimProcess } from './sim-process.ts';

/** An answer needs a moment to arrive; what the rig believes longer than that is what it believes. In ms. */
const arrivesMs = 1_000;

/** Holds the segment that the rig believes a module to be in against the one that its run has confirmed. */
export class SegmentWatch {
  readonly #sinceMs = new Map<string, number>();

  look(state: RigState, living: readonly SimProcess[], nowMs: number): void {
    for (const { module, run, heard } of living) {
      const believed = segmentOf(state, module, run);
      const isWrong = believed !== null && heard.segment !== null && believed !== heard.segment;
      if (!isWrong) this.#sinceMs.delete(module);
      else if (!this.#sinceMs.has(module)) this.#sinceMs.set(module, nowMs);
      const lastsMs = nowMs - (this.#sinceMs.get(module) ?? nowMs);
      hold(lastsMs <= arrivesMs, `${module} is in segment ${heard.segment}, not ${believed}`);
    }
  }
}

function segmentOf(state: RigState, name: string, run: number): number | null {
  const module = own(state.modules, name);
  if (module?.runs !== run || module.life.name !== 'up') return null;
  const { take } = module.life;
  return take.name !== 'idle' && 'proven' in take ? take.segment : null;
}
