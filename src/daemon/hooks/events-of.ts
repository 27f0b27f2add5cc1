import { own } from '../../core/own.ts';
import type { HookEvent } from '../../protocol/hook-event.ts';
import type { Problem } from '../../protocol/problem.ts';
import type {
  Change,
  MarkerRecord,
  ModuleRecord,
  RigRecord,
  Snapshot,
} from '../../protocol/snapshot.ts';

/** What hooks know of the rig: its newest entities. */
export type Seen = Pick<Snapshot, 'rig' | 'modules'>;

type Found = Pick<HookEvent, 'event' | 'module' | 'message' | 'subject'>;

/** The entities after a change. */
export function seenAfter(before: Seen, { changed }: Change): Seen {
  const modules = { ...before.modules };
  for (const [path, entity] of Object.entries(changed)) {
    if (!path.startsWith('modules.')) continue;
    const name = path.slice('modules.'.length);
    if (entity === null) delete modules[name];
    else modules[name] = entity as ModuleRecord;
  }
  return { rig: (changed['rig'] as RigRecord | undefined) ?? before.rig, modules };
}

/** The events that a change makes, in the order in which people would tell them: modules first, then the rig. */
export function eventsOf(before: Seen, change: Change): readonly HookEvent[] {
  const after = seenAfter(before, change);
  const { lastMarker } = after.rig;
  const marker = lastMarker === before.rig.lastMarker ? null : lastMarker;
  const found = [
    ...Object.entries(after.modules).flatMap(([name, now]) =>
      moduleEvents(name, own(before.modules, name), now),
    ),
    ...rigEvents(before.rig, after.rig),
    ...(marker ? [markEvent(marker)] : []),
  ];
  const { at, epoch, seq, actor, cause } = change;
  const { name, status, state, desired, session, trial } = after.rig;
  const rig = { name, status, state, desired, session, trial };
  const modules = Object.fromEntries(
    Object.entries(after.modules).map(([module, one]) => [
      module,
      { state: one.state, health: one.health },
    ]),
  );
  return found.map((one) => {
    return { version: 1, ...one, at, epoch, seq, actor, cause, rig, modules };
  });
}

function moduleEvents(module: string, before: ModuleRecord | undefined, now: ModuleRecord) {
  if (before === undefined || before === now) return [];
  const found: Found[] = [];
  const tell = (event: string, words: string) =>
    found.push({ event, module, message: now.problem?.message ?? words, subject: now });
  if (before.state !== now.state) {
    tell(`module.${now.state}`, `${module}: ${before.state} -> ${now.state}`);
  }
  if (before.health !== now.health && isBad(now)) {
    tell(`module.${now.health}`, `${module}: ${before.health} -> ${now.health}`);
  }
  if (hasFailed(before) && works(now)) tell('module.recovered', `${module} works again`);
  found.push(...problemEvents(module, listed(before.problem), listed(now.problem)));
  return found;
}

function isBad({ health }: ModuleRecord): boolean {
  return health === 'degraded' || health === 'stalled' || health === 'unresponsive';
}

/** Whatever is tried again after a crash is `starting` for a while: what went wrong before stays its problem until it works. */
function hasFailed(record: ModuleRecord): boolean {
  return isBad(record) || record.problem !== null;
}

function works(record: ModuleRecord): boolean {
  return ['idle', 'recording', 'paused'].includes(record.state) && !hasFailed(record);
}

function rigEvents(before: RigRecord, now: RigRecord): Found[] {
  if (before === now) return [];
  const found: Found[] = [];
  const tell = (event: string, message: string, subject: unknown) =>
    found.push({ event, module: null, message, subject });
  if (before.session?.id !== now.session?.id) {
    const { session } = before;
    if (session !== null) tell('session.ended', `session ${session.id} ended`, session);
    if (now.session !== null)
      tell('session.opened', `session ${now.session.id} opened`, now.session);
  }
  if (before.trial?.number !== now.trial?.number) {
    const { trial } = before;
    if (trial !== null) tell('record.stopped', `trial ${trial.number} stopped`, trial);
    if (now.trial !== null) tell('record.started', `trial ${now.trial.number} started`, now.trial);
  }
  if (before.status !== now.status) {
    tell(`rig.${now.status}`, `rig: ${before.status} -> ${now.status}`, now);
  }
  found.push(...problemEvents(null, before.problems, now.problems));
  return found;
}

function problemEvents(
  module: string | null,
  before: readonly Problem[],
  now: readonly Problem[],
): Found[] {
  const isNew = ({ code, count }: Problem) =>
    !before.some((one) => one.code === code && one.count === count);
  const isOver = ({ code }: Problem) => !now.some((one) => one.code === code);
  const told = (event: string) => (problem: Problem) => {
    return { event, module, message: problem.message, subject: problem };
  };
  return [
    ...now.filter(isTold).filter(isNew).map(told('problem.raised')),
    ...before.filter(isTold).filter(isOver).map(told('problem.over')),
  ];
}

/** A hook that fails is a problem itself, and would be run on it for ever. */
function isTold({ code }: Problem): boolean {
  return code !== 'hook';
}

function listed(problem: Problem | null): readonly Problem[] {
  return problem === null ? [] : [problem];
}

function markEvent(marker: MarkerRecord): Found {
  return { event: 'mark', module: null, message: marker.text ?? 'a marker', subject: marker };
}
