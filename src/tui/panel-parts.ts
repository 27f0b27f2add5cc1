import type { ButtonRecord, LedRecord } from '../protocol/gpio-record.ts';
import type { Snapshot } from '../protocol/snapshot.ts';

/** A button or an LED, by its name. */
export type PanelPart =
  | { readonly name: string; readonly led: LedRecord; readonly button?: never }
  | { readonly name: string; readonly button: ButtonRecord; readonly led?: never };

/** All there is on the panel: the LEDs first, because they are looked at. */
export function partsOf(snapshot: Snapshot | null): PanelPart[] {
  if (snapshot === null) return [];
  const { leds, buttons } = snapshot.gpio;
  return [
    ...Object.entries(leds).map(([name, led]) => ({ name, led })),
    ...Object.entries(buttons).map(([name, button]) => ({ name, button })),
  ];
}

/** A button and an LED may have the same name. */
export function panelKey(part: PanelPart): string {
  return `${part.led === undefined ? 'button' : 'led'} ${part.name}`;
}

/** The one that was chosen; else the first button, as there is nothing that can be done with an LED. */
export function selectedPart(
  parts: readonly PanelPart[],
  selected: string | null,
): PanelPart | null {
  const chosen = parts.find((part) => panelKey(part) === selected);
  return chosen ?? parts.find(({ button }) => button !== undefined) ?? parts[0] ?? null;
}
