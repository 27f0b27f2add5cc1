// A thread that reads recorded files and says their SHA-256: the last in the queue for the processor and for the disk, and
// no faster than it is told. It reads with its own calls, so that none of the daemon's own reads waits behind it.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, openSync, readlinkSync, readSync } from 'node:fs';
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';

/** KB a second in its one field; 0: wait, below 0: as fast as it goes. */
const pace = new Int32Array(workerData.pace);
const piece = Buffer.alloc(262_144);

yieldToAll();
parentPort?.on('message', ({ id, path }) => {
  parentPort?.postMessage({ id, sha256: sumOf(path) });
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

/** Null for a file that cannot be read to its end. @param {string} path */
function sumOf(path) {
  const hash = createHash('sha256');
  let file = -1;
  try {
    file = openSync(path, 'r');
    for (;;) {
      Atomics.wait(pace, 0, 0);
      const beganMs = performance.now();
      const bytes = readSync(file, piece, 0, piece.length, null);
      if (bytes === 0) return hash.digest('hex');
      hash.update(piece.subarray(0, bytes));
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
  const kilobytesPerS = Atomics.load(pace, 0);
  if (kilobytesPerS > 0) Atomics.wait(pace, 0, kilobytesPerS, bytes / kilobytesPerS - tookMs);
}
