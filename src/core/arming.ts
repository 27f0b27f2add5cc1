import type { Refusal } from '../protocol/problem.ts';
import type { Module, Recording, StartAsk, Trial } from './state.ts';
import { stepTake } from './take.ts';
import { deadlineIn, iso } from './time.ts';
import { note } from './trial.ts';
import { raise, refusal, requiredModules, type Turn, wantedModules } from './turn.ts';

/** From the wish to record to the first recording module: who is waited for, who is given up, and the common go. */

type Arming = Extract<Recording, { readonly name: 'arming' }>;
type Going = Extract<Recording, { readonly name: 'going' }>;

/** The go instant lies this far ahead, so that every module has read its command by then. In ms. */
const leadMs = 100;
const leadPerModuleMs = 5;

/** Arms whoever can be armed, and goes, waits or refuses as soon as that is clear. */
export function decideArming(turn: Turn, before: Arming): void {
  const arming = armAll(turn, before);
  const members = wantedModules(turn.state);
  if (members.length === 0) return callOff(turn, arming, nothingWanted);
  if (members.some((module) => isAwaited(turn, arming, module))) return;
  const armed = members.filter(isArmed);
  const missing = requiredModules(turn.state).filter((module) => !isArmed(module));
  const { start } = arming;
  if (armed.length === 0 && start.unattended) return keepTrying(turn, arming, members);
  const mayLack = start.unattended || turn.state.spec.onMissingModule === 'start-without';
  if (armed.length === 0 || (missing.length > 0 && !mayLack)) {
    return callOff(turn, arming, notArmed(missing.length > 0 ? missing : members));
  }
  if ((start.notBeforeMonoMs ?? 0) - leadOf(armed.length) > turn.now.monoMs) return;
  go(turn, arming, armed, missing);
}

/** When arming must be looked at again, on the monotonic clock in ms. */
export function armingDeadlines(arming: Arming, members: readonly Module[]): number[] {
  const { start, sinceMonoMs } = arming;
  const due = members.map((module) => sinceMonoMs + module.spec.armMs);
  const retries = members.map((module) => module.rearmMonoMs);
  const go = start.notBeforeMonoMs === null ? [] : [start.notBeforeMonoMs - leadOf(members.length)];
  return [...due, ...retries, ...go];
}

function leadOf(modules: number): number {
  return leadMs + leadPerModuleMs * modules;
}

function isArmed({ life }: Module): boolean {
  return life.name === 'up' && life.take.name === 'armed';
}

function armAll(turn: Turn, arming: Arming): Arming {
  const asked = new Set(arming.asked);
  for (const module of wantedModules(turn.state)) {
    if (module.life.name !== 'up' || module.life.take.name !== 'idle') continue;
    const again = arming.start.unattended && module.rearmMonoMs <= turn.now.monoMs;
    if (module.restartAsked || (asked.has(module.name) && !again)) continue;
    asked.add(module.name);
    stepTake(turn, module.name, { type: 'arm', trial: arming.trial, segment: 1 });
  }
  if (asked.size === arming.asked.length) return arming;
  const next = { ...arming, asked: [...asked] };
  turn.state = { ...turn.state, recording: next };
  return next;
}

/** Neither armed nor given up. A module that is still starting is waited for as long as it may take to arm. */
function isAwaited(turn: Turn, arming: Arming, { name, life, spec }: Module): boolean {
  const until = arming.sinceMonoMs + spec.armMs;
  if (life.name === 'up') {
    if (life.take.name === 'arming') return true;
    if (life.take.name === 'armed') return false;
    return !arming.asked.includes(name) && turn.now.monoMs < until;
  }
  if (life.name === 'error' || life.name === 'failed') return false;
  if (life.name === 'crashed' && (life.retry === null || life.retry.monoMs > until)) return false;
  return turn.now.monoMs < until;
}

function keepTrying(turn: Turn, arming: Arming, members: readonly Module[]): void {
  if (arming.until.monoMs > turn.now.monoMs) return;
  const { message, remedy } = notArmed(members);
  raise(turn, null, { code: 'start-refused', message, remedy });
  const longest = Math.max(...members.map((module) => module.spec.armMs));
  const until = deadlineIn(turn.now, longest);
  const recording = { ...arming, sinceMonoMs: turn.now.monoMs, until };
  turn.state = { ...turn.state, recording };
}

function callOff(turn: Turn, { start, trial, ownSession }: Arming, why: Refusal): void {
  const name = 'calling-off';
  const recording = { name, start, trial, ownSession, refusal: why, files: [] } as const;
  turn.state = { ...turn.state, recording };
}

const nothingWanted = refusal(
  'nothing-to-record',
  'No module is wanted, so there is nothing to record.',
  'Enable one first: rigdeck enable <module>',
);

function notArmed(missing: readonly Module[]): Refusal {
  const names = missing.map((module) => module.name).join(', ');
  const why = missing.map((module) => module.problems.at(-1)?.message).find((words) => words);
  const verb = missing.length === 1 ? 'is' : 'are';
  return refusal(
    'not-armed',
    `Nothing is recorded: ${names} ${verb} not ready to record.${why === undefined ? '' : ` ${why}`}`,
    `Cure it, switch it off (rigdeck disable ${missing[0]?.name ?? ''}), or set required: false or onMissingModule: start-without.`,
  );
}

function go(
  turn: Turn,
  { start, trial: number, ownSession }: Arming,
  armed: readonly Module[],
  missing: readonly Module[],
): void {
  const leadTo = turn.now.monoMs + leadOf(armed.length);
  const goMs = Math.ceil(Math.max(leadTo, start.notBeforeMonoMs ?? 0));
  const aheadMs = goMs - turn.now.monoMs;
  const trial = begun(turn, start, number, goMs, missing.length > 0);
  turn.state = {
    ...turn.state,
    recording: {
      name: 'going',
      start,
      trial,
      ownSession,
      members: armed.map((module) => module.name),
    },
  };
  const goMonoNs = `${goMs}000000`;
  note(turn, {
    is: 'trial-began',
    trial: number,
    label: start.label,
    startedAt: trial.startedAt,
    goMonoNs,
    modules: armed.map((module) => module.name),
    without: missing.map((module) => module.name),
  });
  for (const module of armed) {
    stepTake(turn, module.name, { type: 'go', atMonoNs: goMonoNs, leadMs: aheadMs });
  }
}

function begun(turn: Turn, start: StartAsk, number: number, goMs: number, partial: boolean): Trial {
  const aheadMs = goMs - turn.now.monoMs;
  const proof = Math.max(...requiredModules(turn.state).map((module) => module.spec.evidenceMs));
  return {
    number,
    label: start.label,
    startedAt: iso(turn.now.wallMs + aheadMs),
    startedMonoMs: goMs,
    segment: 1,
    segmentShared: true,
    generation: start.generation,
    partial,
    joined: {},
    noted: [],
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
  if (takes.includes('recording')) {
    const { joined } = trial;
    const partial = requiredModules(turn.state).some(({ name }) => joined[name] !== 'in');
    const next = { ...trial, partial: trial.partial || partial };
    turn.state = { ...turn.state, recording: { name: 'recording', trial: next } };
    return;
  }
  const why = refusal(
    'not-armed',
    'Nothing is recorded: no module confirmed that it records.',
    'See what they say: rigdeck status, rigdeck logs <module>',
  );
  const { start, ownSession } = going;
  turn.state = {
    ...turn.state,
    recording: {
      name: 'calling-off',
      start,
      trial: trial.number,
      ownSession,
      refusal: why,
      files: [],
    },
  };
}
