import type { GpioList } from '../../protocol/gpio-record.ts';
import type { Refusal } from '../../protocol/problem.ts';
import type { GpioDesk } from '../serve/serve-port.ts';

/** Buttons and LEDs as the daemon keeps them. */
export type DaemonPanel = GpioDesk & {
  /** Begins to open the lines; returns at once. */
  start(): void;
  /** The rig is being stopped. */
  end(): void;
  /** Gives the lines back. */
  close(): void;
};

/** What `gpio list` tells of a rig without buttons and LEDs. */
export const noLines: GpioList = {
  version: 1,
  backend: 'none',
  chip: null,
  problem: null,
  notes: [],
  lines: [],
};
const notConfigured: Refusal = {
  reason: 'no-such-line',
  message: 'This rig has no buttons and LEDs.',
  remedy: 'Name them under `gpio:` in rig.yaml: docs/wiring.md.',
};
/** The panel of a rig that has none. */
export const noPanel: DaemonPanel = {
  start: () => undefined,
  end: () => undefined,
  close: () => undefined,
  list: () => noLines,
  press: () => notConfigured,
  test: () => notConfigured,
};
