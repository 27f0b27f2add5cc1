import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isErrno } from '../errno.ts';
import { type DaemonIdentity, isRunning, processIdentity } from './process-identity.ts';
import { trustedUids, whoHas } from './who-holds.ts';

/** Who holds the lock, for the words of the refusal; the lock itself is the kernel's. */
const holderFile = 'daemon.json';
const lockFile = 'daemon.lock';
/** systemd-tmpfiles and a daemon that is just ending hold it for moments. */
const patienceMs = 2_000;
const tryEveryMs = 50;

export type FolderLock = {
  /** Lets the next one in. The end of the process does too, however it ends. */
  readonly release: () => void;
};

export type LockResult =
  | { readonly ok: true; readonly lock: FolderLock }
  | {
      readonly ok: false;
      /** The process that holds it, where it could be found out. */
      readonly pid: number | null;
      readonly message: string;
      readonly remedy: string;
    };

/**
 * Takes a folder for this process alone: of two that try at once, exactly one gets it.
 *
 * It is flock(2) on a file in it that nobody else may open: the kernel lets go of it when we die, so that nothing can be stale. Node has
 * no flock; the program of util-linux takes the lock on a descriptor that it shares with us, and it stays ours when that program ends.
 * The folder itself is locked besides: the cleaning of /tmp passes over it then (tmpfiles.d(5), "Age"), and it still speaks where
 * somebody has removed that file. But everybody who may read a folder may lock it: that lock keeps us out only where a daemon holds it.
 *
 * @throws when the folder does not exist, or its file system knows no locks
 */
export async function lockFolder(folder: string): Promise<LockResult> {
  const descriptors: number[] = []; // close-on-exec: no module inherits them
  const release = () => {
    for (const descriptor of descriptors.splice(0)) closeSync(descriptor);
  };
  let taken: Taken;
  try {
    taken = await take(folder, descriptors);
  } catch (error) {
    release();
    if (!isErrno(error, 'ENOENT') || !existsSync(folder)) throw error;
    const message = `${folder} cannot be locked: there is no program \`flock\``;
    return { ok: false, pid: null, message, remedy: 'Install it: apt install util-linux' };
  }
  if (taken.ours) {
    noteHolder(folder);
    return { ok: true, lock: { release } };
  }
  release();
  const { pid } = taken;
  const message =
    pid === null
      ? `${folder} is in use by another process`
      : `a daemon (PID ${pid}) already uses ${folder}`;
  return { ok: false, pid, message, remedy: 'stop it with `rigdeck down`, or name another folder' };
}

type Taken = { readonly ours: true } | { readonly ours: false; readonly pid: number | null };

/** First the file, so that of two that try at once only one comes to the folder. */
async function take(folder: string, descriptors: number[]): Promise<Taken> {
  const file = openLockFile(folder);
  if (file !== null) {
    descriptors.push(file);
    if (!(await wins(file, folder))) return { ours: false, pid: livingHolder(folder)?.pid ?? null };
  }
  const itself = openSync(folder, 'r');
  descriptors.push(itself);
  if (await wins(itself, folder)) return { ours: true };
  // A daemon that has no such file, or whose file is gone; or anybody else, and that is no reason not to record.
  const holder = livingHolder(folder)?.pid ?? process.pid;
  if (holder !== process.pid) return { ours: false, pid: holder };
  const pid = await whoHas(realpathSync(folder), await trustedUids(folder));
  return pid === null ? { ours: true } : { ours: false, pid };
}

/** Null where it cannot be: a read-only disk, a full one, a folder of somebody else. Then the folder's own lock has to do. */
function openLockFile(folder: string): number | null {
  try {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
    return openSync(join(folder, lockFile), flags | constants.O_NONBLOCK, 0o600);
  } catch {
    return null; // where the folder is missing, opening it says so
  }
}

async function wins(descriptor: number, folder: string): Promise<boolean> {
  const endMs = performance.now() + patienceMs;
  while (!(await tryLock(descriptor))) {
    // A living holder that is known will not let go for our sake.
    if (livingHolder(folder) !== null || performance.now() > endMs) return false;
    await pause(tryEveryMs);
  }
  return true;
}

/** @throws ENOENT where the program is missing, and where it could not do its work */
async function tryLock(descriptor: number): Promise<boolean> {
  const child = spawn('flock', ['-n', '3'], {
    stdio: ['ignore', 'ignore', 'ignore', descriptor],
  });
  const [code] = await once(child, 'exit');
  // flock(1): 1 is for a lock that somebody else holds.
  if (code !== 0 && code !== 1) throw new Error(`flock ended with ${code}`);
  return code === 0;
}

/** A daemon as it wrote itself down in its run dir or state dir. */
type FolderHolder = DaemonIdentity & {
  /** The place that it records to; only in its run dir. */
  readonly recordings: string | null;
};

/** Who holds the lock of a folder, as it wrote itself down there. Null: nobody that lives, or it cannot be told. */
export function livingHolder(folder: string): FolderHolder | null {
  try {
    const text = readFileSync(join(folder, holderFile), 'utf8');
    const { pid, startTicks, bootId, recordings } = JSON.parse(text);
    const holder = {
      pid: Number(pid),
      startTicks: String(startTicks),
      bootId: String(bootId),
      recordings: typeof recordings === 'string' ? recordings : null,
    };
    return isRunning(holder) ? holder : null;
  } catch {
    return null; // nobody wrote down who it is
  }
}

/** Writes down that this process holds a folder, for others to find. */
export function noteHolder(folder: string, more: { readonly recordings?: string } = {}): void {
  const path = join(folder, holderFile);
  try {
    const words = JSON.stringify({ ...processIdentity(process.pid), ...more });
    writeFileSync(`${path}.next`, `${words}\n`);
    renameSync(`${path}.next`, path);
  } catch {
    // Without it a second daemon is refused without our number: less good, and no reason not to record.
  }
}
