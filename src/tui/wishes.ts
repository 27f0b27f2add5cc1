import type { HistoryEntry } from '../protocol/frames.ts';
import type { ModuleRecord, Snapshot } from '../protocol/snapshot.ts';
import { clean } from '../protocol/text.ts';

/** What an intent wishes, as far as a screen can see whether it has come true. */
export type Wish =
  | {
      readonly of: 'module';
      readonly module: string;
      /** `again`: it shall run in a later run than `run`. */
      readonly until: 'on' | 'off' | 'again';
      readonly run: number;
    }
  | { readonly of: 'rig'; readonly until: 'recording' | 'paused' | 'idle' };

/** What a wish is about: who wished the same is not told of it as news. */
export function aboutOf(wish: Wish): string {
  return wish.of === 'rig' ? 'rig' : `module ${wish.module}`;
}

type End = 'waiting' | 'true' | { readonly but: string };

/** What has become of a wish that was taken. */
export function settleWish(wish: Wish, snapshot: Snapshot): End {
  if (wish.of === 'rig') return isSo(wish, snapshot) ? 'true' : 'waiting';
  const module = snapshot.modules[wish.module];
  if (module === undefined) return { but: `${wish.module} is no module of this rig any more` };
  if (wish.until === 'off') {
    if (module.desired === 'on') return { but: `${wish.module} was switched on again meanwhile` };
    return module.state === 'disabled' ? 'true' : 'waiting';
  }
  if (module.desired === 'off') return { but: `${wish.module} was switched off meanwhile` };
  if (wish.until === 'again' && module.run <= wish.run) return 'waiting';
  return startEnd(wish.module, module);
}

function startEnd(name: string, { state, problem }: ModuleRecord): End {
  if (state === 'idle' || state === 'recording' || state === 'paused') return 'true';
  if (state !== 'crashed' && state !== 'error') return 'waiting';
  return { but: problem === null ? `${name} does not run: ${state}` : clean(problem.message) };
}

/** Whether what is wished is so already, whoever wished it. */
export function isSo(wish: Wish, { rig, modules }: Snapshot): boolean {
  if (wish.of === 'rig') return rig.desired === wish.until;
  const module = modules[wish.module];
  if (wish.until === 'again') return module !== undefined && module.run > wish.run;
  return module?.desired === wish.until;
}

/** How it is already: `mic is off already`. */
export function sayAlready(wish: Wish, { rig }: Snapshot): string {
  if (wish.of === 'module') {
    const how = wish.until === 'again' ? 'was started again' : `is ${wish.until}`;
    return `${wish.module} ${how} already`;
  }
  if (wish.until === 'idle') return 'nothing is to be recorded any more: it was stopped already';
  const trial = rig.trial === null ? 'a trial' : `trial ${rig.trial.number}`;
  return `${trial} is ${wish.until === 'paused' ? 'paused' : 'being recorded'} already`;
}

const causes: Readonly<Record<Wish['until'], readonly string[]>> = {
  on: ['module.enable'],
  off: ['module.disable'],
  again: ['module.restart', 'module.retry'],
  recording: ['record.start', 'record.resume', 'record.toggle'],
  paused: ['record.pause'],
  idle: ['record.stop', 'record.toggle'],
};

/** Where the history tells who did something. */
export type Trace = {
  readonly causes: readonly string[];
  /** Null: it is about the rig. */
  readonly module: string | null;
  /** It came with a change after this one; null where only what it led to was seen. */
  readonly afterSeq: number | null;
};

/** The trace that a wish leaves which was fulfilled. */
export function traceOf(wish: Wish): Trace {
  const module = wish.of === 'rig' ? null : wish.module;
  return { causes: causes[wish.until], module, afterSeq: null };
}

/** Who it was that made it so, lately; null when nobody can tell. */
export function whoWished(
  wish: Wish,
  history: readonly HistoryEntry[],
  nowMs: number,
): string | null {
  return whoDid(traceOf(wish), history, nowMs);
}

/** Who left such a trace, lately; null when nobody can tell. */
export function whoDid(
  { causes, module, afterSeq }: Trace,
  history: readonly HistoryEntry[],
  nowMs: number,
): string | null {
  const which = history.findLast((entry) => {
    if (entry.type !== 'change' || nowMs - Date.parse(entry.at) > lateMs) return false;
    if (afterSeq !== null && entry.seq <= afterSeq) return false;
    return causes.includes(entry.cause) && (module === null || entry.modules.includes(module));
  });
  return which?.type === 'change' ? which.actor : null;
}

/** Longer ago is no answer to who it was just now. */
const lateMs = 60_000;
