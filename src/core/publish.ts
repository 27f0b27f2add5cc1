import type { Facts, RigRecord } from '../protocol/snapshot.ts';
import { own } from './own.ts';
import { sameJson } from './same.ts';
import { factsOf } from './snapshot.ts';
import type { RigState } from './state.ts';

/** Keeps what was published last, and tells what is different now. */
export type Publisher = {
  facts(): Facts;
  /** What is published now, in one number; made when it is asked for, as nobody may look. */
  checksum(): () => string;
  /** What changed, by path, or null; `seq` is the number it will be published under. */
  changes(before: RigState, after: RigState, seq: number): Record<string, unknown> | null;
  /** The seq under which an entity changed last; 0 if it never did. */
  changedAt(path: string): number;
};

type Port = { canonical(value: unknown): string; digest(text: string): string };

export function createPublisher(first: RigState, port: Port): Publisher {
  let facts = freeze(factsOf(first));
  let checksum = checksumOf(facts);
  const changedAt = new Map<string, number>();

  function checksumOf(published: Facts): () => string {
    let sum: string | null = null;
    return () => {
      sum ??= port.digest(port.canonical(published));
      return sum;
    };
  }

  function merge(before: RigState, after: RigState): Facts {
    const now = factsOf(after);
    const groups = mapValues(now.groups, (name, group) => keep(own(facts.groups, name), group));
    const modules = mapValues(now.modules, (name, module) => {
      const published = own(facts.modules, name);
      const isSame = own(before.modules, name) === own(after.modules, name);
      return isSame && published !== undefined ? published : keep(published, module, telemetry);
    });
    return { rig: keep(facts.rig, now.rig), groups, modules };
  }

  function differences(before: Facts, after: Facts): Record<string, unknown> {
    const changed: Record<string, unknown> = {};
    if (before.rig !== after.rig) changed['rig'] = after.rig;
    collect('groups', before.groups, after.groups, changed);
    collect('modules', before.modules, after.modules, changed);
    return changed;
  }

  return {
    facts: () => facts,
    checksum: () => checksum,
    changes(before, after, seq) {
      const next = merge(before, after);
      const changed = differences(facts, next);
      if (before.gpio !== after.gpio) changed['gpio'] = after.gpio;
      if (before.clients !== after.clients) changed['clients'] = after.clients;
      const paths = Object.keys(changed);
      if (paths.length === 0) return null;
      const isMarked = isMarkerAlone(facts.rig, next.rig);
      facts = next;
      checksum = checksumOf(facts);
      for (const path of paths) if (path !== 'rig' || !isMarked) changedAt.set(path, seq);
      return changed;
    },
    changedAt: (path) => changedAt.get(path) ?? 0,
  };
}

/** What is told of a module besides its state: it changes all the time. */
const telemetry: readonly string[] = ['evidence', 'detail'];

/** The same object as before where nothing that counts has changed. Frozen, as its text is made but once then. */
function keep<T extends object>(before: T | undefined, now: T, except?: readonly string[]): T {
  return before !== undefined && sameJson(before, now, except) ? before : Object.freeze(now);
}

/** A marker changes nothing that a wish could be about. */
function isMarkerAlone(before: RigRecord, after: RigRecord): boolean {
  if (before.lastMarker === after.lastMarker) return false;
  return sameJson(before, after, ['lastMarker']);
}

function freeze(facts: Facts): Facts {
  for (const part of Object.values(facts.modules)) Object.freeze(part);
  for (const part of Object.values(facts.groups)) Object.freeze(part);
  Object.freeze(facts.rig);
  return facts;
}

function collect(
  path: string,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  changed: Record<string, unknown>,
): void {
  for (const [name, value] of Object.entries(after)) {
    if (before[name] !== value) changed[`${path}.${name}`] = value;
  }
  for (const name of Object.keys(before)) {
    if (!Object.hasOwn(after, name)) changed[`${path}.${name}`] = null;
  }
}

function mapValues<T>(
  record: Readonly<Record<string, T>>,
  change: (name: string, value: T) => T,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, change(name, value)]),
  );
}
