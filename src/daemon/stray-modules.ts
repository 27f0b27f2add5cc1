import type { Adopted } from '../core/spec.ts';
import { openTrial } from '../core/trial.ts';
import type { Parts } from './parts.ts';
import type { Rigdeck } from './rigdeck.ts';

/** Nobody knows its stopTimeout any more: it gets as long as the most patient configuration would give. In ms. */
const finishMs = 120_000;
const signalMs = 30_000;

/** Runs of modules that rig.yaml does not name any more. */
export class StrayModules {
  readonly #parts: Pick<Parts, 'runs' | 'recordings'>;
  readonly #rig: Rigdeck;
  readonly #ending = new Set<string>();

  constructor(parts: Pick<Parts, 'runs' | 'recordings'>, rig: Rigdeck) {
    this.#parts = parts;
    this.#rig = rig;
  }

  /**
   * Ends one of them in order: it is told to finish its files, then asked to end, and killed only when two minutes and both
   * signals did nothing. When it went stands in the manifest, and in a trial that goes on it is missing from then on.
   */
  end(module: string, run: number, living: Adopted): void {
    const { runs } = this.#parts;
    const message = `${module} still runs, but rig.yaml does not name it any more: it finishes its files and ends.`;
    this.#rig.event('stray', module, message);
    this.#ending.add(module);
    if (living.take !== 'idle') {
      this.#rig.fault(null, {
        code: 'stray',
        message,
        remedy: 'If it should go on, name it in rig.yaml again and restart the daemon.',
      });
      this.#noteLeft(module, living);
      runs.tell(module, run, { do: 'stop' });
    }
    runs.tell(module, run, { do: 'quit' });
    setTimeout(() => runs.signal(module, run, 'SIGTERM'), finishMs).unref();
    setTimeout(() => runs.signal(module, run, 'SIGKILL'), finishMs + signalMs).unref();
  }

  /** Looks who has ended: the problem is over when all of them have. */
  look(): void {
    for (const module of this.#ending) {
      if (this.#parts.runs.lives(module)) continue;
      this.#ending.delete(module);
      this.#rig.event('stray-ended', module, `${module}, which rig.yaml does not name, has ended.`);
      if (this.#ending.size === 0) this.#rig.fault(null, 'stray');
    }
  }

  #noteLeft(module: string, { take, trial, segment }: Adopted): void {
    if (take === 'armed' || trial === null || segment === null) return;
    const { recordings } = this.#parts;
    const at = new Date().toISOString();
    recordings.note({ is: 'left', trial, segment, module, how: 'finished', at });
    const { recording, desired } = this.#rig.manager.state();
    if (desired === 'idle' || openTrial(recording)?.number !== trial) return;
    const cause = `rig.yaml does not name ${module} any more`;
    recordings.note({ is: 'gap', module, from: at, to: null, cause });
  }
}
