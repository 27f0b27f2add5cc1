import { saySession } from '../protocol/rig-words.ts';
import type { ModuleRecord, Snapshot } from '../protocol/snapshot.ts';
import { clean } from '../protocol/text.ts';
import type { RigState } from '../protocol/vocabulary.ts';
import { type Crash, crashOf, isBack, sayReturn } from './crashes.ts';
import { isNew, problemKey, problemsOf } from './problems.ts';
import { aboutOf, type Trace, traceOf, type Wish } from './wishes.ts';

/** Something that others did, or that happened. */
export type Happening = {
  /** What happened, where nobody knows who did it; null where it is no news unless somebody did it. */
  readonly words: string | null;
  /** The same as what somebody did, behind their name: `stopped trial 7`. Null: nobody did it. */
  readonly did: string | null;
  /** Who did it, or where the history tells who. */
  readonly by: Trace | { readonly who: string } | null;
  readonly about: string | null;
  /** It matters longer than a moment: somebody may have looked away. */
  readonly matters: boolean;
};

/** What is remembered from one snapshot to the next. */
export type Watched = {
  readonly snapshot: Snapshot | null;
  /** What the rig is at until it is idle again; while the files of a trial are closed it names none. */
  readonly trial: Trial;
  /** The ends of modules that are not back yet, by name. */
  readonly crashed: Readonly<Record<string, Crash>>;
};
/** A number, a start without one yet, or unknown: who looked first saw neither. */
type Trial = number | 'start' | null;

export const unwatched: Watched = { snapshot: null, trial: null, crashed: {} };

/** What is new in a snapshot for those who did not do it themselves. */
export function watchNews(before: Watched, snapshot: Snapshot): [Watched, readonly Happening[]] {
  const seen = before.snapshot;
  if (seen === null || seen.epoch !== snapshot.epoch) {
    const news = seen === null ? [] : [unasked('the daemon was started again')];
    return [{ snapshot, trial: trialOf(snapshot, null), crashed: {} }, news];
  }
  const names = Object.keys(snapshot.modules);
  const crashed = Object.fromEntries(
    names.flatMap((name) => {
      const crash = crashOf(name, seen, snapshot, before.crashed[name]);
      return crash === undefined ? [] : [[name, crash] as const];
    }),
  );
  const back = names.filter((name) => isBack(snapshot, name, crashed[name]));
  const returns = back.flatMap((name) => {
    const words = sayReturn(crashed[name], snapshot.modules[name]);
    return words === null ? [] : [{ ...unasked(words), matters: true }];
  });
  const down = Object.fromEntries(Object.entries(crashed).filter(([name]) => !back.includes(name)));
  const wishes = names.flatMap((name) => [
    ...wishNews(name, seen, snapshot),
    ...restartNews(name, seen, snapshot),
  ]);
  const { trial } = before;
  const news = [
    ...rigNews(seen, snapshot, trial),
    ...markerNews(seen, snapshot),
    ...wishes,
    ...seenNews(seen, snapshot),
    ...returns,
  ];
  return [{ snapshot, trial: trialOf(snapshot, trial), crashed: down }, news];
}

function trialOf({ rig: { trial, state } }: Snapshot, before: Trial): Trial {
  if (trial !== null) return trial.number;
  if (state === 'idle') return null;
  return state === 'arming' ? 'start' : before;
}

function wished(words: string, did: string, wish: Wish): Happening {
  return { words, did, by: traceOf(wish), about: aboutOf(wish), matters: false };
}

function unasked(words: string): Happening {
  return { words, did: null, by: null, about: null, matters: false };
}

function rigNews({ rig: old }: Snapshot, { rig: young }: Snapshot, before: Trial): Happening[] {
  if (old.state === 'idle' && young.state === 'idle') {
    return sessionNews(old.session?.id, young.session);
  }
  if (old.state === young.state) return [];
  const number = young.trial?.number ?? before;
  if (number === null) return [];
  if (number === 'start') return startNews(young.state);
  const trial = `trial ${number}`;
  if (young.state === 'recording') {
    return old.state === 'paused'
      ? [wished(`${trial} goes on`, `went on with ${trial}`, rig('recording'))]
      : [wished(`${trial} is recorded`, `started ${trial}`, rig('recording'))];
  }
  if (young.state === 'paused') {
    return [wished(`${trial} is paused`, `paused ${trial}`, rig('paused'))];
  }
  if (young.state === 'stopping') {
    return [wished(`${trial} is being stopped`, `is stopping ${trial}`, rig('idle'))];
  }
  if (young.state !== 'idle') return [];
  return [wished(`${trial} is over`, `stopped ${trial}`, rig('idle'))];
}

function rig(until: 'recording' | 'paused' | 'idle'): Wish {
  return { of: 'rig', until };
}

// A start that was refused or called off has no trial.
function startNews(state: RigState): Happening[] {
  if (state === 'stopping') {
    return [wished('the start is called off', 'called the start off', rig('idle'))];
  }
  const none = unasked('nothing was recorded: no trial began');
  return state === 'idle' ? [{ ...none, about: aboutOf(rig('idle')) }] : [];
}

// Of those that somebody opens or ends: one that opens by itself opens with its first trial, which is told.
function sessionNews(old: string | undefined, young: Snapshot['rig']['session']): Happening[] {
  if (old === young?.id) return [];
  const session = young === null ? `session ${old}` : saySession(young);
  const [is, did] = young === null ? ['closed', 'closed'] : ['open', 'opened'];
  const causes = [young === null ? 'session.end' : 'session.start'];
  const by = { causes, module: null, afterSeq: null };
  return [{ ...unasked(`${session} is ${is}`), did: `${did} ${session}`, by, about: 'session' }];
}

function markerNews(
  { rig: { lastMarker: old } }: Snapshot,
  { rig: { lastMarker: young } }: Snapshot,
): Happening[] {
  if (young === null) return [];
  const isOld = old?.at === young.at && old.monoNs === young.monoNs && old.actor === young.actor;
  if (isOld && old.text === young.text) return [];
  const text = young.text === null ? '' : ` "${clean(young.text, 60)}"`;
  const did = young.trial === null ? `set a marker${text}` : `marked trial ${young.trial}${text}`;
  return [{ words: null, did, by: { who: young.actor }, about: 'marker', matters: false }];
}

function wishNews(name: string, before: Snapshot, after: Snapshot): Happening[] {
  const [old, young] = [before.modules[name], after.modules[name]];
  if (old === undefined || young === undefined || old.desired === young.desired) return [];
  const wish = { of: 'module', module: name, until: young.desired, run: young.run } as const;
  const did = young.desired === 'on' ? 'enabled' : 'disabled';
  return [wished(`${name} is switched ${young.desired}`, `${did} ${name}`, wish)];
}

// What begins again by itself is no news before it is back, so only what somebody did is told.
function restartNews(name: string, before: Snapshot, after: Snapshot): Happening[] {
  const [old, young] = [before.modules[name], after.modules[name]];
  if (old?.desired !== 'on' || young?.desired !== 'on') return [];
  const isEnding = young.state === 'stopping' && old.state !== 'stopping';
  const beganAnew = young.run !== old.run && !isByItself(old, young);
  if (!isEnding && !beganAnew) return [];
  const wish = { of: 'module', module: name, until: 'again', run: young.run } as const;
  const didFail = old.state === 'crashed' || old.state === 'error';
  const did = didFail ? `tried ${name} again` : `restarted ${name}`;
  const by = { ...traceOf(wish), afterSeq: before.seq };
  return [{ words: null, did, by, about: aboutOf(wish), matters: false }];
}

// Whose end is new, or whose time had come.
function isByItself(old: ModuleRecord, young: ModuleRecord): boolean {
  const isNewEnd =
    young.lastProblem?.exit !== undefined && young.lastProblem.lastAt !== old.lastProblem?.lastAt;
  const isDue = old.retryAt !== null && Date.parse(young.stateSince) >= Date.parse(old.retryAt);
  return isNewEnd || isDue;
}

// Whose problems somebody says to have seen.
function seenNews(before: Snapshot, after: Snapshot): Happening[] {
  const known = problemsOf(before).filter(isNew).map(problemKey);
  const seen = problemsOf(after).filter((one) => !isNew(one) && known.includes(problemKey(one)));
  const [first] = seen;
  if (first === undefined) return [];
  const owner = first.of === null ? 'the rig' : first.of;
  const did =
    seen.length === 1 ? `has seen the problem of ${owner}` : `has seen ${seen.length} problems`;
  const by = { causes: ['problem.acknowledge'], module: null, afterSeq: before.seq };
  return [{ words: null, did, by, about: 'problem', matters: false }];
}
