import { own } from '../core/own.ts';
import type { HistoryEntry } from '../protocol/frames.ts';
import type { Problem } from '../protocol/problem.ts';
import { withOwner, withoutOwner } from '../protocol/rig-words.ts';
import type {
  Change,
  ClientRecord,
  MarkerRecord,
  ModuleRecord,
  RigRecord,
  Snapshot,
} from '../protocol/snapshot.ts';

type Before = Pick<Snapshot, 'rig' | 'modules' | 'clients'>;

/**
 * What a change was, in words that people read in `rigdeck history`: `camera idle -> recording`.
 *
 * @param before the entities as they were published before the change
 */
export function describeChange(before: Before, change: Change): HistoryEntry {
  const { at, epoch, seq, actor, cause } = change;
  const what: string[] = [];
  const modules: string[] = [];
  for (const [path, entity] of Object.entries(change.changed)) {
    if (path === 'clients') what.push(...clientWords(before.clients, entity as ClientRecord[]));
    if (path === 'rig') what.push(...rigWords(before.rig, entity as RigRecord));
    if (!path.startsWith('modules.')) continue;
    const name = path.slice('modules.'.length);
    modules.push(name);
    const now = entity as ModuleRecord | null;
    if (now === null) {
      what.push(`${name} left the rig`);
      continue;
    }
    const adopted = cause === 'adopted' ? [adoptedWords(name, now)] : [];
    what.push(...adopted, ...moduleWords(name, own(before.modules, name), now));
  }
  return { type: 'change', at, epoch, seq, actor, cause, what, modules };
}

/**
 * Puts a change into words when they are asked for. A mistake costs the words of this change alone: what waits with it is written.
 *
 * @param mistake is told why there are none
 */
export function describeLater(
  before: Before,
  change: Change,
  mistake: (error: unknown) => void,
): () => HistoryEntry {
  return () => {
    try {
      return describeChange(before, change);
    } catch (error) {
      mistake(error);
      const { at, epoch, seq, actor, cause } = change;
      return { type: 'change', at, epoch, seq, actor, cause, what: [], modules: [] };
    }
  };
}

function adoptedWords(name: string, { state, run, pid }: ModuleRecord): string {
  return `${name} adopted: ${state}, run ${run}, PID ${pid ?? 'none'}`;
}

function rigWords(before: RigRecord, now: RigRecord): string[] {
  const words: string[] = [];
  if (before.desired !== now.desired) words.push(`rig wished ${before.desired} -> ${now.desired}`);
  if (before.state !== now.state) words.push(`rig ${before.state} -> ${now.state}`);
  if (before.status !== now.status) words.push(`status ${before.status} -> ${now.status}`);
  if (before.session?.id !== now.session?.id) {
    words.push(now.session === null ? 'session ended' : `session ${now.session.id} opened`);
  }
  words.push(...problemWords('rig', before.problems, now.problems));
  const { lastMarker } = now;
  if (lastMarker !== null && lastMarker !== before.lastMarker)
    words.push(...markerWords(lastMarker));
  return words;
}

function clientWords(before: readonly ClientRecord[], now: readonly ClientRecord[]): string[] {
  const isIn = (list: readonly ClientRecord[], { id }: ClientRecord) =>
    list.some((other) => other.id === id);
  const say = ({ name, actor }: ClientRecord) => (actor === name ? name : `${name} (${actor})`);
  return [
    ...now.filter((one) => !isIn(before, one)).map((one) => `${say(one)} watches`),
    ...before.filter((one) => !isIn(now, one)).map((one) => `${say(one)} watches no more`),
  ];
}

function markerWords({ trial, text }: MarkerRecord): string[] {
  const where = trial === null ? 'between trials' : `in trial ${trial}`;
  return [`marker ${where}${text === null ? '' : `: ${text}`}`];
}

function moduleWords(name: string, before: ModuleRecord | undefined, now: ModuleRecord): string[] {
  const words: string[] = [];
  const { desired, state, health, phase } = now;
  if (before?.desired !== desired)
    words.push(`${name} wished ${before?.desired ?? '-'} -> ${desired}`);
  if (before?.state !== state) words.push(`${name} ${before?.state ?? '-'} -> ${state}`);
  else if (before.phase !== phase) words.push(`${name} ${state}: ${phase ?? 'settled'}`);
  if (before !== undefined && before.health !== health) {
    words.push(`${name} health ${before.health} -> ${health}`);
  }
  const old = before?.problem == null ? [] : [before.problem];
  words.push(...problemWords(name, old, now.problem === null ? [] : [now.problem]));
  return words;
}

/** Problems that began or came again, and those that are over. */
function problemWords(
  of: string,
  before: readonly Problem[],
  now: readonly Problem[],
): readonly string[] {
  const isSame = (one: Problem) => (other: Problem) =>
    one.code === other.code && one.count === other.count;
  const begun = now.filter((one) => !before.some(isSame(one)));
  const over = before.filter((one) => now.every(({ code }) => code !== one.code));
  return [
    ...begun.map(({ message }) => (of === 'rig' ? `problem: ${message}` : withOwner(of, message))),
    ...over.map(({ message }) => {
      return `${of} problem over: ${withoutOwner(of, message).replace(/\.$/, '')}`;
    }),
  ];
}
