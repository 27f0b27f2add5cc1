import type { Refusal } from '../protocol/problem.ts';
import type { PressEvent } from './press-events.ts';

/** A press that a command made. `over` gives why what it asked for was refused, or null, once all of it is over. */
export type MadePress = {
  readonly line: string;
  readonly name: string;
  readonly over: Promise<Refusal | null>;
};

/** Waits until a press is over: the finger is proven to be up, and what it asked for is answered. */
export class PressWatch {
  readonly over: Promise<Refusal | null>;
  #end: (refusal: Refusal | null) => void = () => undefined;
  #refusal: Refusal | null = null;
  #isUp = false;
  #isHeld = false;
  #asks = 0;

  constructor() {
    this.over = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** What the finger did; told after what it asks for. */
  told(event: PressEvent): void {
    if (event.is === 'hold') this.#isHeld = true;
    if (endsPress(event, this.#isHeld)) this.leave();
  }

  /** Another press begins: nothing more is told of this one. */
  leave(): void {
    this.#isUp = true;
    this.#look();
  }

  /** It asks for something. Gives what is to be called with the answer. */
  asked(): (refusal: Refusal | null) => void {
    this.#asks += 1;
    return (refusal) => {
      this.#refusal ??= refusal;
      this.#asks -= 1;
      this.#look();
    };
  }

  #look(): void {
    if (this.#isUp && this.#asks === 0) this.#end(this.#refusal);
  }
}

/** A release alone may be the half of a double click; after a hold it is the end. */
function endsPress(event: PressEvent, isHeld: boolean): boolean {
  if (event.is === 'released') return isHeld;
  if (event.is === 'switched') return event.level === 0;
  return ['click', 'double', 'dropped', 'faulty'].includes(event.is);
}
