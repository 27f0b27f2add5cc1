import type { HistoryEntry } from './frames.ts';

/** What the journal calls a move (`mic idle -> recording`), for people: null where nobody has to know it. */
type Telling = readonly [
  move: RegExp,
  say: (is: { readonly [name: string]: string }) => string | null,
];

const wishes: Readonly<Record<string, string>> = {
  recording: 'the rig shall record',
  paused: 'the recording shall pause',
  idle: 'the rig shall not record any more',
};

const rigStates: Readonly<Record<string, string>> = {
  'idle arming': 'a recording is being prepared',
  'arming idle': 'the start is over, and nothing is recorded',
  'arming recording': 'the recording begins',
  'paused recording': 'the recording goes on',
  'idle recording': 'the recording goes on under a new daemon',
  'recording paused': 'the recording is paused',
  'stopping idle': 'the recording is over',
};

/** A status that says no more than the state of the recording does is no news. */
const statuses: Readonly<Record<string, string>> = {
  degraded: 'the rig works in part only (degraded)',
  error: 'the rig does not work (error)',
  off: 'nothing is wanted: the rig is off',
};

const moduleStates: Readonly<Record<string, string>> = {
  'disabled starting': 'is being started',
  'crashed starting': 'is started again',
  'error starting': 'is started again',
  'stopping starting': 'has ended and is started again',
  'starting idle': 'is ready',
  'error idle': 'works again',
  'recording idle': 'records no more',
  'paused idle': 'records no more',
  'paused recording': 'records again',
};
const whateverBefore: Readonly<Record<string, string>> = {
  disabled: 'is off',
  starting: 'is being started',
  idle: 'is idle',
  recording: 'records',
  paused: 'is paused',
  stopping: 'is being stopped',
  error: 'cannot work (error)',
  crashed: 'has ended unexpectedly (crashed)',
};

const phases: Readonly<Record<string, string | null>> = {
  waiting: 'waits for the modules that it comes after',
  spawning: 'is being started',
  probing: 'runs and gets ready',
  terminating: 'took too long to start and is ended',
  arming: 'opens its device and files',
  armed: 'is armed, and waits for the common start',
  going: 'is told when to begin',
  proving: 'records, and its first data are waited for',
  splitting: 'goes on in a new file',
  pausing: 'is being paused',
  resuming: 'is told to go on',
  finalizing: 'finishes its files',
  quitting: 'is asked to end',
  SIGINT: 'does not end: it is sent SIGINT',
  SIGTERM: 'does not end: it is sent SIGTERM',
  SIGKILL: 'does not end: it is killed (SIGKILL)',
  backoff: 'waits before it is started again',
};

const healths: Readonly<Record<string, string>> = {
  degraded: 'is not quite well (degraded)',
  stalled: 'is stalled: no data land',
  unresponsive: 'does not answer',
};

const tellings: readonly Telling[] = [
  [/^rig wished \w+ -> (?<to>\w+)$/, ({ to = '' }) => wishes[to] ?? null],
  [
    /^rig (?<from>idle|arming|recording|paused|stopping) -> (?<to>\w+)$/,
    ({ from, to }) =>
      rigStates[`${from} ${to}`] ?? (to === 'stopping' ? 'the recording is being stopped' : null),
  ],
  [
    /^status (?<from>\w+) -> (?<to>\w+)$/,
    ({ from = '', to = '' }) =>
      statuses[to] ?? (from === 'degraded' || from === 'error' ? 'the rig works again' : null),
  ],
  [/^session (?<id>\d+) opened$/, ({ id }) => `session ${id} is opened`],
  [/^session ended$/, () => 'the session is closed'],
  [/^rig problem over: (?<words>.*)$/s, ({ words }) => `past: ${words}`],
  [
    /^(?<module>\S+) problem over: (?<words>.*)$/s,
    ({ module, words }) => `past: ${module} ${words}`,
  ],
  [/^(?<module>\S+) wished \S+ -> off$/, ({ module }) => `${module} is switched off`],
  [/^(?<module>\S+) wished - -> on$/, ({ module }) => `${module} is new, and wanted`],
  [/^(?<module>\S+) wished \S+ -> on$/, ({ module }) => `${module} is switched on`],
  [
    /^(?<module>\S+) health (?<from>\w+) -> (?<to>\w+)$/,
    ({ module, from = '', to = '' }) => {
      const isBetter = to === 'ok' && from in healths;
      const words = healths[to] ?? (isBetter ? 'is well again' : undefined);
      return words === undefined ? null : `${module} ${words}`;
    },
  ],
  [
    /^(?<module>\S+) (?<from>[a-z]+) -> (?<to>[a-z]+)$/,
    ({ module, from = '', to = '' }) =>
      `${module} ${moduleStates[`${from} ${to}`] ?? whateverBefore[to] ?? `is ${to}`}`,
  ],
  [/^(?<module>\S+) recording: settled$/, ({ module }) => `data of ${module} were seen to land`],
  // Its first record: what it is, is told with it.
  [/^\S+ - -> [a-z]+$/, () => null],
  [/^\S+ [a-z]+: settled$/, () => null],
  [
    /^(?<module>\S+) (?:disabled|starting|idle|recording|paused|stopping|error|crashed): (?<phase>\w+)$/,
    ({ module, phase = '' }) => `${module} ${phases[phase] ?? `is at: ${phase}`}`,
  ],
  [
    /^(?<module>\S+) adopted: (?<state>\w+), run (?<run>\d+), PID (?<pid>\w+)$/,
    ({ module, state = '', run, pid }) =>
      `${module} went on meanwhile and ${whateverBefore[state] ?? `is ${state}`} (run ${run}, process ${pid})`,
  ],
  [/^(?<module>\S+) left the rig$/, ({ module }) => `${module} left the rig`],
];

/** A command that asks one thing comes and goes with it, which is no news: what it asked for is. */
const comings: readonly Telling[] = [
  [/^(?<name>.*?) \(.*\(\k<name>\)\) watches( no more)?$/, () => null],
  [/^(?<who>.*) watches$/, ({ who }) => `${who} is connected`],
  [/^(?<who>.*) watches no more$/, ({ who }) => `${who} is not connected any more`],
];

/** Whose doing a change is, by itself, is told by its words; people, buttons and rules that people wrote are named. */
const inner: ReadonlySet<string> = new Set([
  'socket',
  'recordings',
  'evidence',
  'clock',
  'health',
  'rig',
  'panel',
]);

/** What moved, in words for people; null where nothing did that anybody has to know. */
export function sayChange(entry: Extract<HistoryEntry, { type: 'change' }>): string | null {
  const { actor, what } = entry;
  const table = actor === 'socket' ? comings : tellings;
  const told = what.flatMap((move) => sayMove(table, move) ?? []);
  if (told.length === 0) return null;
  return `${sayActor(actor)}${[...new Set(told)].join(', ')}`;
}

function sayActor(actor: string): string {
  if (actor === 'boot') return 'the daemon starts: ';
  return inner.has(actor) || actor.startsWith('module ') ? '' : `${actor}: `;
}

// What is no move (a problem in its own words, a marker, what a later version says) stays as it is.
function sayMove(table: readonly Telling[], move: string): string | null {
  for (const [form, say] of table) {
    const found = form.exec(move);
    if (found !== null) return say(found.groups ?? {});
  }
  return move;
}
