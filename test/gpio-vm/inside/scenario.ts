import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLines } from '../../../src/gpio/backends/choose.ts';
import type { Lines } from '../../../src/gpio/lines.ts';
import { until } from '../../support/until.ts';
import type { Outcome } from '../guest.ts';
import { SimChip } from './sim-chip.ts';

export type Backend = 'cdev' | 'onoff';

/** One thing that is shown in the guest; it throws when it is not so. */
export type Scenario = (world: World) => Promise<void>;

/** Waits for what has to come; an emulated processor on a busy machine takes its time. */
export function soon<T>(what: string, look: () => T) {
  return until(what, look, 60_000);
}

/** What one scenario has made; all of it goes when the scenario is over. */
export class World {
  readonly runDir = mkdtempSync(join(tmpdir(), 'run-'));
  readonly #ends: (() => void | Promise<void>)[] = [];

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
    rmSync(this.runDir, { recursive: true, force: true });
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
    const error = await attempt(scenario);
    const outcome: Outcome = { name, error };
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
