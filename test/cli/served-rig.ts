import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { checksumOf } from '../../src/client/apply-change.ts';
import { noPanel } from '../../src/daemon/panel/no-panel.ts';
import { FileSums } from '../../src/daemon/recordings/file-sums.ts';
import { sessionsPort } from '../../src/daemon/recordings/sessions-port.ts';
import { serve } from '../../src/daemon/serve/server.ts';
import type { HistoryEntry } from '../../src/protocol/frames.ts';
import type { Intent } from '../../src/protocol/intent.ts';
import type { Verdict } from '../../src/protocol/rig.ts';
import type { Change, ModuleRecord, RigRecord, Snapshot } from '../../src/protocol/snapshot.ts';

/** A rig in memory behind the real sockets: its state is what the test says, its answers too. */
export type ServedRig = {
  readonly runDir: string;
  readonly intents: Intent[];
  readonly queries: unknown[];
  snapshot(): Snapshot;
  /** Changes modules and rig in one step, as the state manager would. */
  change(modules: Readonly<Record<string, ModuleRecord>>, rig?: Partial<RigRecord>): void;
  /** What becomes of intents from now on; before, each is done. */
  answer(how: (intent: Intent) => Verdict | Promise<Verdict>): void;
  /** Lines that a module prints from now on. */
  printLines(module: string, lines: readonly string[]): void;
  /** Modules that have printed nothing, from now on. */
  emptyLogs(): void;
  followers(): number;
  close(): Promise<void>;
};

/** Until the test is over. */
export async function serveRig(start: Snapshot): Promise<ServedRig> {
  const runDir = await mkdtemp(join(tmpdir(), 'rigdeck-cli-'));
  let snapshot = start;
  let how: (intent: Intent) => Verdict | Promise<Verdict> = () => done(snapshot.seq);
  const observers = new Set<(change: Change) => void>();
  const intents: Intent[] = [];
  const queries: unknown[] = [];
  const logs = createLogs((module) => Object.hasOwn(snapshot.modules, module));
  const server = await serve({
    runDir,
    version: '0.1.0',
    rig: {
      snapshot: () => snapshot,
      observe: (listener) => {
        observers.add(listener);
        return () => observers.delete(listener);
      },
      submit: async (intent) => {
        intents.push(intent);
        return await how(intent);
      },
    },
    startTelemetry: () => () => undefined,
    logs,
    gpio: noPanel(undefined),
    sessions: sessionsPort(`${runDir}/recordings`, new FileSums(), () => snapshot.rig),
    module: async () => null,
    isPin: () => true,
    preflight: async () => ({
      version: 1,
      at: new Date().toISOString(),
      verdict: 'warnings',
      checks: [
        { about: 'rig', level: 'warning', message: 'It was changed.', remedy: 'Take it over.' },
        { about: 'storage', level: 'ok', message: '83 GB free', remedy: null },
      ],
    }),
    history: async (query) => {
      queries.push(query);
      return sampleHistory;
    },
    clients: () => undefined,
    log: () => undefined,
  });
  onTestFinished(async () => {
    await server.close();
    await rm(runDir, { recursive: true, force: true });
  });
  return {
    runDir,
    intents,
    queries,
    snapshot: () => snapshot,
    change: (modules, rig = {}) => {
      snapshot = nextSnapshot(snapshot, modules, rig);
      for (const tell of [...observers]) tell(changeTo(snapshot, modules));
    },
    answer: (given) => {
      how = given;
    },
    printLines: logs.print,
    emptyLogs: logs.empty,
    followers: logs.followers,
    close: () => server.close(),
  };
}

function nextSnapshot(
  before: Snapshot,
  modules: Readonly<Record<string, ModuleRecord>>,
  rig: Partial<RigRecord>,
): Snapshot {
  const next = {
    ...before,
    seq: before.seq + 1,
    rig: { ...before.rig, ...rig },
    modules: { ...before.modules, ...modules },
  };
  return { ...next, checksum: checksumOf(next) };
}

function changeTo(
  { epoch, seq, rig, checksum }: Snapshot,
  modules: Readonly<Record<string, ModuleRecord>>,
): Change {
  const entities = Object.entries(modules).map(([name, module]) => [`modules.${name}`, module]);
  const changed = { ...Object.fromEntries(entities), rig };
  const at = new Date().toISOString();
  return { epoch, seq, at, monoMs: 1, actor: 'test', cause: 'test', changed, checksum };
}

function createLogs(exists: (module: string) => boolean) {
  let isEmpty = false;
  const followers = new Set<{ module: string; tell: (lines: readonly string[]) => void }>();
  return {
    exists,
    tail: async (module: string, lines: number) =>
      isEmpty ? [] : [`${module} began`, `${module} is ready`].slice(-lines),
    follow: (module: string, tell: (lines: readonly string[]) => void) => {
      const follower = { module, tell };
      followers.add(follower);
      return () => followers.delete(follower);
    },
    print: (module: string, lines: readonly string[]) => {
      for (const follower of followers) if (follower.module === module) follower.tell(lines);
    },
    empty: () => {
      isEmpty = true;
    },
    followers: () => followers.size,
  };
}

export function done(seq: number): Verdict {
  return { ok: true, outcome: 'done', seq };
}

/** Leaves `status.json` behind, as a daemon of this process would. */
export async function leaveStatus(
  runDir: string,
  snapshot: Snapshot,
  more: Record<string, unknown>,
): Promise<void> {
  await writeFile(join(runDir, 'status.json'), JSON.stringify({ ...snapshot, ...more }));
}

const sampleHistory: readonly HistoryEntry[] = [
  {
    type: 'change',
    at: '2026-11-22T14:00:00.000Z',
    epoch: 'e1',
    seq: 1,
    actor: 'boot',
    cause: 'spawned',
    what: ['mic disabled -> starting'],
    modules: ['mic'],
  },
  {
    type: 'intent',
    at: '2026-11-22T14:00:01.000Z',
    epoch: 'e1',
    seq: 2,
    actor: 'pi@pts/2 via ssh',
    kind: 'module.restart',
    module: 'mic',
    outcome: 'refused',
    reason: 'stale',
    message: 'mic changed since you looked',
  },
];
