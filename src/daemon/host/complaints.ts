import type { Fault } from '../../core/input.ts';
import type { ProblemCode } from '../../protocol/problem.ts';
import { lookAgain, quiet, type Twice } from './two-looks.ts';

/** What one look found of one possible problem. */
export type Finding = {
  /** Null where this look could not tell. */
  readonly isBad: boolean | null;
  /** What to say, asked for when it is raised. */
  fault(): Fault;
};

export type ComplaintsPort = {
  raise(fault: Fault): void;
  over(code: ProblemCode): void;
  /** Whether the rig shows this problem now: a start that succeeded takes some away. */
  isShown(code: ProblemCode): boolean;
};

/** Problems of this machine, with the patience that keeps them from being false alarms: two bad looks raise, two good ones clear. */
export class Complaints {
  readonly #port: ComplaintsPort;
  readonly #seen = new Map<ProblemCode, Twice>();

  constructor(port: ComplaintsPort) {
    this.#port = port;
  }

  /** Takes what a look found. */
  see(code: ProblemCode, { isBad, fault }: Finding): void {
    const before = this.#seen.get(code) ?? quiet;
    const now = lookAgain(before, isBad);
    this.#seen.set(code, now);
    if (before.isRaised && !now.isRaised) this.#port.over(code);
    if (now.isRaised && isBad === true && !this.#port.isShown(code)) this.#port.raise(fault());
  }

  /** Says it at once: somebody else has looked twice already. */
  raise(fault: Fault): void {
    this.#seen.set(fault.code, { isRaised: true, against: 0 });
    this.#port.raise(fault);
  }

  /** It is over, whatever looks say. */
  end(code: ProblemCode): void {
    this.#seen.delete(code);
    this.#port.over(code);
  }

  isRaised(code: ProblemCode): boolean {
    return this.#seen.get(code)?.isRaised === true;
  }

  /** Whether a look has begun to change an answer, and the next one decides. */
  get isUndecided(): boolean {
    return [...this.#seen.values()].some(({ against }) => against > 0);
  }
}
