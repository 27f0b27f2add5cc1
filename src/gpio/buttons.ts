import type { Edge, Level } from './lines.ts';
import { type PressState, type PressStep, startPress, stepPress } from './press.ts';
import type { Fault, PressEvent, PressSettings } from './press-events.ts';

export type ButtonsPort = {
  readonly settings: Readonly<Record<string, PressSettings>>;
  /** What the line has now; null while it cannot be read. */
  read(button: string): Level | null;
  /** What a finger did, in order. */
  told(button: string, event: PressEvent): void;
  /** The level at which a line was opened is proven: what is pressed from now on is a press. */
  settled?(): void;
};

type Button = {
  readonly state: PressState;
  readonly wakeAtMs: number | null;
  readonly pressed: boolean;
  readonly fault: Fault | null;
  /** It was found at rest and has not been so for the debounce time yet: what comes down now may be a bounce. */
  readonly isSettling: boolean;
};

/** All buttons whose lines are open: their edges go through `press`, and each is looked at when it asks to be. */
export class Buttons {
  readonly #port: ButtonsPort;
  readonly #open = new Map<string, Button>();

  constructor(port: ButtonsPort) {
    this.#port = port;
  }

  /** When `ring` is to be called, CLOCK_MONOTONIC in ms. */
  get nextMs(): number | null {
    const dues = [...this.#open.values()].flatMap(({ wakeAtMs }) => wakeAtMs ?? []);
    return dues.length === 0 ? null : Math.min(...dues);
  }

  /** A line was opened. What it did before is unknown: what is down now is no press. */
  opened(name: string, level: Level, atMs: number): void {
    const settings = this.#port.settings[name];
    if (settings === undefined) return;
    const step = startPress(level, atMs, settings);
    const isSettling = step.state.contact.unrest !== null;
    this.#keep(name, { ...asButton(step), pressed: false, fault: null, isSettling }, step.told);
  }

  /** Its line is gone: nothing is known of it until it is opened again. */
  lost(name: string): void {
    this.#open.delete(name);
  }

  edge(name: string, edge: Edge): void {
    this.#step(name, { type: 'edge', ...edge });
  }

  /** Looks at the buttons that asked for it. */
  ring(nowMs: number): void {
    for (const [name, { wakeAtMs }] of [...this.#open]) {
      if (wakeAtMs === null || wakeAtMs > nowMs) continue;
      const level = this.#port.read(name);
      if (level === null)
        this.lost(name); // else it would ask to be looked at for ever
      else this.#step(name, { type: 'look', level, atMs: nowMs });
    }
  }

  pressed(name: string): boolean {
    return this.#open.get(name)?.pressed ?? false;
  }

  fault(name: string): Fault | null {
    return this.#open.get(name)?.fault ?? null;
  }

  isSettling(name: string): boolean {
    return this.#open.get(name)?.isSettling ?? false;
  }

  #step(name: string, input: Parameters<typeof stepPress>[1]): void {
    const settings = this.#port.settings[name];
    const before = this.#open.get(name);
    if (settings === undefined || before === undefined) return;
    const step = stepPress(before.state, input, settings);
    const isSettling = before.isSettling && step.state.contact.unrest !== null;
    this.#keep(name, { ...before, ...asButton(step), isSettling }, step.told);
    if (before.isSettling && !isSettling) this.#port.settled?.();
  }

  #keep(name: string, button: Button, told: readonly PressEvent[]): void {
    const kept = told.reduce(after, button);
    // Where a switch stands is known from the start, and again when it has rattled, though neither is a wish.
    const isOn = kept.fault === null && kept.state.contact.stable === 1;
    const isSwitch = this.#port.settings[name]?.kind === 'switch';
    this.#open.set(name, isSwitch ? { ...kept, pressed: isOn } : kept);
    for (const event of told) this.#port.told(name, event);
  }
}

function asButton({ state, wakeAtMs }: PressStep): Pick<Button, 'state' | 'wakeAtMs'> {
  return { state, wakeAtMs };
}

function after(button: Button, event: PressEvent): Button {
  switch (event.is) {
    case 'pressed':
      return { ...button, pressed: true };
    case 'released':
    case 'dropped':
      return { ...button, pressed: false };
    case 'faulty':
      return { ...button, pressed: false, fault: event.fault };
    case 'well':
      return { ...button, fault: null };
    default:
      return button;
  }
}
