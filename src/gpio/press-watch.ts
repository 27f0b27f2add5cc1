import type { Refusal } from '../protocol/problem.ts';
import type { PressEvent } from './press-events.ts';

/** A press that a command made. `over` gives why what it asked for was refused, or null, once all of it is over. */
export type MadePress = {
  readonly line: string;
  readonly name: string;
  readonly over: Promise<Refusal | null>;
  /** What came of it so far: `record.start`, or why it does nothing; null: nothing is known yet. */
  cameOfIt(): string | null;
  /** Lifts the finger now; nothing where that has been done. */
  letGo(): void;
};

/** Waits until a press is over: the finger is proven to be up, and what it asked for is answered. */
export class PressWatch {
  readonly over: Promise<Refusal | null>;
  #end: (refusal: Refusal | null) => void = () => undefined;
  #refusal: Refusal | null = null;
  #isUp = false;
  #isHeld = false;
  #isFaulty = false;
  #isLineUp = false;
  #asks = 0;
  readonly #words: string[] = [];

  constructor() {
    this.over = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** What came of it so far, in words. */
  get words(): string | null {
    return this.#words.length === 0 ? null : this.#words.join(', ');
  }

  /** What the finger did; told after what it asks for. `nothing`: what to say where it asked for nothing. */
  told(event: PressEvent, nothing: string): void {
    if (meansSomething.has(event.is) && this.#words.length === 0) this.#words.push(nothing);
    if (event.is === 'hold') this.#isHeld = true;
    if (event.is === 'faulty') {
      this.#isFaulty = true;
      this.#words.push(faultWords[event.fault]);
    }
    if (endsPress(event, this.#isHeld) || (this.#isFaulty && this.#isLineUp)) this.leave();
  }

  /** The line is at rest again. Of a button that is ignored meanwhile nothing more is told than that. */
  lineUp(): void {
    this.#isLineUp = true;
    if (this.#isFaulty) this.leave();
  }

  /** Another press begins: nothing more is told of this one. */
  leave(): void {
    this.#isUp = true;
    this.#look();
  }

  /** It asks for `what`. Gives what is to be called with the answer; `came`: what is to be said besides that it was done. */
  asked(what: string): (refusal: Refusal | null, came: string | null) => void {
    this.#asks += 1;
    const at = this.#words.push(what) - 1;
    return (refusal, came) => {
      if (came !== null) this.#words[at] = `${what}: ${came}`;
      this.#refusal ??= refusal;
      this.#asks -= 1;
      this.#look();
    };
  }

  #look(): void {
    if (this.#isUp && this.#asks === 0) this.#end(this.#refusal);
  }
}

const meansSomething: ReadonlySet<PressEvent['is']> = new Set([
  'click',
  'double',
  'hold',
  'switched',
  'dropped',
] as const);

const faultWords = {
  stuck: 'it was held for longer than a finger does, and was ignored as stuck',
  chattering: 'it was ignored, because its line chatters',
} as const;

/** A release alone may be the half of a double click; after a hold it is the end. */
function endsPress(event: PressEvent, isHeld: boolean): boolean {
  if (event.is === 'released') return isHeld;
  if (event.is === 'switched') return event.level === 0;
  return ['click', 'double', 'dropped'].includes(event.is);
}
