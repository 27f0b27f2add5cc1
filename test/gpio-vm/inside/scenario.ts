import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLines } from '../../../src/gpio/backends/choose.ts';
import type { Lines } from '../../../src/gpio/lines.ts';
import { SimChip } from './sim-chip.ts';

export type Backend = 'cdev' | 'onoff';

/** One thing that is shown in the guest; it throws when it is not so. */
export type Scenario = (world: World) => Promise<void>;

/** What became of one scenario in the guest: null when all was as it says. */
export type Outcome = {
  readonly name: string;
  readonly error: string | null;
  readonly tookMs: number;
};

/** What one scenario has made; all of it goes when the scenario is over. */
export class World {
  #runDir: string | null = null;
  readonly #ends: (() => void | Promise<void>)[] = [];

  get runDir(): string {
    this.#runDir ??= mkdtempSync(join(tmpdir(), 'run-'));
    return this.#runDir;
  }

  chip(label = 'pinctrl-rp1', lines = 54, hog?: number): SimChip {
    const chip = new SimChip(label, lines, hog);
    this.#ends.push(() => chip.remove());
    return chip;
  }

  async lines(backend: Backend | 'auto', runDir = this.runDir): Promise<Lines> {
    const lines = await openLines({ backend, runDir });
    this.#ends.push(() => lines.close());
    return lines;
  }

  atEnd(end: () => void | Promise<void>): void {
    this.#ends.push(end);
  }

  /** @returns what went wrong with it */
  async end(): Promise<string[]> {
    const wrong: string[] = [];
    for (const end of this.#ends.reverse()) {
      await Promise.resolve()
        .then(end)
        .catch((error: unknown) => wrong.push(`at its end: ${wordsOf(error)}`));
    }
    if (this.#runDir !== null) rmSync(this.#runDir, { recursive: true, force: true });
    return wrong;
  }
}

/**
 * Runs one after another and prints what became of each: one line of JSON.
 *
 * @param part only those with this in their name
 */
export async function runScenarios(
  scenarios: Readonly<Record<string, Scenario>>,
  part: string,
): Promise<void> {
  for (const [name, scenario] of Object.entries(scenarios)) {
    if (!name.includes(part)) continue;
    const beganMs = performance.now();
    const error = await attempt(scenario);
    const outcome: Outcome = { name, error, tookMs: Math.round(performance.now() - beganMs) };
    process.stdout.write(`${JSON.stringify(outcome)}\n`);
  }
}

async function attempt(scenario: Scenario): Promise<string | null> {
  const world = new World();
  const wrong: string[] = [];
  await scenario(world).catch((error: unknown) => wrong.push(wordsOf(error)));
  wrong.push(...(await world.end()));
  return wrong.length > 0 ? wrong.join('\n') : null;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
