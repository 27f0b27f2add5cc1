import type { FileVerdict, ManifestTrial } from './manifest.ts';
import type { FileWork, ListedSession, SessionSummary, VerifyResult } from './sessions.ts';
import { sayCount, sayDuration, saySize } from './units.ts';

/** How a trial went: `12 min, complete, start skew 1.2 ms`. */
export function sayTrialRun(
  trial: Pick<ManifestTrial, 'startedAt' | 'stoppedAt' | 'outcome' | 'startSkewMs' | 'recovered'>,
): string {
  const { startedAt, stoppedAt, outcome, startSkewMs, recovered } = trial;
  const ran =
    stoppedAt === null
      ? 'not stopped yet, or cut off'
      : `${sayDuration(Date.parse(stoppedAt) - Date.parse(startedAt))}, ${outcomeWords[outcome]}`;
  const how = recovered ? `${ran}, recovered from its files` : ran;
  return startSkewMs === null ? how : `${how}, start skew ${saySkew(startSkewMs)}`;
}

const outcomeWords: Readonly<Record<ManifestTrial['outcome'], string>> = {
  complete: 'complete',
  partial: 'partial',
  interrupted: 'interrupted: it ends with its last byte',
};

/** Below 10 ms with one decimal: what is finer, no first sample is known by. */
function saySkew(ms: number): string {
  return `${ms < 9.95 ? Math.round(ms * 10) / 10 : Math.round(ms)} ms`;
}

const worstWords: Readonly<Record<FileVerdict, string>> = {
  open: 'open',
  ok: 'ok',
  repaired: 'repaired',
  short: 'a short file',
  empty: 'an empty file',
  bad: 'a bad file',
};

/** What became of a session, and the worst that is said of its files: `partial, a bad file`. */
export function saySessionState({ state, worst }: Pick<SessionSummary, 'state' | 'worst'>): string {
  const files = worst === null ? 'no files' : worstWords[worst];
  return state === worst ? state : `${state}, ${files}`;
}

/** Why less is known of a session than of others; null where nothing is in the way. To be sanitised by who shows it. */
export function sayUnknown(session: ListedSession): string | null {
  if ('unread' in session) return session.unread;
  const { damaged, later } = session;
  if (damaged !== null) return `session.json is damaged: ${damaged}`;
  return later === undefined ? null : `session.json was ${later}`;
}

/** `in order: 12 files, 3.4 GB`, `in order, with an empty file: 3 files, 2.8 kB`, or that it is not. */
export function sayVerified(result: Omit<VerifyResult, 'notes' | 'remedy'>): string {
  const { ok, files, bytes, empty = 0 } = result;
  const known = empty === 1 ? ', with an empty file' : `, with ${empty} empty files`;
  const word = ok ? `in order${empty > 0 ? known : ''}` : 'NOT in order';
  return `${word}: ${sayCount(files, 'file')}, ${saySize(bytes)}`;
}

/** Before this the rate is no rate yet. In ms. */
const soonestEtaMs = 2_000;

/**
 * How far files are read: `3 of 7 files, 1.2 GB of 3.4 GB, about 40 s left`.
 *
 * @param forMs for how long it has gone on; null where nobody knows
 */
export function sayWork({ files, filesDone, bytes, bytesDone }: FileWork, forMs: number | null) {
  const words = `${filesDone} of ${sayCount(files, 'file')}, ${saySize(bytesDone)} of ${saySize(bytes)}`;
  if (forMs === null || forMs < soonestEtaMs || bytesDone <= 0) return words;
  const leftMs = (forMs * (bytes - bytesDone)) / bytesDone;
  return `${words}, about ${sayDuration(Math.max(1_000, leftMs))} left`;
}

/** The share of work that is done: by bytes, and by files where there are none to read. From 0 to 1. */
export function shareOf({ files, filesDone, bytes, bytesDone }: FileWork): number {
  if (bytes > 0) return Math.min(1, bytesDone / bytes);
  return files === 0 ? 1 : Math.min(1, filesDone / files);
}

/** A bar of `width` columns, filled from the left. @param share from 0 to 1 */
export function barOf(share: number, width: number): string {
  const full = Math.max(0, Math.min(width, Math.round(share * width))) || 0;
  return `${'█'.repeat(full)}${'░'.repeat(width - full)}`;
}
