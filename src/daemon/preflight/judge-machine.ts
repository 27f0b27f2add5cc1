import type { PreflightCheck } from '../../protocol/preflight.ts';
import type { Refusal } from '../../protocol/problem.ts';
import type { HostRecord } from '../../protocol/snapshot.ts';
import { sayDuration, saySize } from '../../protocol/units.ts';

/** What a write to the recordings disk showed just now. Null where none could be tried. */
export type TriedWrite = { readonly ms: number | null; readonly words: string | null };

/** A write that takes longer is a card that cannot keep up with much, in ms. */
const slowWriteMs = 500;
/** In degrees Celsius: from 80 on a Pi slows itself down. */
const hotC = 75;
const littleMemoryBytes = 50_000_000;
/** Below this many times `minFree` it is time to make room. */
const soonFull = 2;

/** Disk, clock, power, temperature and memory, each with what to do. */
export function judgeMachine(
  host: HostRecord,
  refusal: Refusal | null,
  write: TriedWrite | null,
  minFreeBytes: number,
): readonly PreflightCheck[] {
  return [
    storage(host.storage, refusal, write, minFreeBytes),
    clock(host.clock),
    power(host.power),
    temperature(host.temperatureC),
    memory(host.memoryAvailableBytes),
  ];
}

function storage(
  { path, freeBytes, readOnly }: HostRecord['storage'],
  refusal: Refusal | null,
  write: TriedWrite | null,
  minFreeBytes: number,
): PreflightCheck {
  const about = 'storage';
  if (refusal !== null) return { about, level: 'blocker', ...wordsOf(refusal) };
  if (readOnly === true) {
    const remedy = 'Look for errors of the card or disk (dmesg); remount it rw.';
    return { about, level: 'blocker', message: `the disk of ${path} is read-only`, remedy };
  }
  if (write?.words) {
    const message = `a write to ${path} failed: ${write.words}`;
    return { about, level: 'blocker', message, remedy: 'Look at the disk and at dmesg.' };
  }
  const free = freeBytes === null ? 'free space unknown' : `${saySize(freeBytes)} free`;
  const ms = write?.ms ?? null;
  if (ms !== null && ms > slowWriteMs) {
    const message = `${free} in ${path}, but a small write took ${sayDuration(ms)}`;
    const remedy = 'The card is slow or busy: try another one before something is lost.';
    return { about, level: 'warning', message, remedy };
  }
  if (freeBytes !== null && freeBytes < soonFull * minFreeBytes) {
    const message = `only ${free} in ${path}; recordings end below ${saySize(minFreeBytes)}`;
    return { about, level: 'warning', message, remedy: 'Delete or move old recordings.' };
  }
  const tried = ms === null ? '' : `, a write took ${ms} ms`;
  return { about, level: 'ok', message: `${free} in ${path}${tried}`, remedy: null };
}

function wordsOf({ message, remedy }: Refusal): Pick<PreflightCheck, 'message' | 'remedy'> {
  return { message, remedy };
}

function clock({ synchronized, offsetMs }: HostRecord['clock']): PreflightCheck {
  const about = 'clock';
  if (synchronized === false) {
    const message = 'the clock is not synchronized: times in files may be wrong, numbers are not';
    const remedy = 'Wait for a time source (network, GPS), or set the clock by hand.';
    return { about, level: 'warning', message, remedy };
  }
  if (synchronized === null) {
    const message = 'nobody tells whether the clock is synchronized';
    return { about, level: 'ok', message, remedy: null };
  }
  const offset = offsetMs === null ? '' : `, ${Math.abs(Math.round(offsetMs))} ms off its source`;
  return { about, level: 'ok', message: `synchronized${offset}`, remedy: null };
}

function power({ ok, words }: HostRecord['power']): PreflightCheck {
  const remedy = 'Use a better power supply or a shorter cable.';
  const message = words.replace(/^power /u, ''); // what it is about stands before it
  return ok === false
    ? { about: 'power', level: 'warning', message, remedy }
    : { about: 'power', level: 'ok', message, remedy: null };
}

function temperature(celsius: number | null): PreflightCheck {
  const about = 'temperature';
  if (celsius === null) return { about, level: 'ok', message: 'unknown', remedy: null };
  const message = `${Math.round(celsius)} °C`;
  if (celsius < hotC) return { about, level: 'ok', message, remedy: null };
  return {
    about,
    level: 'warning',
    message,
    remedy: 'Shade, air, a heat sink: it slows down from 80 °C on.',
  };
}

function memory(bytes: number | null): PreflightCheck {
  const about = 'memory';
  if (bytes === null) return { about, level: 'ok', message: 'unknown', remedy: null };
  const message = `${saySize(bytes)} available`;
  if (bytes >= littleMemoryBytes) return { about, level: 'ok', message, remedy: null };
  return {
    about,
    level: 'warning',
    message,
    remedy: 'End what is not needed: a module may be killed.',
  };
}
