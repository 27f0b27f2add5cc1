import type { ButtonDeeds, GpioLine, RefusedPress } from './gpio-record.ts';
import { type Rhythm, rhythmWords, showWords } from './rhythm.ts';
import { asSentence, capital, clean } from './text.ts';

/** What a latching switch does begins with it. */
const aSwitch = 'switch ';

/** `click record.start, hold 2 s record.stop`. */
export function sayDeeds({ click, double, hold, level }: ButtonDeeds): string {
  const parts = [
    ...(click === null ? [] : [`click ${click}`]),
    ...(double === null ? [] : [`double ${double}`]),
    ...(hold === null ? [] : [`hold ${hold.afterMs / 1_000} s ${hold.action}`]),
    ...(level === null ? [] : [`${aSwitch}${level}`]),
  ];
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

/** What rhythms say of what is neither the rig nor a module. */
const sayings: Readonly<Record<string, Readonly<Partial<Record<Rhythm, string>>>>> = {
  storage: {
    idle: 'there is room',
    busy: 'nobody has looked at it yet',
    trouble: 'little room is left, or session.json cannot be written',
    failed: 'full, missing, read-only or failing',
  },
  clock: {
    idle: 'it is right',
    busy: 'nobody knows whether it is right',
    trouble: 'it is not known to be right, is wrong, or was set while a trial was recorded',
  },
  clients: { idle: 'nobody is attached', busy: 'somebody is attached' },
};

/** What a light says that shows this: of a disk a rhythm says something else than of a rig. */
export function sayLight(shows: string, rhythm: Rhythm): string {
  const own = Object.hasOwn(sayings, shows) ? sayings[shows]?.[rhythm] : undefined;
  return own ?? rhythmWords[rhythm].says;
}

/** What is with a line that cannot be used now: the words of screens and lists for the states of the snapshot. */
export function sayLineState(state: Exclude<GpioLine['state'], 'ok' | 'unopened'>): string {
  const words = {
    opening: 'being opened',
    stuck: 'stuck, ignored',
    chattering: 'chatters, ignored',
    lost: 'cannot be used',
  };
  return words[state];
}

const levelWords = {
  switch: ['on', 'off'],
  button: ['pressed', 'up'],
  led: ['lit', 'dark'],
} as const;

/** How a line stands: pressed, lit, the rhythm of an LED; or what is wrong with it. */
export function sayNow({
  kind,
  level,
  state,
  rhythm,
  show,
  does,
}: Pick<GpioLine, 'kind' | 'level' | 'state' | 'rhythm' | 'show' | 'does'>): string {
  if (state !== 'ok' && state !== 'unopened') return sayLineState(state);
  if (show !== undefined) return showWords[show].looks;
  if (rhythm !== undefined) return rhythmWords[rhythm].looks;
  if (level === null) return '?';
  const [high, low] = levelWords[kind === 'button' && does.startsWith(aSwitch) ? 'switch' : kind];
  return level === 1 ? high : low;
}

/** `button record`, `LED status`. */
export function sayWhat({
  kind,
  name,
}: {
  readonly kind: 'button' | 'led';
  readonly name: string;
}): string {
  return `${kind === 'led' ? 'LED' : kind} ${name}`;
}

/** For so long a screen says why a press was refused: whoever pressed walks up to it and reads. In ms. */
const refusedForMs = 30_000;

/**
 * Why the last press did nothing and what to do, while that is young; null where it did something.
 *
 * @param monoMs CLOCK_MONOTONIC of the rig's machine, in ms
 */
export function sayRefusedPress(
  refused: RefusedPress | null | undefined,
  monoMs: number,
): { readonly what: string; readonly remedy: string | null } | null {
  // A daemon of an earlier version does not tell it.
  if (refused == null || monoMs >= refused.atMs + refusedForMs) return null;
  const { button, line, message, remedy } = refused;
  const what = `Button ${clean(button, 64)} (${line}) was pressed, and refused: ${asSentence(clean(message))}`;
  return { what, remedy: remedy === null ? null : capital(clean(remedy)) };
}
