import type { Refusal } from '../protocol/problem.ts';
import { stepLife } from './life.ts';
import { own } from './own.ts';
import type { Made, Module, Recording, StartAsk, Trial } from './state.ts';
import { stepTake } from './take.ts';
import { deadlineIn, iso } from './time.ts';
import { note } from './trial.ts';
import {
  clear,
  moduleOf,
  nextAsk,
  raise,
  refusal,
  requiredModules,
  type Turn,
  wantedModules,
} from './turn.ts';
import { cannotRecord, whyMissing } from './words.ts';

/** From the wish to record to the first recording module: who is waited for, who is given up, and the common go. */

type Arming = Extract<Recording, { readonly name: 'arming' }>;
type Going = Extract<Recording, { readonly name: 'going' }>;

/** The go instant lies this far ahead, so that every module has read its command by then. In ms. */
const leadMs = 100;
const leadPerModuleMs = 5;

/** Arms whoever can be armed, and goes, waits or refuses as soon as that is clear. */
export function decideArming(turn: Turn, before: Arming): void {
  const arming = askDisk(turn, armAll(turn, before));
  if (isSilent(turn, arming)) callOff(turn, arming, diskSilent);
  else decide(turn, arming);
}

function decide(turn: Turn, arming: Arming): void {
  const members = wantedModules(turn.state);
  if (members.length === 0) return callOff(turn, arming, nothingWanted);
  if (members.some((module) => isAwaited(turn, arming, module))) return;
  const armed = members.filter(isArmed);
  const missing = requiredModules(turn.state).filter((module) => !isArmed(module));
  const { start } = arming;
  if (armed.length === 0 && start.unattended) return keepTrying(turn, arming, members);
  const mayLack = start.unattended || turn.state.spec.onMissingModule === 'start-without';
  if (armed.length === 0 || (missing.length > 0 && !mayLack)) {
    return callOff(turn, arming, cannotRecord(missing.length > 0 ? missing : members));
  }
  if (isTimeToGo(turn, arming, armed.length)) go(turn, arming, armed, missing);
}

function isTimeToGo({ now }: Turn, { start, disk }: Arming, armed: number): boolean {
  return disk === 'safe' && (start.due?.monoMs ?? 0) - leadOf(armed) <= now.monoMs;
}

/** When arming must be looked at again, on the monotonic clock in ms. */
export function armingDeadlines(arming: Arming, members: readonly Module[]): number[] {
  const { start, sinceMonoMs } = arming;
  const due = members.map((module) => sinceMonoMs + module.spec.armMs);
  const retries = members.map((module) => module.rearmMonoMs);
  const go = start.due === null ? [] : [start.due.monoMs - leadOf(members.filter(isArmed).length)];
  const disk = typeof arming.disk === 'object' ? [arming.disk.deadline.monoMs] : [];
  // The slowest of them may have been switched off since: it goes on being the end of this try.
  return [...due, ...retries, ...go, ...disk, arming.until.monoMs];
}

/** The recordings folder answers within 30 s by itself, in words; this is the net under that. */
export const diskAnswerMs = 40_000;

export const diskSilent: Refusal = refusal(
  'recordings-folder',
  'The recordings disk does not answer.',
  'Look for errors of the card or disk (dmesg), or for a network that is gone.',
);

/** What arming has made goes to the disk while modules open their devices; asked once, behind the first that were told to arm. */
function askDisk(turn: Turn, arming: Arming): Arming {
  if (arming.disk !== 'unasked') return arming;
  const ask = nextAsk(turn);
  const asked = { ...arming, disk: { ask, deadline: deadlineIn(turn.now, diskAnswerMs) } };
  turn.state = { ...turn.state, recording: asked };
  turn.effects.push({ type: 'secure-trial', ask });
  return asked;
}

function isSilent({ now }: Turn, { disk }: Arming): boolean {
  return typeof disk === 'object' && disk.deadline.monoMs <= now.monoMs;
}

function leadOf(modules: number): number {
  return leadMs + leadPerModuleMs * modules;
}

function isArmed({ life }: Module): boolean {
  return life.name === 'up' && life.take.name === 'armed';
}

function armAll(turn: Turn, arming: Arming): Arming {
  for (const { name } of wantedModules(turn.state)) {
    if (arming.start.unattended) rouse(turn, name);
    const module = moduleOf(turn, name);
    if (module.life.name !== 'up' || module.life.take.name !== 'idle') continue;
    if (module.life.ending === null && mayArm(turn, arming, module)) armOne(turn, module);
  }
  const { recording } = turn.state;
  return recording.name === 'arming' ? recording : arming;
}

/** Once a run; in a start that nobody watches again and again, but not in a loop. */
function mayArm(turn: Turn, { start, made }: Arming, module: Module): boolean {
  const asked = own(made.asked, module.name);
  if (asked === undefined) return true;
  if (start.unattended) return module.rearmMonoMs <= turn.now.monoMs;
  return asked.run !== module.runs;
}

/** Nothing is overwritten: whoever is asked again gets the next segment. */
function armOne(turn: Turn, module: Module): void {
  const { recording } = turn.state;
  if (recording.name !== 'arming') return;
  const { made, trial } = recording;
  const segment = (own(made.asked, module.name)?.segment ?? 0) + 1;
  const asked = { ...made.asked, [module.name]: { run: module.runs, segment } };
  turn.state = { ...turn.state, recording: { ...recording, made: { ...made, asked } } };
  stepTake(turn, module.name, { type: 'arm', trial, segment });
}

/** A module that reported an error which may pass gets a new process for a recording that waits for it. */
export function rouse(turn: Turn, name: string): void {
  const { life, rearmMonoMs } = moduleOf(turn, name);
  if (life.name !== 'error' || !life.recoverable || rearmMonoMs > turn.now.monoMs) return;
  stepLife(turn, name, { type: 'retry' });
}

/** Neither armed nor given up. A module that is still starting is waited for as long as it may take to arm. */
function isAwaited(turn: Turn, arming: Arming, { name, life, spec, runs }: Module): boolean {
  const until = arming.sinceMonoMs + spec.armMs;
  if (life.name === 'up') {
    if (life.take.name === 'arming') return true;
    if (life.take.name === 'armed') return false;
    const isAsked = own(arming.made.asked, name)?.run === runs;
    return !(isAsked && life.ending === null) && turn.now.monoMs < until;
  }
  if (life.name === 'error' || life.name === 'failed') return false;
  if (life.name === 'crashed' && (life.retry === null || life.retry.monoMs > until)) return false;
  return turn.now.monoMs < until;
}

function keepTrying(turn: Turn, arming: Arming, members: readonly Module[]): void {
  if (arming.until.monoMs > turn.now.monoMs) return;
  const { message, remedy } = cannotRecord(members);
  raise(turn, null, { code: 'start-refused', message, remedy });
  const longest = Math.max(...members.map((module) => module.spec.armMs));
  const until = deadlineIn(turn.now, longest);
  const recording = { ...arming, sinceMonoMs: turn.now.monoMs, until };
  turn.state = { ...turn.state, recording };
}

function callOff(turn: Turn, { start, trial, made }: Arming, why: Refusal): void {
  const recording = { name: 'calling-off', start, trial, made, refusal: why } as const;
  turn.state = { ...turn.state, recording };
}

const nothingWanted = refusal(
  'nothing-to-record',
  'No module is wanted, so there is nothing to record.',
  'Enable one first: rigdeck enable <module>',
);

function go(
  turn: Turn,
  { start, trial: number, made }: Arming,
  armed: readonly Module[],
  missing: readonly Module[],
): void {
  const leadTo = turn.now.monoMs + leadOf(armed.length);
  const goMs = Math.ceil(Math.max(leadTo, start.due?.monoMs ?? 0));
  const aheadMs = goMs - turn.now.monoMs;
  const trial = { ...begun(turn, start, number, goMs, missing.length > 0), ...segments(made) };
  const members = armed.map((module) => module.name);
  turn.state = { ...turn.state, recording: { name: 'going', start, trial, made, members } };
  clear(turn, null, ['start-refused']);
  const goMonoNs = `${goMs}000000`;
  note(turn, {
    is: 'trial-began',
    trial: number,
    label: start.label,
    startedAt: trial.startedAt,
    goMonoNs,
    modules: armed.map((module) => module.name),
    without: missing.map((module) => module.name),
    wanted: wantedModules(turn.state).map((module) => module.name),
  });
  for (const module of armed) {
    stepTake(turn, module.name, { type: 'go', atMonoNs: goMonoNs, leadMs: aheadMs });
  }
}

type Segments = Pick<Trial, 'segment' | 'segmentShared' | 'given'>;

/** Who had to be asked again has a segment of its own. */
function segments({ asked }: Made): Segments {
  const given = Object.entries(asked).map(([name, { segment }]): [string, number] => [
    name,
    segment,
  ]);
  const segment = Math.max(1, ...given.map(([, number]) => number));
  return { segment, segmentShared: segment === 1, given: Object.fromEntries(given) };
}

function begun(
  turn: Turn,
  start: StartAsk,
  number: number,
  goMs: number,
  partial: boolean,
): Omit<Trial, keyof Segments> {
  const aheadMs = goMs - turn.now.monoMs;
  const { segmentMs } = turn.state.spec;
  const proof = Math.max(...requiredModules(turn.state).map((module) => module.spec.evidenceMs));
  return {
    number,
    label: start.label,
    startedAt: iso(turn.now.wallMs + aheadMs),
    startedMonoMs: goMs,
    pausedMs: 0,
    pausedSinceMonoMs: null,
    generation: start.generation,
    partial,
    joined: {},
    noted: [],
    nextSegmentMs: segmentMs === 0 ? null : segmentMs,
    resumed: false,
    proof: deadlineIn(turn.now, aheadMs + proof),
  };
}

/** Every module that went has confirmed, or has failed to. One that records is worth a recording. */
export function settleGoing(turn: Turn, going: Going): void {
  const takes = going.members.map((name) => {
    const life = turn.state.modules[name]?.life;
    return life?.name === 'up' ? life.take.name : 'gone';
  });
  if (takes.includes('going')) return;
  const { trial } = going;
  if (Object.keys(trial.joined).length === 0)
    return discardGoing(turn, going, nobodyConfirmed(turn, going));
  turn.state = { ...turn.state, recording: { name: 'recording', trial: withMissing(turn, trial) } };
}

/** A trial without the confirmation of a required module lacks it, also where it is stopped at once. */
export function withMissing(turn: Turn, trial: Trial): Trial {
  const { joined } = trial;
  const lacks = requiredModules(turn.state).some(({ name }) => own(joined, name) !== 'in');
  return { ...trial, partial: trial.partial || lacks };
}

function nobodyConfirmed(turn: Turn, { members }: Going): Refusal {
  const words = members.map((name) => whyMissing(moduleOf(turn, name)));
  return refusal(
    'not-armed',
    `Nothing is recorded: no module confirmed that it records. ${words.join(' ')}`,
    'See what they say: rigdeck status, rigdeck logs <module>',
  );
}

/** Nobody has confirmed: the trial never really began, and its number is free again. */
export function discardGoing(turn: Turn, { start, trial, made }: Going, why: Refusal): void {
  const lean = { ...made, named: worthless(turn, made) };
  const recording = {
    name: 'calling-off',
    start,
    trial: trial.number,
    made: lean,
    refusal: why,
  } as const;
  turn.state = { ...turn.state, recording };
}

/** A file that has grown beyond a header may hold a recording that was only not confirmed: it is not ours to remove. */
const headerBytes = 4_096;

function worthless(turn: Turn, { named }: Made): Made['named'] {
  const bytesOf = (name: string) => turn.state.modules[name]?.counters.bytes ?? 0;
  return Object.fromEntries(Object.entries(named).filter(([name]) => bytesOf(name) <= headerBytes));
}
