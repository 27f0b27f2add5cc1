import type { GpioConfig } from '../../gpio/panel-record.ts';
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

const howToHaveOne = 'Write `backend: auto` there, or leave it out.';

/** What to do for a panel where there is none. */
export function howToHavePanel(configured: GpioConfig | undefined): string {
  return isOff(configured) ? howToHaveOne : 'Name them under `gpio:` in rig.yaml: docs/wiring.md.';
}

/** Why a rig has no panel. */
export function whyNoPanel(configured: GpioConfig | undefined): string {
  return isOff(configured)
    ? 'rig.yaml switches its buttons and LEDs off: `backend: none` under `gpio:`'
    : 'rig.yaml names no buttons and LEDs';
}

/** The lines of a rig that has no panel: none. Whoever names some and switches them off is told so. */
export function noLinesOf(configured: GpioConfig | undefined): GpioList {
  if (!isOff(configured)) return noLines;
  return { ...noLines, notes: [`${whyNoPanel(configured)}. ${howToHaveOne}`] };
}

function isOff(configured: GpioConfig | undefined): boolean {
  return configured !== undefined && configured.buttons.length + configured.leds.length > 0;
}

/** The panel of a rig that has none. */
export function noPanel(configured: GpioConfig | undefined): DaemonPanel {
  const refused: Refusal = {
    reason: 'no-such-line',
    message: `This rig has no buttons and LEDs: ${whyNoPanel(configured)}.`,
    remedy: howToHavePanel(configured),
  };
  return {
    start: () => undefined,
    end: () => undefined,
    close: () => undefined,
    list: () => noLinesOf(configured),
    press: () => refused,
    test: () => refused,
  };
}
