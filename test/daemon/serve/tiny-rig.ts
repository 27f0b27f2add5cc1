import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../src/protocol/canonical.ts';
import type { Intent } from '../../../src/protocol/intent.ts';
import type { Rig, Sender, Verdict } from '../../../src/protocol/rig.ts';
import type {
  Change,
  Changed,
  ClientRecord,
  ModuleRecord,
  Snapshot,
} from '../../../src/protocol/snapshot.ts';
import { moduleWith, snapshotWith } from '../../support/sample-rig.ts';

export type TinyRig = Rig & {
  /** Changes entities by path and tells it, as the state manager does: one step, one change, one seq. */
  change(changed: Changed, actor?: string): void;
  setClients(clients: readonly ClientRecord[]): void;
  /** What was submitted, in the order it arrived. */
  readonly submitted: { readonly intent: Intent; readonly sender: Sender }[];
  observers(): number;
};

/** A rig in memory that really changes: modules are switched on and off, and everybody is told. */
export function createTinyRig(epoch: string, moduleNames: readonly string[]): TinyRig {
  const observers = new Set<(change: Change) => void>();
  const submitted: TinyRig['submitted'] = [];
  let state = firstSnapshot(epoch, moduleNames);

  const change: TinyRig['change'] = (changed, actor = 'test') => {
    const next = { ...state, modules: { ...state.modules }, groups: { ...state.groups } };
    for (const [path, entity] of Object.entries(changed)) put(next, path, entity);
    const seq = state.seq + 1;
    state = { ...next, seq, at: new Date().toISOString(), checksum: checksum(next) };
    const { at } = state;
    const told: Change = {
      epoch,
      seq,
      at,
      monoMs: Math.round(performance.now()),
      actor,
      cause: 'test',
      changed,
      checksum: state.checksum,
    };
    for (const observer of [...observers]) observer(told);
  };

  const submit = (intent: Intent, sender: Sender): Verdict => {
    submitted.push({ intent, sender });
    if (intent.kind !== 'module.enable' && intent.kind !== 'module.disable') {
      return { ok: true, outcome: 'accepted', seq: state.seq };
    }
    const record = state.modules[intent.module];
    if (record === undefined) {
      const refusal = {
        reason: 'no-such-module',
        message: `there is no module ${intent.module}`,
        remedy: 'Look at rigdeck status.',
      } as const;
      return { ok: false, refusal, seq: state.seq };
    }
    const desired = intent.kind === 'module.enable' ? 'on' : 'off';
    if (record.desired === desired) return { ok: true, outcome: 'unchanged', seq: state.seq };
    change({ [`modules.${intent.module}`]: { ...record, desired } }, sender.actor);
    return { ok: true, outcome: 'done', seq: state.seq };
  };

  return {
    snapshot: () => state,
    observe: (observer) => {
      observers.add(observer);
      return () => observers.delete(observer);
    },
    submit: (intent, sender) => {
      const verdict = submit(intent, sender);
      const waitMs = intent.waitMs ?? 0;
      return new Promise((resolve) => {
        if (waitMs === 0) resolve(verdict);
        else setTimeout(() => resolve(verdict), waitMs);
      });
    },
    change,
    setClients: (clients) => change({ clients }, 'clients'),
    submitted,
    observers: () => observers.size,
  };
}

/** A module that is switched off, but for what is said. */
export function moduleRecord(facts: Partial<ModuleRecord> = {}): ModuleRecord {
  const off = { desired: 'off', state: 'disabled', health: 'unknown' } as const;
  return moduleWith({ ...off, pid: null, run: 0, startedAt: null, can: [], ...facts });
}

function firstSnapshot(epoch: string, moduleNames: readonly string[]): Snapshot {
  const modules = Object.fromEntries(moduleNames.map((name) => [name, moduleRecord()]));
  const first = snapshotWith(modules, { name: 'tiny' }, { epoch, seq: 0 });
  return { ...first, at: new Date().toISOString(), checksum: checksum(first) };
}

type Facts = Pick<Snapshot, 'rig' | 'groups' | 'modules'>;

// Not the client's own function, which is what some of these tests are about.
function checksum({ rig, groups, modules }: Facts): string {
  return createHash('sha256').update(canonicalJson({ rig, groups, modules })).digest('hex');
}

function put(into: object, path: string, entity: unknown): void {
  const [kind = '', name] = path.split('.');
  const all = into as Record<string, Record<string, unknown>>;
  if (name === undefined) Object.assign(into, { [kind]: entity });
  else if (entity === null) delete all[kind]?.[name];
  else Object.assign(all[kind] ?? {}, { [name]: entity });
}
