import { constants } from 'node:fs';
import { access, readFile, statfs } from 'node:fs/promises';
import { basename } from 'node:path';
import { wordsOf } from '../../protocol/words-of.ts';
import { isErrno } from '../errno.ts';
import type { BytesOnDisk } from './bytes-on-disk.ts';
import type { EvidenceKind } from './evidence.ts';

/** A module that records and of which nothing moves, as far as it is known. */
export type Still = {
  readonly module: string;
  /** Of the module itself, null when it has no process. */
  readonly pid: number | null;
  /** Absolute path of the session. */
  readonly folder: string;
  readonly kind: EvidenceKind;
  /** Null: the disk did not say. */
  readonly disk: BytesOnDisk | null;
  /** Whether its files have ever grown in this take. */
  readonly hasGrown: boolean;
  /** Whether what it counts rises all the same. */
  readonly isCounting: boolean;
};

/** Why nothing moves, to be put behind `records nothing: `, and what to do about it; null: the usual. */
export type Reason = { readonly why: string; readonly cure: string | null };

/** Why nothing moves of a module, as far as this machine shows it; the surest reason first. */
export async function whyStill(still: Still): Promise<Reason> {
  const state = still.pid === null ? null : await processState(still.pid);
  return (
    frozen(still, state) ??
    touched(still) ??
    (await whyDisk(still.folder)) ??
    waiting(still, state) ??
    silent[still.kind](still)
  );
}

function frozen({ pid, module }: Still, state: string | null): Reason | null {
  if (state !== 'T' && state !== 't') return null;
  return {
    why: `its process ${pid} is frozen (stopped by a signal)`,
    cure: `Let it go on: kill -CONT ${pid}. Or: rigdeck restart ${module}`,
  };
}

/** Somebody's hand was at its files. */
function touched({ disk, module }: Still): Reason | null {
  const cure = `It writes on where nobody finds it. Record on in a new file: rigdeck restart ${module}`;
  const [gone, ...others] = disk?.missing ?? [];
  if (gone !== undefined) {
    const more = others.length === 0 ? '' : `, and ${others.length} more`;
    return { why: `its file ${gone} is gone${more}`, cure };
  }
  const [replaced] = disk?.replaced ?? [];
  if (replaced === undefined) return null;
  return { why: `its file ${replaced} was replaced by another`, cure };
}

async function whyDisk(folder: string): Promise<Reason | null> {
  try {
    await access(folder, constants.W_OK);
    const { bavail, ffree, files } = await statfs(folder);
    const room = 'Make room; rigdeck sessions shows what lies there.';
    if (bavail === 0) return { why: 'the disk is full', cure: room };
    if (files > 0 && ffree === 0) return { why: 'the disk has room for no more files', cure: room };
    return null;
  } catch (error) {
    const cure = 'Look for errors of the card or disk: dmesg. Then stop, and start again.';
    if (isErrno(error, 'EROFS')) return { why: 'the disk is read-only', cure };
    if (isErrno(error, 'ENOENT')) return { why: `the folder ${folder} is gone`, cure };
    if (isErrno(error, 'EACCES', 'EPERM')) return null; // it may be another user's, who can
    return { why: `the disk says: ${wordsOf(error)}`, cure };
  }
}

function waiting({ pid }: Still, state: string | null): Reason | null {
  if (state !== 'D') return null;
  const cure = 'Look at its device, the disk and the cables: dmesg';
  return { why: `its process ${pid} waits for a disk or device`, cure };
}

const silent: Readonly<Record<EvidenceKind, (still: Still) => Reason>> = {
  files: (still) => {
    const { disk, isCounting, module } = still;
    if (!isCounting) return { why: sayFile(still), cure: null };
    const what = (disk?.files ?? 0) === 0 ? 'has made no file' : sayFile(still);
    const why = `it says that it records, but ${what.replace(/^it /, '')}`;
    return { why, cure: `It does not write what it counts. See: rigdeck logs ${module}` };
  },
  counters: () => ({ why: 'what it counts does not rise, and its files do not grow', cure: null }),
  heartbeat: () => ({ why: 'it says nothing any more', cure: null }),
};

function sayFile({ disk, hasGrown }: Still): string {
  const newest = disk?.newest ?? null;
  if (newest === null) return 'it has made no file';
  const name = `its file ${basename(newest.path)}`;
  if (disk?.shrunk.includes(newest.path) === true) return `${name} was cut short by somebody`;
  if (newest.bytes === 0) return `${name} is empty`;
  if (hasGrown) return `${name} does not grow any more`;
  return `${name} has not grown beyond its first ${newest.bytes} bytes`;
}

/** Field 3 of /proc/PID/stat (proc(5)); it comes after the name, which may hold anything, brackets included. */
async function processState(pid: number): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return /^ (\S)/u.exec(text.slice(text.lastIndexOf(')') + 1))?.[1] ?? null;
}
