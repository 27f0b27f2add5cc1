// A thread that reads recorded files and says their SHA-256: the last in the queue for the processor and for the disk, and
// no faster than it is told. It reads with its own calls, so that none of the daemon's own reads waits behind it.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, openSync, readlinkSync, readSync } from 'node:fs';
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';

/**
 * What both sides see. 0: KB a second (0: wait, below 0: as fast as it goes); 1: KB that were read of the file in hand; 2: the
 * id of the file in hand, when nobody wants it any more.
 */
const shared = new Int32Array(workerData.shared);
const piece = Buffer.alloc(262_144);

yieldToAll();
parentPort?.on('message', ({ id, path }) => {
  parentPort?.postMessage({ id, sha256: sumOf(id, path) });
});

/** setpriority(2) is for one thread on Linux, whatever POSIX says, and 0 is the one that calls. */
function yieldToAll() {
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, 19);
    const [, , id = ''] = readlinkSync('/proc/thread-self').split('/');
    execFileSync('ionice', ['-c3', '-p', id], { stdio: 'ignore', timeout: 2_000 });
  } catch {
    // Where it cannot be the last, it is only one among others.
  }
}

/** Null for a file that cannot be read to its end, or need not. @param {number} id @param {string} path */
function sumOf(id, path) {
  const hash = createHash('sha256');
  let file = -1;
  let read = 0;
  Atomics.store(shared, 1, 0);
  try {
    file = openSync(path, 'r');
    for (;;) {
      Atomics.wait(shared, 0, 0);
      if (Atomics.load(shared, 2) === id) return null;
      const beganMs = performance.now();
      const bytes = readSync(file, piece, 0, piece.length, null);
      if (bytes === 0) return hash.digest('hex');
      hash.update(piece.subarray(0, bytes));
      read += bytes;
      Atomics.store(shared, 1, Math.floor(read / 1_000));
      rest(bytes, performance.now() - beganMs);
    }
  } catch {
    return null;
  } finally {
    if (file >= 0) closeSync(file);
  }
}

/** Waits as long as the pace wants, or until it changes. @param {number} bytes @param {number} tookMs */
function rest(bytes, tookMs) {
  const kilobytesPerS = Atomics.load(shared, 0);
  if (kilobytesPerS > 0) Atomics.wait(shared, 0, kilobytesPerS, bytes / kilobytesPerS - tookMs);
}
