import type { Manifest } from '../../protocol/manifest.ts';
import type { Preflight, PreflightCheck } from '../../protocol/preflight.ts';
import type { Refusal } from '../../protocol/problem.ts';
import type { Snapshot } from '../../protocol/snapshot.ts';
import { judgeLastSession } from './judge-last-session.ts';
import { judgeMachine, type TriedWrite } from './judge-machine.ts';
import { judgeModules, type Silences } from './judge-modules.ts';

export type PreflightPort = {
  snapshot(): Snapshot;
  silences(): Silences;
  /** Looks at the disk anew. Null, or why no recording may begin there. */
  refusal(): Promise<Refusal | null>;
  /** Tries a small write where recordings go; null where there is no folder yet. */
  tryWrite(): Promise<TriedWrite | null>;
  /** The newest session on disk that can be read. */
  lastSession(): Promise<Manifest | null>;
  readonly minFreeBytes: number;
  readonly onMissingModule: 'refuse' | 'start-without';
};

/** Problems of the rig that a check of its own speaks of already. */
const toldElsewhere = new Set([
  'low-space',
  'read-only',
  'not-mounted',
  'disk-fails',
  'recordings-folder',
]);

/** Can this rig record now? Looks at everything anew; makes nothing, but for a small write that it takes away again. */
export async function preflight(port: PreflightPort): Promise<Preflight> {
  const refusal = await port.refusal();
  const write = refusal === null ? await port.tryWrite() : null;
  const last = judgeLastSession(await port.lastSession());
  const { rig, modules, host } = port.snapshot();
  const checks: PreflightCheck[] = [
    ...judgeMachine(host, refusal, write, port.minFreeBytes),
    ...judgeModules(modules, port.silences(), port.onMissingModule),
    ...problems(rig),
    last,
  ];
  const { state, trial } = rig;
  const recording = state === 'idle' ? null : { state, trial: trial?.number ?? null };
  const verdict = verdictOf(checks);
  return { version: 1, at: new Date().toISOString(), verdict, recording, checks };
}

function problems({ problems: all }: Snapshot['rig']): PreflightCheck[] {
  return all
    .filter(({ code, acknowledged }) => acknowledged !== true && !toldElsewhere.has(code))
    .map(({ message, remedy }) => ({ about: 'rig', level: 'warning', message, remedy }));
}

function verdictOf(checks: readonly PreflightCheck[]): Preflight['verdict'] {
  const has = (level: PreflightCheck['level']) => checks.some((check) => check.level === level);
  if (has('blocker')) return 'blocked';
  return has('warning') ? 'warnings' : 'ready';
}
