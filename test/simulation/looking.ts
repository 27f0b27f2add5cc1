import { own } from '../../src/core/own.ts';
import type { Ground } from './ground.ts';
import type { SimDaemon } from './sim-daemon.ts';
import type { SimProcess } from './sim-process.ts';

const healthMs = 5_000;
/** Between two looks at the evidence. */
export const lookMs = 1_000;

/** The health loop of one daemon. */
export function beat(ground: Ground, daemon: SimDaemon, living: () => readonly SimProcess[]): void {
  ground.time.after(healthMs, () => {
    if (ground.daemon !== daemon) return;
    const seen = living().map((process) => {
      return { module: process.module, run: process.run, silentMs: process.silentMs() };
    });
    ground.input({ type: 'health', seen }, 'health');
    beat(ground, daemon, living);
  });
}

/** The evidence loop of one daemon; bytes grow from look to look. */
export function watchEvidence(
  ground: Ground,
  daemon: SimDaemon,
  living: () => readonly SimProcess[],
): void {
  ground.time.after(lookMs, () => {
    if (ground.daemon !== daemon) return;
    for (const process of living()) lookAt(ground, daemon, process);
    watchEvidence(ground, daemon, living);
  });
}

function lookAt({ time, prng, input }: Ground, { manager }: SimDaemon, process: SimProcess): void {
  process.grow();
  const { module, run, bytes, lastGrowthMs } = process;
  const now = own(manager.state().modules, module);
  if (now?.life.name !== 'up' || now.runs !== run) return;
  if (['idle', 'arming', 'armed'].includes(now.life.take.name)) return;
  const stillMs = time.monoMs - lastGrowthMs;
  const moved = lastGrowthMs > 0 && stillMs < now.spec.evidenceMs ? 'yes' : 'no';
  const lastProgressAt = lastGrowthMs === 0 ? null : new Date(lastGrowthMs).toISOString();
  const look = {
    bytes,
    samples: 0,
    dropped: 0,
    files: 1,
    detail: null,
    moved: moved === 'no' && prng.chance(0.1) ? 'unflushed' : moved,
    lastProgressAt,
    why: null,
  } as const;
  input({ type: 'look', module, run, look }, 'evidence');
}
