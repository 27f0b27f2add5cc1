import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { onTestFinished } from 'vitest';
import { noPanel } from '../../../src/daemon/panel/no-panel.ts';
import { FileSums } from '../../../src/daemon/recordings/file-sums.ts';
import { sessionsPort } from '../../../src/daemon/recordings/sessions-port.ts';
import { type Limits, usualLimits } from '../../../src/daemon/serve/limits.ts';
import type { HistoryQuery, LogsPort, SessionsPort } from '../../../src/daemon/serve/serve-port.ts';
import { serve } from '../../../src/daemon/serve/server.ts';
import type { HistoryEntry } from '../../../src/protocol/frames.ts';
import type { ModuleDetail } from '../../../src/protocol/module-detail.ts';
import type { Telemetry } from '../../../src/protocol/snapshot.ts';
import { createTinyRig, type TinyRig } from './tiny-rig.ts';

export type ServedRig = {
  readonly runDir: string;
  readonly rig: TinyRig;
  readonly logged: string[];
  readonly asked: HistoryQuery[];
  readonly log: MemoryLog;
  /** Listeners that take telemetry at this moment. */
  readonly telemetry: Set<(telemetry: Telemetry) => void>;
  close(): Promise<void>;
};

export type ServedOptions = {
  readonly runDir?: string;
  readonly epoch?: string;
  readonly modules?: readonly string[];
  readonly limits?: Partial<Limits>;
  /** Recordings on disk; none unless told. */
  readonly sessions?: SessionsPort;
  /** How long those who watch may wait for what changed; not at all unless told. In ms. */
  readonly mayWaitMs?: number;
};

/** A tiny rig behind the real server, in a run dir of its own that goes with the test. */
export async function serveTinyRig(options: ServedOptions = {}): Promise<ServedRig> {
  const runDir = options.runDir ?? temporaryRunDir();
  const modules = options.modules ?? ['camera', 'mic'];
  const rig = createTinyRig(options.epoch ?? 'epoch-1', modules);
  const logged: string[] = [];
  const asked: HistoryQuery[] = [];
  const log = createMemoryLog(modules);
  const telemetry = new Set<(telemetry: Telemetry) => void>();
  const server = await serve(
    {
      runDir,
      version: '1.2.3',
      rig,
      startTelemetry: (listener) => {
        telemetry.add(listener);
        return () => telemetry.delete(listener);
      },
      logs: log,
      gpio: noPanel(undefined),
      sessions:
        options.sessions ??
        sessionsPort(`${runDir}/recordings`, new FileSums(), () => rig.snapshot().rig),
      module: async (name, told) => (modules.includes(name) ? detailOf(name, told) : null),
      isPin: (typed) => typed === '2580',
      preflight: async () => ({
        version: 1,
        at: new Date().toISOString(),
        verdict: 'ready',
        checks: [],
      }),
      history: async (query) => {
        asked.push(query);
        return [entry(1), entry(2)];
      },
      clients: (list) => rig.setClients(list),
      mayWaitMs: () => options.mayWaitMs ?? 0,
      log: (level, message) => logged.push(`${level} ${message}`),
    },
    { ...usualLimits, ...options.limits },
  );
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= server.close();
    return closing;
  };
  onTestFinished(close);
  return { runDir, rig, logged, asked, log, telemetry, close };
}

function detailOf(module: string, told: 'told' | 'kept-back'): ModuleDetail {
  const options = told === 'told' ? [{ name: 'rate', value: '5' }] : null;
  const program = { command: ['./record'], protocol: 'none', evidence: 'files' } as const;
  return { version: 1, module, ...program, options, configTrouble: null };
}

export function temporaryRunDir(): string {
  const runDir = mkdtempSync(`${tmpdir()}/rd-`);
  onTestFinished(() => rmSync(runDir, { recursive: true, force: true }));
  return runDir;
}

type MemoryLog = LogsPort & { print(module: string, line: string): void };

/** Logs of modules, in memory, that can be printed to and followed. */
function createMemoryLog(modules: readonly string[]): MemoryLog {
  const lines = new Map(modules.map((name) => [name, [] as string[]]));
  const followers = new Map(
    modules.map((name) => [name, new Set<(l: readonly string[]) => void>()]),
  );
  return {
    exists: (module) => lines.has(module),
    tail: async (module, count) => (count === 0 ? [] : (lines.get(module) ?? []).slice(-count)),
    follow: (module, listener) => {
      followers.get(module)?.add(listener);
      return () => followers.get(module)?.delete(listener);
    },
    print: (module, line) => {
      lines.get(module)?.push(line);
      for (const tell of followers.get(module) ?? []) tell([line]);
    },
  };
}

function entry(seq: number): HistoryEntry {
  return {
    type: 'change',
    at: '2026-11-22T10:00:00.000Z',
    epoch: 'epoch-1',
    seq,
    actor: 'test',
    cause: 'test',
    what: ['camera disabled -> starting'],
    modules: ['camera'],
  };
}
