import type { GpioRecord } from '../protocol/gpio-record.ts';
import type { Preflight } from '../protocol/preflight.ts';
import type { Problem } from '../protocol/problem.ts';
import type { Rig } from '../protocol/rig.ts';
import type { Lines } from './lines.ts';
import type { GpioConfig } from './panel-record.ts';

/** What is wrong now, or the code of what is over. */
type PanelFault =
  | (Pick<Problem, 'message' | 'remedy'> & { readonly code: 'gpio' | 'button' })
  | 'gpio'
  | 'button';

export type PanelPort = {
  readonly gpio: GpioConfig;
  readonly rig: Rig;
  /** Opens the chip. May throw a LineError. */
  open(): Promise<Lines>;
  preflight(): Promise<Preflight>;
  /** An alarm clock that rings once at an instant of CLOCK_MONOTONIC in ms; null for never. */
  makeAlarm(ring: () => void): { set(dueMonoMs: number | null): void; clear(): void };
  /** CLOCK_MONOTONIC in ms. */
  now(): number;
  publish(gpio: GpioRecord): void;
  fault(fault: PanelFault): void;
  /** A line in the journal. */
  event(name: string, message: string): void;
  mistake(error: unknown): void;
};
