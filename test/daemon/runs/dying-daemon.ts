import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { RunInput } from '../../../src/core/input.ts';
import type { RunSpec } from '../../../src/daemon/runs/runs.ts';
import { bundle } from '../../support/bundle.ts';
import { until } from '../../support/until.ts';
import { fixture } from './support.ts';

export type DyingDaemon = { readonly inputs: RunInput[]; kill(): Promise<void> };

/** Another process that starts modules, as a bundle with the keeper beside it, and that can be killed with -9. */
export async function startDaemon(
  folder: string,
  specs: Record<string, RunSpec>,
): Promise<DyingDaemon> {
  const outfile = join(folder, 'daemon.mjs');
  await bundle(outfile, { file: fixture('run-daemon.ts') });
  cpSync('src/daemon/runs/keeper.sh', join(folder, 'keeper.sh'));
  const argument = JSON.stringify({ runDir: join(folder, 'run'), specs });
  const daemon = spawn(process.execPath, [outfile, argument], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const inputs: RunInput[] = [];
  let rest = '';
  daemon.stdout.on('data', (chunk: Buffer) => {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    inputs.push(...lines.map((line): RunInput => JSON.parse(line)));
  });
  return { inputs, kill: () => kill(daemon) };
}

async function kill(daemon: ChildProcess): Promise<void> {
  daemon.kill('SIGKILL');
  await until('the daemon is dead', () => daemon.signalCode !== null);
}
