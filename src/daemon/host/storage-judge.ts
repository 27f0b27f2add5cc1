import type { Fault } from '../../core/input.ts';
import type { ProblemCode } from '../../protocol/problem.ts';
import { capital } from '../../protocol/text.ts';
import { sayDuration, saySize } from '../../protocol/units.ts';
import { isErrno } from '../errno.ts';
import type { Finding } from './complaints.ts';
import { DiskGone, notItsOwn, notMounted, sayDisk } from './room.ts';
import { minFreeInodes, type StorageFacts, type StorageRule } from './storage.ts';

/** What one look shows, with what follows from the rate. Null is unknown. */
export type StorageSeen = {
  readonly rule: StorageRule;
  readonly facts: StorageFacts;
  /** It keeps everybody waiting. */
  readonly isSilent: boolean;
  /** What the newest write probe got for an answer; null when the disk took it, or nobody asked. */
  readonly refused: unknown;
  readonly isRecording: boolean;
  /** Modules are armed or told to go, and nothing is recorded yet. */
  readonly isStarting: boolean;
  readonly secondsToFull: number | null;
  /** Below it a recording is stopped in order. */
  readonly floorBytes: number;
};

/** Less time than this until the disk is full is worth a warning. In s. */
export const soonFullS = 600;
/** A warning that has been raised clears only when it is better by this factor, so that it does not flicker. */
const clearly = 1.2;

/** Every problem of a disk, each with its own words. */
export function findings(
  seen: StorageSeen,
  isRaised: (code: ProblemCode) => boolean,
): readonly (readonly [ProblemCode, Finding])[] {
  const { facts, rule } = seen;
  const { look, gone, isAsRequired } = facts;
  const isGone = gone !== null || isAsRequired === false;
  const failure = failureOf(seen);
  const margin = isRaised('low-space') ? clearly : 1;
  const low = gone === null ? lowWords(seen, margin) : null;
  return [
    ['not-mounted', { isBad: look === null ? null : isGone, fault: () => mountFault(seen) }],
    ['read-only', { isBad: isReadOnly(seen), fault: () => readOnlyFault(rule.folder) }],
    ['disk-fails', { isBad: failure !== null, fault: () => failFault(rule.folder, failure) }],
    ['recordings-folder', { isBad: isClosed(seen), fault: () => closedFault(facts.closed) }],
    ['low-space', { isBad: look === null ? null : low !== null, fault: () => lowFault(low) }],
  ];
}

/** Why a recording must end now, while there is room to finish the files; null when it need not. */
export function reasonToStop(seen: StorageSeen): Fault | null {
  const { facts, rule, floorBytes, isStarting } = seen;
  const { look, gone } = facts;
  const what = isStarting ? 'The start was called off' : 'The recording was stopped';
  const how = isStarting ? what : `${what} in order`;
  if (gone !== null) {
    const message = `${what}: ${gone}, and nothing may land on the disk beneath.`;
    return { code: 'not-mounted', message, remedy: notMounted(gone).remedy };
  }
  if (look === null) return null;
  if (look.freeBytes < floorBytes) {
    const left = `${saySize(look.freeBytes)} were left for ${rule.folder}`;
    const message = `${how} before the disk is full: ${left}, and ${saySize(floorBytes)} are kept to finish files.`;
    return { code: 'low-space', message, remedy: makeRoom };
  }
  if (look.freeInodes !== null && look.freeInodes < minFreeInodes / 2) {
    const message = `${how}: the disk of ${rule.folder} takes only ${look.freeInodes} more files (inodes).`;
    return { code: 'low-space', message, remedy: fewerFiles };
  }
  return null;
}

const makeRoom = 'Delete or move old recordings, or change the disk.';
const fewerFiles = 'Delete or move folders with many small files (df -i shows them).';

function lowWords(seen: StorageSeen, margin: number): readonly [string, string] | null {
  const { rule, facts, secondsToFull } = seen;
  if (facts.look === null) return null;
  const { freeBytes, freeInodes, totalBytes } = facts.look;
  if (freeInodes !== null && freeInodes < 2 * minFreeInodes * margin) {
    const words = `The disk of ${rule.folder} takes only ${freeInodes} more files (inodes).`;
    return [words, fewerFiles];
  }
  if (totalBytes === 0) return null; // has words of its own
  if (freeBytes < 2 * rule.minFreeBytes * margin) {
    const words = `Only ${saySize(freeBytes)} are free for ${rule.folder}; recordings end and none begins below ${saySize(rule.minFreeBytes)}.`;
    return [words, makeRoom];
  }
  if (secondsToFull === null || secondsToFull >= soonFullS * margin) return null;
  const left = sayDuration(secondsToFull * 1_000);
  return [`At this rate there is room for ${left} more on the disk of ${rule.folder}.`, makeRoom];
}

function lowFault(low: readonly [string, string] | null): Fault {
  const [message, remedy] = low ?? ['There is little space.', makeRoom];
  return { code: 'low-space', message, remedy };
}

function mountFault({ facts: { gone }, rule, isRecording }: StorageSeen): Fault {
  const { message, remedy } = gone === null ? notItsOwn(rule.folder) : notMounted(gone);
  const consequence = isRecording ? '' : '; no recording begins';
  return { code: 'not-mounted', message: `${message}${consequence}.`, remedy };
}

function readOnlyFault(folder: string): Fault {
  const message = `The disk of ${folder} is read-only: nothing can be recorded.`;
  const remedy = 'Look for errors of the card or disk (dmesg); remount it rw.';
  return { code: 'read-only', message, remedy };
}

/** Whether no recording can begin there; a look while one is under way does not tell. */
function isClosed({ facts, isRecording, isStarting }: StorageSeen): boolean | null {
  if (facts.look === null || facts.gone !== null || isRecording || isStarting) return null;
  return facts.closed !== null;
}

function closedFault(closed: StorageFacts['closed']): Fault {
  const { message, remedy = null } = closed ?? { message: 'the recordings folder cannot be used' };
  return {
    code: 'recordings-folder',
    message: `${capital(message)}; no recording begins.`,
    remedy,
  };
}

function failFault(folder: string, failure: string | null): Fault {
  const message = `The disk of ${folder} fails: ${failure ?? 'it does not answer'}.`;
  return {
    code: 'disk-fails',
    message,
    remedy: 'Look at dmesg, the card, the cable, the network; change the disk.',
  };
}

/** Whether the disk takes no writes by its own word, or by its answer to one; null where it does not say. */
export function isReadOnly({ facts, refused }: StorageSeen): boolean | null {
  if (facts.look === null || facts.gone !== null) return null;
  return isErrno(refused, 'EROFS') || (facts.look.mount?.isReadOnly ?? null);
}

/** What is wrong with the disk itself, and none of what has words of its own. */
function failureOf({ isSilent, facts, refused }: StorageSeen): string | null {
  if (isSilent) return 'it has not answered for 10 s';
  const error = [facts.error, refused].find((one) => one !== null && !hasOwnWords(one));
  return error === undefined ? null : sayDisk(error)[0];
}

function hasOwnWords(error: unknown): boolean {
  return error instanceof DiskGone || isErrno(error, 'ENOSPC', 'EDQUOT', 'EROFS', 'ENOENT');
}
