import { Nuisance } from './nuisance.ts';
import { logCapBytes, Prints } from './prints.ts';
import type { RunContext } from './run-context.ts';
import type { RunRecord } from './run-folder.ts';
import type { RunsPort } from './run-port.ts';
import { Strays } from './strays.ts';

/** What the runs of a rig share, and what the runs of one module share. */
export class RunContexts {
  readonly runFolder: Nuisance;
  readonly strays = new Strays();
  readonly logCapBytes: number;
  readonly #port: RunsPort;
  readonly #prints: Prints;
  readonly #nuisances = new Map<string, Pick<RunContext, 'flood' | 'wrongLines'>>();
  readonly #underWay = new Set<Promise<void>>();

  constructor(port: RunsPort) {
    this.#port = port;
    this.runFolder = new Nuisance('run-folder', (fault) => port.fault(null, fault));
    this.logCapBytes = logCapBytes(port.runDir, Object.keys(port.specs).length);
    this.#prints = new Prints(this.logCapBytes);
  }

  of(record: RunRecord): RunContext {
    const { module } = record;
    const port = this.#port;
    const nuisances = this.#nuisances.get(module) ?? {
      flood: new Nuisance('flood', (fault) => port.fault(module, fault)),
      wrongLines: new Nuisance('bad-lines', (fault) => port.fault(module, fault)),
    };
    this.#nuisances.set(module, nuisances);
    const { runFolder, strays } = this;
    const rigs = { port, prints: this.#prints, strays, runFolder };
    return { module, record, ...rigs, ...nuisances, during: (work) => this.#during(work) };
  }

  /** Clears what has not happened for a while. */
  look(): void {
    this.runFolder.look();
    for (const { flood, wrongLines } of this.#nuisances.values()) {
      flood.look();
      wrongLines.look();
    }
  }

  /** Resolves when no file is worked on any more. */
  async close(): Promise<void> {
    this.#prints.close();
    this.strays.close();
    await Promise.all(this.#underWay);
  }

  #during(work: Promise<void>): void {
    const done: Promise<void> = work.finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
  }
}
