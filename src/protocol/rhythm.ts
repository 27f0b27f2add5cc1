/** What a light says. The same for every LED, few enough to be told apart in the field. */
export type Rhythm = 'off' | 'idle' | 'recording' | 'busy' | 'trouble' | 'failed';

/** What a rhythm looks like, and what it says. */
export const rhythmWords: Readonly<
  Record<Rhythm, { readonly looks: string; readonly says: string }>
> = {
  off: { looks: 'dark', says: 'nobody wants this module' },
  idle: { looks: 'a short flash every 2 s', says: 'idle and alive' },
  recording: {
    looks: 'on, with a dip every 2 s',
    says: 'recording, and the data were seen to land',
  },
  busy: { looks: 'slow blink', says: 'under way: starting, arming, finishing files, paused' },
  trouble: { looks: 'fast blink', says: 'degraded or stalled: look at the screen' },
  failed: { looks: 'double flash', says: 'in error or crashed' },
};

/** What a light says for a moment, whatever its rhythm: the answer to a finger. Times are CLOCK_MONOTONIC in ms. */
export type Show =
  /** A hold counts: faster and faster until it is reached. */
  | { readonly is: 'holding'; readonly sinceMs: number; readonly untilMs: number }
  /** A press was refused, or the preflight was. */
  | { readonly is: 'refused'; readonly sinceMs: number }
  /** The preflight found nothing in the way of a recording; `warned`: but something that somebody should know. */
  | { readonly is: 'ready' | 'warned'; readonly sinceMs: number };

/** What an answer to a finger looks like, and what it says. */
export const showWords: Readonly<
  Record<Show['is'], { readonly looks: string; readonly says: string }>
> = {
  holding: {
    looks: 'faster and faster',
    says: 'a hold counts; it is done when the light is back to what it was',
  },
  refused: {
    looks: 'three fast flashes, once',
    says: 'a press or the preflight was refused, or the press was in doubt',
  },
  ready: { looks: 'one long flash, once', says: 'the preflight: ready to record' },
  warned: {
    looks: 'a long flash and two short, once',
    says: 'the preflight: ready, with warnings on the screen',
  },
};

/** What a light does now, and when it is to be looked at next; null: never, as long as nothing else changes. */
export type LightNow = { readonly level: 0 | 1; readonly nextChangeMs: number | null };

/** A period that begins alight: for how long it is on, off, on, off ... In ms. */
type Beat = readonly number[];

const beats: Readonly<Record<Exclude<Rhythm, 'off'>, Beat>> = {
  idle: [60, 1_940],
  recording: [1_850, 150],
  busy: [600, 600],
  trouble: [125, 125],
  failed: [100, 150, 100, 1_150],
};

/** Shown once, from its beginning. */
const showBeats: Readonly<Record<Exclude<Show['is'], 'holding'>, Beat>> = {
  refused: [80, 120, 80, 120, 80, 520],
  ready: [1_000, 200],
  warned: [1_000, 200, 100, 200, 100, 500],
};

/**
 * Whether the light is on now, and until when.
 *
 * Rhythms are counted on the clock itself, so all lights of one rhythm are in step. No light stands still for longer than two
 * seconds: one that does is driven by nobody, or is `off`.
 *
 * @param nowMs CLOCK_MONOTONIC in ms
 */
export function levelAt(rhythm: Rhythm, show: Show | null, nowMs: number): LightNow {
  const shown = show === null ? null : showAt(show, nowMs);
  if (shown !== null) return shown;
  return rhythm === 'off' ? { level: 0, nextChangeMs: null } : beatAt(beats[rhythm], 0, nowMs);
}

/** When a show is over; the light goes on with its rhythm then. */
export function showEndMs(show: Show): number {
  return show.is === 'holding' ? show.untilMs : show.sinceMs + lengthOf(showBeats[show.is]);
}

function showAt(show: Show, nowMs: number): LightNow | null {
  if (nowMs < show.sinceMs || nowMs >= showEndMs(show)) return null;
  if (show.is === 'holding') return growing(show.sinceMs, show.untilMs, nowMs);
  return beatAt(showBeats[show.is], show.sinceMs, nowMs);
}

function beatAt(beat: Beat, sinceMs: number, nowMs: number): LightNow {
  const period = lengthOf(beat);
  const begin = nowMs - ((nowMs - sinceMs) % period);
  let end = begin;
  for (const [index, length] of beat.entries()) {
    end += length;
    if (nowMs < end) return { level: index % 2 === 0 ? 1 : 0, nextChangeMs: end };
  }
  return { level: 1, nextChangeMs: end + (beat[0] ?? period) };
}

function lengthOf(beat: Beat): number {
  return beat.reduce((sum, length) => sum + length, 0);
}

/** Of a hold, so many changes a second on the average. */
const changesPerMs = 1 / 100;
const fewestChanges = 6;

/** The nth of N changes comes after the square root of n/N of the time: each is quicker than the one before. */
function growing(sinceMs: number, untilMs: number, nowMs: number): LightNow {
  const length = untilMs - sinceMs;
  const changes = Math.max(fewestChanges, Math.round(length * changesPerMs));
  const changeAt = (n: number) => Math.min(untilMs, sinceMs + length * Math.sqrt(n / changes));
  let next = Math.floor(changes * ((nowMs - sinceMs) / length) ** 2) + 1;
  // What was rounded must not give a change that has been already.
  while (changeAt(next) <= nowMs) next += 1;
  return { level: next % 2 === 1 ? 1 : 0, nextChangeMs: changeAt(next) };
}
