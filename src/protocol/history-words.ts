import { sayChange } from './change-words.ts';
import type { HistoryEntry } from './frames.ts';
import type { IntentKind } from './intent.ts';
import { withOwner } from './rig-words.ts';
import { sayDuration } from './units.ts';

/**
 * An entry of the history as a stranger would understand it: who wished what and what became of it, or what happened. Programs
 * read the entries themselves, in which states and kinds have their own words. Null: nothing that anybody has to know.
 */
export function sayEntry(entry: HistoryEntry): string | null {
  if (entry.type === 'event') return sayEvent(entry);
  if (entry.type === 'change') return sayChange(entry);
  // An entry of a later version.
  if (entry.type !== 'intent') return 'something that this version does not know';
  return sayIntent(entry);
}

const deeds: Readonly<Record<IntentKind, string>> = {
  'module.enable': 'switch * on',
  'module.disable': 'switch * off',
  'module.restart': 'restart *',
  'module.retry': 'start * again at once',
  'record.start': 'start recording',
  'record.stop': 'stop the recording',
  'record.pause': 'pause the recording',
  'record.resume': 'go on with the recording',
  'record.toggle': 'start or stop the recording',
  'session.start': 'open a session',
  'session.end': 'close the session',
  mark: 'set a marker',
  'problem.acknowledge': 'mark problems{ of *} as seen',
  'config.apply': 'take over rig.yaml',
  'log.level': 'change how much is logged{ of *}',
  'rig.shutdown': 'switch the machine off',
  'daemon.stop': 'take the rig down',
};
const deedOf: ReadonlyMap<string, string> = new Map(Object.entries(deeds));

const outcomes: Readonly<Record<string, string>> = {
  done: 'done',
  accepted: 'taken, it is under way',
  unchanged: 'nothing had to be done',
  refused: 'refused',
};

function sayIntent(entry: Extract<HistoryEntry, { type: 'intent' }>): string {
  const { actor, kind, module, outcome, message } = entry;
  const deed = deedOf.get(kind) ?? `${kind}{ *}`;
  const what = deed
    .replace(/\{(.*?)\}/, module === null ? '' : '$1')
    .replace('*', () => module ?? 'a module');
  const came = outcomes[outcome] ?? outcome;
  return `${actor} asked to ${what}: ${came}${message === null ? '' : ` (${message})`}`;
}

/** What stands before the words of an event that do not say by themselves what they are about. */
const leads: Readonly<Record<string, string>> = {
  hook: 'the hook ',
  'refused-move': 'what a module said did not fit and was left out: ',
  'start-missed': 'a start that was set is left out: ',
  'press-refused': 'a press was refused: ',
  'shutdown-step-failed': 'a step of the stop failed: ',
  'hand-over': 'the daemon ends, ',
};

function sayEvent({ name, module, message }: Extract<HistoryEntry, { type: 'event' }>): string {
  const [, setBy] = /^the wall clock was set by (-?\d+) ms$/.exec(message) ?? [];
  if (setBy !== undefined) return sayClockSet(Number(setBy));
  const [, what, actor] =
    /^controlled stop \((daemon|rig)\) asked for by (.*)$/s.exec(message) ?? [];
  if (actor !== undefined)
    return `${actor} takes the rig down${what === 'rig' ? ', and switches the machine off' : ''}`;
  const lead = leads[name] ?? '';
  const words = module === null || name === 'hook' ? message : withOwner(module, message);
  const whenAway = name === 'ended-unwatched' ? ' while no daemon watched' : '';
  return `${lead}${words}${whenAway}`;
}

function sayClockSet(byMs: number): string {
  const way = byMs > 0 ? 'forward' : 'back';
  return `the clock of the rig was set ${way} by ${sayDuration(Math.abs(byMs))}`;
}
