import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundle } from '../support/bundle.ts';
import { programFile } from '../support/program.ts';
import type { Outcome, Scenario } from './inside/scenario.ts';

type Which = 'lines' | 'panel' | 'standstill' | 'troubles';

const script = resolve('scripts/gpio-vm');
/** All takes two minutes on an idle machine of two cores; much longer where that has eight other things to do. */
const withinSeconds = 600;
/** What a test that waits for a guest is to be given, in ms. */
const guestMs = (withinSeconds + 30) * 1_000;

/** Each scenario is a test of its own, and all of them are run in one guest; skipped, with the reason, where none can be booted. */
export function testInGuest(
  title: string,
  which: Which,
  scenarios: Readonly<Record<string, Scenario>>,
): void {
  const why = whyNoGuest();
  describe.skipIf(why !== null)(`${title}${why === null ? '' : `: ${why}`}`, () => {
    let outcomes = new Map<string, Outcome>();
    let printed = '';
    beforeAll(async () => {
      ({ outcomes, printed } = await runInGuest(which));
    }, guestMs);

    test.each(Object.keys(scenarios))('%s', (name) => {
      expect(outcomes.get(name) ?? printed).toMatchObject({ name, error: null });
    });
  });
}

/** Why no guest can be booted on this machine; null when one can. Prepares nothing: `scripts/test` does. */
function whyNoGuest(): string | null {
  const { status, stderr } = spawnSync(script, ['check'], { encoding: 'utf8' });
  return status === 0 ? null : stderr.trim();
}

/**
 * Boots the guest and runs scenarios in it, beside Rigdeck as it ships.
 *
 * @returns what became of each scenario, by its name, and all that was printed besides
 */
async function runInGuest(
  which: Which,
): Promise<{ outcomes: Map<string, Outcome>; printed: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'rigdeck-guest-'));
  try {
    chmodSync(folder, 0o755); // for the other user of the guest
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    cpSync(join(dirname(await programFile()), '..'), folder, { recursive: true });
    const file = join(folder, 'program.mjs');
    const noVitest = resolve('test/gpio-vm/inside/no-vitest.ts');
    await bundle(file, { file: 'test/gpio-vm/inside/main.ts' }, { vitest: noVitest });
    const words = ['run', '-t', String(withinSeconds), process.execPath, file, which];
    const child = spawn(script, words, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, RIGDECK_TEST_PATIENCE: '5' },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    await once(child, 'close');
    return sort(output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function sort(output: string): { outcomes: Map<string, Outcome>; printed: string } {
  const outcomes = new Map<string, Outcome>();
  const printed: string[] = [];
  for (const line of output.split('\n')) {
    if (!line.startsWith('{"name":')) {
      printed.push(line);
      continue;
    }
    const outcome: Outcome = JSON.parse(line);
    outcomes.set(outcome.name, outcome);
  }
  return { outcomes, printed: printed.join('\n') };
}
