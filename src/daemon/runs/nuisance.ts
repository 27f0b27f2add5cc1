import type { Fault } from '../../core/input.ts';
import type { ProblemCode } from '../../protocol/problem.ts';
import { monoMs } from '../clock.ts';

/** Told again at most this often, however often it happens. */
const againMs = 10_000;
/** Over when it has not happened for this long. */
const overMs = 60_000;

/** A fault that can come a thousand times a second, told so that it does no harm itself. */
export class Nuisance {
  readonly #code: ProblemCode;
  readonly #tell: (fault: Fault | ProblemCode) => void;
  #seenAt = Number.NEGATIVE_INFINITY;
  #toldAt = Number.NEGATIVE_INFINITY;
  #present = false;

  constructor(code: ProblemCode, tell: (fault: Fault | ProblemCode) => void) {
    this.#code = code;
    this.#tell = tell;
  }

  /** True: it was told, and not only counted. */
  happened(message: string, remedy: string | null): boolean {
    const now = monoMs();
    this.#seenAt = now;
    if (now - this.#toldAt < againMs) return false;
    this.#toldAt = now;
    this.#present = true;
    this.#tell({ code: this.#code, message, remedy });
    return true;
  }

  /** Called now and then: tells once that it is over. */
  look(): void {
    if (!this.#present || monoMs() - this.#seenAt < overMs) return;
    this.#present = false;
    this.#tell(this.#code);
  }
}
