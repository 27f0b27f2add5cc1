import { execFileSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A wall clock that a story sets while a daemon runs by it; CLOCK_MONOTONIC goes on as it does (libfaketime). */
export class FakeClock {
  readonly #folder = mkdtempSync(join(tmpdir(), 'rig-clock-'));
  readonly #file = join(this.#folder, 'offset');

  constructor() {
    this.set('+0');
  }

  /** What a process needs in its environment to go by this clock. */
  get env(): Readonly<Record<string, string>> {
    return {
      LD_PRELOAD: preload ?? '',
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      FAKETIME_DONT_RESET: '1',
    };
  }

  /** So far off the true time from now on: `+3600s`, `-20000d`. */
  set(offset: string): void {
    // Whole at every instant: it is read at each look at the clock.
    writeFileSync(`${this.#file}.next`, `${offset}\n`);
    renameSync(`${this.#file}.next`, this.#file);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The library, as `faketime` itself would load it; null where there is none. */
const preload: string | null = (() => {
  try {
    const said = execFileSync('faketime', ['-m', '-f', '+0', 'env'], { encoding: 'utf8' });
    return /^LD_PRELOAD=(.+)$/m.exec(said)?.[1] ?? null;
  } catch {
    return null;
  }
})();

/** Why a story with a clock of its own cannot be told here; null when it can. */
export const noFakeClock: string | null = (() => {
  if (preload === null) return 'faketime is not installed';
  const year = execFileSync(process.execPath, ['-p', 'new Date().getUTCFullYear()'], {
    encoding: 'utf8',
    env: {
      ...process.env,
      LD_PRELOAD: preload,
      FAKETIME: '-20000d',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
  });
  return Number(year) < 2000 ? null : 'this Node does not go by a faked clock';
})();
