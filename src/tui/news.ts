import type { Problem } from '../protocol/problem.ts';
import type { ModuleRecord, Snapshot } from '../protocol/snapshot.ts';
import { clean } from '../protocol/text.ts';
import { sayDuration } from '../protocol/units.ts';
import type { RigState } from '../protocol/vocabulary.ts';
import { aboutOf, type Wish } from './wishes.ts';

/** Something that others did, or that happened. Who it was is in the history, by the wish that it fulfils. */
export type Happening = {
  readonly words: string;
  readonly about: string | null;
  readonly wish: Wish | null;
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
type Crash = { readonly words: string; readonly endedMs: number; readonly wasRecording: boolean };

export const unwatched: Watched = { snapshot: null, trial: null, crashed: {} };

/** What is new in a snapshot for those who did not do it themselves. */
export function watchNews(before: Watched, snapshot: Snapshot): [Watched, readonly Happening[]] {
  const seen = before.snapshot;
  if (seen === null || seen.epoch !== snapshot.epoch) {
    const news = seen === null ? [] : [happened('the daemon was started again')];
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
  const returns = back.flatMap((name) => returnOf(crashed[name], snapshot.modules[name]));
  const down = Object.fromEntries(Object.entries(crashed).filter(([name]) => !back.includes(name)));
  const wishes = names.flatMap((name) => wishNews(name, seen, snapshot));
  const { trial } = before;
  const news = [
    ...rigNews(seen, snapshot, trial),
    ...markerNews(seen, snapshot),
    ...wishes,
    ...returns,
  ];
  return [{ snapshot, trial: trialOf(snapshot, trial), crashed: down }, news];
}

function trialOf({ rig: { trial, state } }: Snapshot, before: Trial): Trial {
  if (trial !== null) return trial.number;
  if (state === 'idle') return null;
  return state === 'arming' ? 'start' : before;
}

function happened(words: string, wish: Wish | null = null): Happening {
  return { words, about: wish === null ? null : aboutOf(wish), wish, matters: false };
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
    const does = old.state === 'paused' ? 'goes on' : 'is recorded';
    return [happened(`${trial} ${does}`, rig('recording'))];
  }
  if (young.state === 'paused') return [happened(`${trial} is paused`, rig('paused'))];
  if (young.state === 'stopping') return [happened(`${trial} is being stopped`, rig('idle'))];
  return young.state === 'idle' ? [happened(`${trial} is over`, rig('idle'))] : [];
}

function rig(until: 'recording' | 'paused' | 'idle'): Wish {
  return { of: 'rig', until };
}

// A start that was refused or called off has no trial.
function startNews(state: RigState): Happening[] {
  if (state === 'stopping') return [happened('the start is called off', rig('idle'))];
  return state === 'idle' ? [happened('nothing was recorded: no trial began', rig('idle'))] : [];
}

// Of those that somebody opens or ends: one that opens by itself opens with its first trial, which is told.
function sessionNews(old: string | undefined, young: Snapshot['rig']['session']): Happening[] {
  if (old === young?.id) return [];
  if (young === null) return [happened(`session ${old} is closed`)];
  return [happened(`session ${young.id} ${clean(young.name, 64)} is open`)];
}

function markerNews(
  { rig: { lastMarker: old } }: Snapshot,
  { rig: { lastMarker: young } }: Snapshot,
): Happening[] {
  if (young === null || old?.at === young.at) return [];
  const where = young.trial === null ? 'a marker is set' : `trial ${young.trial} is marked`;
  const text = young.text === null ? '' : ` "${clean(young.text, 60)}"`;
  const words = `${where}${text} by ${clean(young.actor, 40)}`;
  return [{ words, about: 'marker', wish: null, matters: false }];
}

function wishNews(name: string, before: Snapshot, after: Snapshot): Happening[] {
  const [old, young] = [before.modules[name], after.modules[name]];
  if (old === undefined || young === undefined || old.desired === young.desired) return [];
  const wish = { of: 'module', module: name, until: young.desired, run: young.run } as const;
  return [happened(`${name} is switched ${young.desired}`, wish)];
}

/** The crash that is new, as part of one that nobody has come back from yet, or that earlier one. */
function crashOf(
  name: string,
  before: Snapshot,
  after: Snapshot,
  earlier: Crash | undefined,
): Crash | undefined {
  const [old, young] = [before.modules[name], after.modules[name]];
  const problem = young?.lastProblem ?? null;
  const isNew = problem?.exit !== undefined && old?.lastProblem?.lastAt !== problem.lastAt;
  if (old === undefined || problem === null || !isNew) return earlier;
  return {
    words: `${name} crashed (${howEnded(problem)})`,
    endedMs: earlier?.endedMs ?? Date.parse(problem.lastAt),
    wasRecording: old.state === 'recording' || earlier?.wasRecording === true,
  };
}

function howEnded({ exit }: Problem): string {
  if (exit?.signal != null) return exit.signal;
  return exit?.code == null ? 'nobody saw how' : `exit code ${exit.code}`;
}

// What was recording is back when it records again, unless the trial is over by then.
function isBack({ rig, modules }: Snapshot, name: string, crash: Crash | undefined): boolean {
  const module = modules[name];
  if (module === undefined || crash === undefined) return false;
  if (module.state === 'disabled' || module.state === 'recording') return true;
  const isAtRest = module.state === 'idle' && module.phase === null;
  return isAtRest && (!crash.wasRecording || rig.trial === null);
}

function returnOf(crash: Crash | undefined, module: ModuleRecord | undefined): Happening[] {
  if (crash === undefined || module === undefined || module.state === 'disabled') return [];
  const gapMs = Math.max(0, Date.parse(module.stateSince) - crash.endedMs);
  const records = crash.wasRecording && module.state === 'recording';
  const what = records ? `records again, gap ${sayGap(gapMs)}` : 'runs again';
  return [{ ...happened(`${crash.words} and ${what}`), matters: true }];
}

// Of a short gap the tenths count.
function sayGap(ms: number): string {
  return ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : sayDuration(ms);
}
