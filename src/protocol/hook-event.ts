import type { ModuleRecord, RigRecord } from './snapshot.ts';
import { moduleStates, rigStatuses } from './vocabulary.ts';

const healths = ['degraded', 'stalled', 'unresponsive'];

/** Every event that a hook of rig.yaml can be run on. `docs/configuration.md` explains them. */
export const hookEvents: readonly string[] = [
  ...[...moduleStates, ...healths, 'recovered'].map((name) => `module.${name}`),
  ...rigStatuses.map((status) => `rig.${status}`),
  'record.started',
  'record.stopped',
  'session.opened',
  'session.ended',
  'problem.raised',
  'problem.over',
  'mark',
];

/** What a hook reads on its standard input: one line of JSON. */
export type HookEvent = {
  readonly version: 1;
  readonly event: string;
  /** ISO-8601 UTC. */
  readonly at: string;
  readonly epoch: string;
  readonly seq: number;
  readonly actor: string;
  readonly cause: string;
  /** The module that it is about; null where it is about the rig. */
  readonly module: string | null;
  /** What happened, in words: of the problem, or of the change. */
  readonly message: string;
  /** The problem, the module's record, the marker: what the event is about. */
  readonly subject: unknown;
  readonly rig: Pick<RigRecord, 'name' | 'status' | 'state' | 'desired' | 'session' | 'trial'>;
  readonly modules: Readonly<Record<string, Pick<ModuleRecord, 'state' | 'health'>>>;
};
