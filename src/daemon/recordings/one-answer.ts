import type { StoreInput } from '../../core/input.ts';
import type { Refusal } from '../../protocol/problem.ts';
import type { RecordingsPort } from './recordings.ts';

/** A disk that has not answered by then is taken for one that will not. */
const answerMs = 30_000;

/** The one answer to an ask: the first that is given. For a disk that keeps silent, a refusal is. */
export class OneAnswer {
  readonly #port: Pick<RecordingsPort, 'report'>;
  readonly #timer: NodeJS.Timeout;
  #isOpen = true;

  constructor(
    port: Pick<RecordingsPort, 'report' | 'folder'>,
    failed: (refusal: Refusal) => StoreInput,
  ) {
    this.#port = port;
    this.#timer = setTimeout(() => this.give(failed(noAnswer(port.folder))), answerMs);
  }

  /** @returns false: it came too late, and nobody was told */
  give(input: StoreInput): boolean {
    const isInTime = this.#isOpen;
    this.#isOpen = false;
    clearTimeout(this.#timer);
    if (isInTime) this.#port.report(input);
    return isInTime;
  }
}

function noAnswer(folder: string): Refusal {
  return {
    reason: 'recordings-folder',
    message: `the disk of ${folder} has not answered for ${answerMs / 1_000} s`,
    remedy: 'Look for errors of the card or disk (dmesg), or for a network that is gone.',
  };
}

/** Of what a disk was given that has not answered. */
export function sayLate({ message, remedy }: Refusal): string {
  return [`${message}.`, remedy, 'What it was given is written when it answers'].join(' ');
}
