import type { Input } from '../../src/core/input.ts';
import type { Prng } from '../support/prng.ts';
import type { Plan } from './plan.ts';
import type { SimDaemon } from './sim-daemon.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What the parts of a world stand on. */
export type Ground = {
  readonly time: VirtualTime;
  readonly prng: Prng;
  readonly plan: Plan;
  /** The chaos is over. */
  readonly isCalm: boolean;
  /** The daemon that lives now, if one does. */
  readonly daemon: SimDaemon | null;
  input(input: Input, actor: string): void;
};
