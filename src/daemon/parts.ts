import type { ConfigWatch } from './config/config-watch.ts';
import type { LoadedConfig } from './config/load-config.ts';
import type { Preferences } from './config/preferences.ts';
import type { Machine } from './host/machine.ts';
import type { Log } from './log.ts';
import type { Recordings } from './recordings/recordings.ts';
import type { Legacy } from './restore.ts';
import type { Rigdeck } from './rigdeck.ts';
import type { Runs } from './runs/runs.ts';
import type { Journal } from './store/journal.ts';
import type { HeldRecordings } from './store/recordings-lock.ts';
import type { recoveryFile } from './store/recovery-file.ts';
import type { runtimeStateFile } from './store/runtime-state.ts';

/** Where a daemon lives, and what it was told to be. */
export type Place = {
  /** What is in force: another one after `config.apply`, so it is read where it is needed and never kept. */
  loaded: LoadedConfig;
  /** Settings of rig.yaml that are not in force although a daemon has begun. */
  readonly waiting: readonly string[];
  readonly runDir: string;
  readonly stateDir: string | null;
  readonly log: Log;
  readonly recordings: Pick<HeldRecordings, 'doubt' | 'awaited'>;
};

/** The rig's parts, each made once. What one of them reports before the rig exists waits until it does. */
export type Parts = {
  readonly runs: Runs;
  readonly recordings: Recordings;
  readonly journal: Journal;
  readonly recovery: ReturnType<typeof recoveryFile>;
  readonly runtime: ReturnType<typeof runtimeStateFile>;
  readonly preferences: Preferences;
  readonly configWatch: ConfigWatch;
  readonly machine: Machine;
  readonly legacy: Legacy;
  readonly line: Line;
};

/** From the parts to the rig, which is made last. */
export class Line {
  #rig: Rigdeck | null = null;
  readonly #waiting: ((rig: Rigdeck) => void)[] = [];

  tell(what: (rig: Rigdeck) => void): void {
    if (this.#rig === null) this.#waiting.push(what);
    else what(this.#rig);
  }

  connect(rig: Rigdeck): void {
    this.#rig = rig;
    for (const what of this.#waiting.splice(0)) what(rig);
  }
}
