import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Fault, RunInput, Said } from '../../../src/core/input.ts';
import { type RunSpec, Runs } from '../../../src/daemon/runs/runs.ts';
import type { ProblemCode } from '../../../src/protocol/problem.ts';
import { until } from '../../support/until.ts';

/** The path of a program with one habit. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));
}

export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rigdeck-runs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function spec(command: readonly string[], more: Partial<RunSpec> = {}): RunSpec {
  return { protocol: 'rigdeck/1', command, cwd: tmpdir(), env: {}, options: {}, ...more };
}

/** A zombie does not. */
export function lives(pid: number | string): boolean {
  try {
    return !/^State:\s[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false; // its folder is gone with it
  }
}

export type World = {
  readonly folder: string;
  readonly runDir: string;
  readonly runs: Runs;
  readonly inputs: RunInput[];
  readonly faults: { module: string | null; fault: Fault | ProblemCode }[];
  readonly logs: string[];
  said(module: string): Said[];
  /** Waits for an input of that type and gives the newest. */
  next<T extends RunInput['type']>(type: T): Promise<Extract<RunInput, { type: T }>>;
};

/** A run dir with runs in it, whose processes are ended and whose folder is removed when the test is over. */
export function makeWorld(specs: Record<string, RunSpec>, folder = makeFolder()): World {
  const inputs: RunInput[] = [];
  const faults: World['faults'] = [];
  const logs: string[] = [];
  const runDir = join(folder, 'run');
  const runs = new Runs({
    runDir,
    stateDir: join(folder, 'state'),
    epoch: 'test',
    specs,
    report: (input) => inputs.push(input),
    fault: (module, fault) => faults.push({ module, fault }),
    heard: () => {},
    log: (_level, message) => logs.push(message),
  });
  onTestFinished(async () => {
    for (const { module, run } of runs.health()) runs.signal(module, run, 'SIGKILL');
    await until('everything has ended', () =>
      runs.health().every(({ module }) => runs.pidOf(module) === null),
    );
    await runs.handOver();
  });
  return {
    folder,
    runDir,
    runs,
    inputs,
    faults,
    logs,
    said: (module) =>
      inputs.flatMap((input) =>
        input.type === 'said' && input.module === module ? [input.said] : [],
      ),
    next: <T extends RunInput['type']>(type: T) => {
      const isIt = (input: RunInput): input is Extract<RunInput, { type: T }> =>
        input.type === type;
      return until(`a module reports ${type}`, () => inputs.findLast(isIt));
    },
  };
}
