import { isInTrial } from '../protocol/in-trial.ts';
import type { RemoteView } from '../protocol/rig.ts';
import type { WishDeed } from './keymap/deeds.ts';

/** A wish that would take a module out of a running recording: it is sent only when nobody took it back until then. */
export type DelayDeed = {
  readonly kind: 'delay';
  readonly deed: WishDeed;
  /** What it would do, for the line that counts: `mic stops`. */
  readonly what: string;
  /** What is the case when it is not sent: `mic was not disabled`. */
  readonly not: string;
  readonly module: string;
  /** The recording that it was meant for. */
  readonly epoch: string;
  readonly trial: number;
  readonly run: number;
};

/** How long it can be taken back, in ms. */
export const delayMs = 3_000;

/** Why it must not be sent any more, in words; null while it may: the same module still records in the same trial. */
export function whyNot(wish: DelayDeed, { link, snapshot }: RemoteView): string | null {
  const { module: name, not } = wish;
  if (link.state !== 'live' || snapshot === null) {
    return `${not}: the daemon was gone before that was sent`;
  }
  if (snapshot.epoch !== wish.epoch) return `${not}: another daemon came before that was sent`;
  if (snapshot.rig.trial?.number !== wish.trial) return `${not}: trial ${wish.trial} is over`;
  const module = snapshot.modules[name];
  const isSame = module !== undefined && module.run === wish.run && module.desired === 'on';
  return isSame && isInTrial(snapshot, module) ? null : `${not}: it records no longer as it did`;
}
