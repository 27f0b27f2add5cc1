import { createHash } from 'node:crypto';
import { canonicalJson } from '../protocol/canonical.ts';
import type { Change, Facts, Snapshot } from '../protocol/snapshot.ts';

const plain = new Set(['rig', 'gpio', 'clients']);

/**
 * The state after a change: a new snapshot that shares every entity the change does not name. Paths that this client does not
 * know are left out.
 *
 * @throws TypeError when `change` has not the shape of one
 */
export function applyChange(before: Snapshot, change: Change): Snapshot {
  const groups = { ...before.groups };
  const modules = { ...before.modules };
  const whole: Record<string, unknown> = {};
  for (const [path, entity] of Object.entries(change.changed)) {
    const [kind = '', name] = split(path);
    if (kind === 'modules' && name !== undefined) put(modules, name, entity);
    else if (kind === 'groups' && name !== undefined) put(groups, name, entity);
    else if (plain.has(kind)) whole[kind] = entity;
  }
  const { epoch, seq, at, checksum } = change;
  return frozen({ ...before, groups, modules, ...whole, epoch, seq, at, checksum });
}

/** Freezes the entities, which lets their canonical text be made once for all the changes that leave them as they are. */
export function frozen(snapshot: Snapshot): Snapshot {
  const { rig, groups, modules } = snapshot;
  for (const entity of [rig, ...Object.values(groups), ...Object.values(modules)]) {
    Object.freeze(entity);
  }
  return snapshot;
}

/** SHA-256, in hex, of the canonical JSON of what the checksum of the daemon covers. */
export function checksumOf({ rig, groups, modules }: Facts): string {
  return createHash('sha256').update(canonicalJson({ rig, groups, modules })).digest('hex');
}

function split(path: string): [string, string?] {
  const dot = path.indexOf('.');
  return dot === -1 ? [path] : [path.slice(0, dot), path.slice(dot + 1)];
}

// What a change holds was made of JSON a moment ago; the checksum proves that it is what the daemon meant.
function put<T>(entities: Record<string, T>, name: string, entity: unknown): void {
  if (entity === null) delete entities[name];
  else entities[name] = entity as T;
}
