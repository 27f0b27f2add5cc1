import type { Problem } from './problem.ts';
import type { Link } from './rig.ts';
import type { HostRecord, SessionRecord, TrialRecord } from './snapshot.ts';
import { asSentence, capital, clean } from './text.ts';
import { toType } from './typed-command.ts';
import { sayDuration, saySize } from './units.ts';

/** A disk that is full in half a year is no news. */
const longestToldS = 30 * 86_400;

/** `trial 7 "maze left"`. */
export function sayTrial({ number, label }: Pick<TrialRecord, 'number' | 'label'>): string {
  return `trial ${number}${label === null ? '' : ` "${clean(label, 200)}"`}`;
}

/** `session 0042 pilot-b`, or that there is none. */
export function saySession(session: SessionRecord | null): string {
  return session === null ? 'no session' : clean(`session ${session.id} ${session.name}`, 80);
}

/** How the machine is, a part each. `brief` leaves out what is well. */
export function sayHost(host: HostRecord, form: 'full' | 'brief'): string[] {
  const { storage, clock, power, temperatureC } = host;
  const isFull = form === 'full';
  return [
    ...sayStorage(storage),
    ...(isFull || clock.synchronized === false ? [sayClock(clock)] : []),
    ...(temperatureC === null ? [] : [`${Math.round(temperatureC)} °C`]),
    ...(power.ok === false || (power.ok === true && isFull) ? [clean(power.words, 64)] : []),
  ];
}

/** Room for so many files is told. */
const fewFiles = 200;
/** A write that takes longer until it is on the disk is told. In ms. */
const slowWriteMs = 1_000;

function sayStorage(storage: HostRecord['storage']): string[] {
  const { gone, readOnly, freeInodes, writeMs } = storage;
  if (gone === true) return ['disk not mounted'];
  return [
    sayFreeSpace(storage),
    ...(readOnly === true ? ['disk read-only'] : []),
    ...(freeInodes !== null && freeInodes < fewFiles ? [`room for ${freeInodes} files`] : []),
    ...(writeMs !== null && writeMs >= slowWriteMs ? [`disk slow: ${sayDuration(writeMs)}`] : []),
  ];
}

function sayFreeSpace({ freeBytes, secondsToFull }: HostRecord['storage']): string {
  if (freeBytes === null) return 'free space unknown';
  const isTold = secondsToFull !== null && secondsToFull < longestToldS;
  return `${saySize(freeBytes)} ${isTold ? `≈ ${sayDuration(secondsToFull * 1_000)}` : 'free'}`;
}

function sayClock({ synchronized, offsetMs }: HostRecord['clock']): string {
  if (synchronized === null) return 'clock unknown';
  if (!synchronized) return 'clock not synchronized';
  return offsetMs === null ? 'clock ok' : `clock ±${Math.ceil(Math.abs(offsetMs))} ms`;
}

/**
 * What is wrong and what to do about it, in sentences.
 *
 * @param of the module that has the problem; null for the rig
 */
export function sayProblem(of: string | null, { message, remedy }: Problem): string {
  const words = clean(message);
  const cure = remedy === null ? '' : ` ${sayRemedy(remedy)}`;
  return `${asSentence(of === null ? words : withOwner(of, words))}${cure}`;
}

/** What to do, as a sentence, with its commands as they have to be typed for this rig. */
export function sayRemedy(remedy: string): string {
  return capital(toType(clean(remedy)));
}

/** Words about a module with its name before them, unless they begin with it: `mic: no card`, `mic does not answer`. */
export function withOwner(of: string, words: string): string {
  return isNamed(of, words) ? words : `${of}: ${words}`;
}

/** The same without the name, for where that stands already. */
export function withoutOwner(of: string, words: string): string {
  return isNamed(of, words) ? words.slice(of.length).replace(/^:? /, '') : words;
}

function isNamed(of: string, words: string): boolean {
  return words.startsWith(`${of}: `) || words.startsWith(`${of} `);
}

/**
 * How the line to the daemon is, while it is not what it should be.
 *
 * @param isKnown whether something of the rig is shown, from before
 * @param nowMs wall clock in ms
 */
export function sayLink(
  link: Link,
  isKnown: boolean,
  nowMs: number,
  form: 'full' | 'brief' = 'full',
): string {
  if (link.state !== 'lost') {
    return isKnown ? 'asking the daemon again ...' : 'asking the daemon ...';
  }
  const ageS = Math.max(1, Math.floor((nowMs - link.sinceMs) / 1_000));
  if (link.downBy !== undefined) {
    const who = form === 'brief' ? '' : ` by ${clean(link.downBy, 40)}`;
    return `taken down${who} · ${sayDuration(ageS * 1_000)} ago`;
  }
  if (form === 'brief') return `no daemon${isKnown ? ` for ${sayDuration(ageS * 1_000)}` : ''}`;
  const age = isKnown ? ` · as of ${sayDuration(ageS * 1_000)} ago` : '';
  const waitS = Math.max(0, Math.ceil((link.retryAtMs - nowMs) / 1_000));
  const again = waitS === 0 ? 'trying again' : `trying again in ${waitS} s`;
  return `daemon not answering${age} · ${again}`;
}
