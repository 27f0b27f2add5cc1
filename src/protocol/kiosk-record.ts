/** How a kiosk is to behave, as rig.yaml says it: in the snapshot, so that a kiosk on any terminal needs no file. */
export type KioskRecord = {
  /** From and until which minute of the local day it is dim; over midnight where `from` is the later. Null: never. */
  readonly dim: { readonly fromMin: number; readonly untilMin: number } | null;
  /** After how long it moves by one column or row, in ms; 0 is never. */
  readonly moveMs: number;
  /** Whether a wish from it needs the PIN. The PIN itself stays with the daemon. */
  readonly pin: boolean;
};

/** What a kiosk's PIN is made of. */
export const pinPattern: RegExp = /^\d{4,12}$/;

/** What a kiosk does until a daemon has said otherwise. */
export const usualKiosk: KioskRecord = { dim: null, moveMs: 180_000, pin: false };
