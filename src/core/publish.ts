import type { Facts, RigRecord } from '../protocol/snapshot.ts';
import { own } from './own.ts';
import { factsOf } from './snapshot.ts';
import type { RigState } from './state.ts';

/** Keeps what was published last, and tells what is different now. */
export type Publisher = {
  facts(): Facts;
  checksum(): string;
  /** What changed, by path, or null; `seq` is the number it will be published under. */
  changes(before: RigState, after: RigState, seq: number): Record<string, unknown> | null;
  /** The seq under which an entity changed last; 0 if it never did. */
  changedAt(path: string): number;
};

type Port = { canonical(value: unknown): string; digest(text: string): string };

export function createPublisher(first: RigState, port: Port): Publisher {
  let facts = freeze(factsOf(first));
  let checksum: string | null = null;
  const changedAt = new Map<string, number>();
  const texts = new Map<string, string>();

  /** What counts of an entity, as text. */
  function weigh(entity: object): string {
    const isModule = 'evidence' in entity;
    return port.canonical(isModule ? { ...entity, evidence: null, detail: null } : entity);
  }

  texts.set('rig', weigh(facts.rig));
  for (const [name, group] of Object.entries(facts.groups))
    texts.set(`groups.${name}`, weigh(group));
  for (const [name, one] of Object.entries(facts.modules)) texts.set(`modules.${name}`, weigh(one));

  /** The same object as before where nothing that counts has changed: counters and details alone are telemetry. */
  function keep<T extends object>(path: string, before: T | undefined, now: T): T {
    const text = weigh(Object.freeze(now)); // frozen first: its text is made once then
    if (before !== undefined && texts.get(path) === text) return before;
    texts.set(path, text);
    return now;
  }

  function merge(before: RigState, after: RigState): Facts {
    const now = factsOf(after);
    const groups = mapValues(now.groups, (name, group) =>
      keep(`groups.${name}`, own(facts.groups, name), group),
    );
    const modules = mapValues(now.modules, (name, module) => {
      const published = own(facts.modules, name);
      const isSame = own(before.modules, name) === own(after.modules, name);
      return isSame && published !== undefined
        ? published
        : keep(`modules.${name}`, published, module);
    });
    return { rig: keep('rig', facts.rig, now.rig), groups, modules };
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
    checksum() {
      checksum ??= port.digest(port.canonical(facts));
      return checksum;
    },
    changes(before, after, seq) {
      const next = merge(before, after);
      const changed = differences(facts, next);
      if (before.gpio !== after.gpio) changed['gpio'] = after.gpio;
      if (before.clients !== after.clients) changed['clients'] = after.clients;
      const paths = Object.keys(changed);
      if (paths.length === 0) return null;
      const isMarked = isMarkerAlone(facts.rig, next.rig);
      facts = next;
      checksum = null;
      for (const path of paths) if (path !== 'rig' || !isMarked) changedAt.set(path, seq);
      return changed;
    },
    changedAt: (path) => changedAt.get(path) ?? 0,
  };
}

/** A marker changes nothing that a wish could be about. */
function isMarkerAlone(before: RigRecord, after: RigRecord): boolean {
  if (before.lastMarker === after.lastMarker) return false;
  const unmarked = (rig: RigRecord) => JSON.stringify({ ...rig, lastMarker: null });
  return unmarked(before) === unmarked(after);
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
