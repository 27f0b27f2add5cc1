import type { Level } from './lines.ts';

/**
 * The contact behind a line: which level is proven, and what the line does meanwhile.
 *
 * A level is proven when the line kept it for the whole debounce time. Until then the one before stands, in both directions: so
 * nothing shorter is ever a press, and a release is only ever late, never lost (gpiozero #550).
 */
export type Contact = {
  readonly stable: Level;
  readonly lastEdgeMs: number;
  readonly unrest: Unrest | null;
};

/** From the first edge after a proven level until a level is proven again. */
type Unrest = {
  readonly raw: Level;
  /** Since when the line keeps `raw`. */
  readonly sinceMs: number;
  readonly beganMs: number;
  /** The edge of the finger: the first one away from the proven level, without spikes that were over long before. */
  readonly firstMs: number;
  readonly edges: number;
  /** Whether an edge was seen at all, or the line was only found at another level. */
  readonly seen: boolean;
};

export type Settled = {
  readonly level: Level;
  readonly firstMs: number;
  readonly edges: number;
  readonly seen: boolean;
};

/** The level that the line has, as far as its edges tell. */
export function rawOf({ stable, unrest }: Contact): Level {
  return unrest?.raw ?? stable;
}

/** Nothing is known of what was before: the level counts from here. */
export function restartAt(contact: Contact, level: Level, atMs: number, edges: number): Contact {
  const seen = edges > 0;
  const unrest = { raw: level, sinceMs: atMs, beganMs: atMs, firstMs: atMs, edges, seen };
  return { ...contact, lastEdgeMs: seen ? atMs : contact.lastEdgeMs, unrest };
}

/** @param edges how many there were: more than one where some were lost among their like */
export function moveTo(
  contact: Contact,
  level: Level,
  atMs: number,
  edges: number,
  debounceMs: number,
): Contact {
  const { stable, unrest } = contact;
  if (unrest === null || !unrest.seen) return restartAt(contact, level, atMs, edges);
  // Bounces follow each other at once. What was back at the proven level for long was a spike, and no finger.
  const isAnother =
    level !== stable && unrest.raw === stable && atMs - unrest.sinceMs >= debounceMs / 2;
  const next = {
    raw: level,
    sinceMs: atMs,
    beganMs: unrest.beganMs,
    firstMs: isAnother ? atMs : unrest.firstMs,
    edges: unrest.edges + edges,
    seen: true,
  };
  return { ...contact, lastEdgeMs: atMs, unrest: next };
}

/** The line kept its level for the debounce time. Gives what changed; null when it is the level that it had before. */
export function settle(contact: Contact): readonly [Contact, Settled | null] {
  const { stable, unrest } = contact;
  if (unrest === null) return [contact, null];
  const { raw, firstMs, edges, seen } = unrest;
  const settled = raw === stable ? null : { level: raw, firstMs, edges, seen };
  return [{ ...contact, stable: raw, unrest: null }, settled];
}
