import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { bundle } from '../support/bundle.ts';
import { programFile } from '../support/program.ts';

/** What became of one scenario in the guest: null when all was as it says. */
export type Outcome = {
  readonly name: string;
  readonly error: string | null;
  readonly tookMs: number;
};

const script = resolve('scripts/gpio-vm');
/** All takes two minutes on an idle machine of two cores; much longer where that has eight other things to do. */
const withinSeconds = 600;
/** What a test that waits for a guest is to be given, in ms. */
export const guestMs = (withinSeconds + 30) * 1_000;

/** Why no guest can be booted on this machine; null when one can. Prepares nothing: `scripts/test` does. */
export function whyNoGuest(): string | null {
  const { status, stderr } = spawnSync(script, ['check'], { encoding: 'utf8' });
  return status === 0 ? null : stderr.trim();
}

/**
 * Boots the guest and runs scenarios in it, beside Rigdeck as it ships.
 *
 * @returns what became of each scenario, by its name, and all that was printed besides
 */
export async function runInGuest(
  which: 'lines' | 'panel' | 'standstill' | 'troubles',
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
