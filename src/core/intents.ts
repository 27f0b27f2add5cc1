import type { AppliedConfig } from '../protocol/applied-config.ts';
import type { Intent } from '../protocol/intent.ts';
import type { Refusal } from '../protocol/problem.ts';
import { applyConfig } from './apply.ts';
import { diskAnswerMs } from './arming.ts';
import type { CoreVerdict } from './effect.ts';
import type { Input } from './input.ts';
import { stepLife } from './life.ts';
import { mark } from './mark.ts';
import { takeRecordIntent } from './record-intents.ts';
import type { Goal, Module, Pending, Rollback } from './state.ts';
import { deadlineIn } from './time.ts';
import { nextAsk, patchModule, refusal, setModule, type Turn } from './turn.ts';

/** Everything that people, buttons and scripts may wish. Each answer is a verdict; each refusal has its reason. */

/** A press that is processed later than this after its edge no longer says what its finger meant. In ms. */
const latePressMs = 2_000;
/** Who may wait at the same time. One more is told to come again: a queue without an end is a leak. */
const maxPending = 256;

/** What to wait for after an intent was taken, and what to take back if it does not come true. */
export type Taken =
  | { readonly goal: Goal; readonly outcome: 'done' | 'unchanged'; readonly rollback?: Rollback }
  | { readonly done: 'done' | 'unchanged' | 'accepted'; readonly applied?: AppliedConfig }
  | Refusal;

type Of<K extends Intent['kind']> = Extract<Intent, { readonly kind: K }>;

/** Takes one intent: refuses it, answers it, or puts its sender among those who wait. */
export function takeIntent(turn: Turn, input: Extract<Input, { readonly type: 'intent' }>): void {
  const { id, intent } = input;
  const taken = judge(turn, input);
  if ('reason' in taken) return answer(turn, id, { ok: false, refusal: taken });
  if ('done' in taken) {
    const { done: outcome, ...more } = taken;
    return answer(turn, id, { ok: true, outcome, ...more });
  }
  const { goal, outcome, rollback = { to: 'nothing' } } = taken;
  const deadline = intent.waitMs ? deadlineIn(turn.now, intent.waitMs) : null;
  if (rollback.to === 'desired' && deadline === null) {
    const enabled = rollback.desired === 'off';
    turn.effects.push({ type: 'remember-wish', module: rollback.module, enabled });
  }
  const pending: Pending = { id, goal, deadline, outcome, rollback };
  turn.state = { ...turn.state, pending: [...turn.state.pending, pending] };
}

function answer(turn: Turn, id: number, verdict: CoreVerdict): void {
  turn.effects.push({ type: 'answer', id, verdict });
}

function judge(
  turn: Turn,
  { intent, monoMs, meantMs = monoMs, offer }: Extract<Input, { readonly type: 'intent' }>,
): Taken {
  if (turn.state.closing !== 'no') {
    if (intent.kind === 'daemon.stop') return { done: 'unchanged' };
    return refusal('shutting-down', 'Rigdeck is being stopped.', 'Start it again then: rigdeck up');
  }
  if (turn.now.monoMs - meantMs > latePressMs) {
    return refusal('too-late', 'The press is more than two seconds old.', 'Press again.');
  }
  if (intent.waitMs && turn.state.pending.length >= maxPending) {
    return refusal(
      'busy',
      `${maxPending} commands are waited for already.`,
      'Try again in a moment.',
    );
  }
  return intent.kind === 'config.apply'
    ? applyConfig(turn, intent, offer)
    : take(turn, intent, monoMs);
}

type Simple = Exclude<Intent, { readonly kind: 'config.apply' }>;

function take(turn: Turn, intent: Simple, monoMs: number): Taken {
  switch (intent.kind) {
    case 'module.enable':
    case 'module.disable':
    case 'module.restart':
    case 'module.retry':
      return takeModuleIntent(turn, intent);
    case 'record.start':
    case 'record.stop':
    case 'record.pause':
    case 'record.resume':
    case 'record.toggle':
      return takeRecordIntent(turn, intent);
    case 'session.start':
    case 'session.end':
      return takeSessionIntent(turn, intent);
    case 'mark':
      return mark(turn, intent, monoMs);
    case 'problem.acknowledge':
      return acknowledge(turn, intent);
    case 'log.level':
      return setLogLevel(turn, intent);
    case 'rig.shutdown':
      turn.effects.push({ type: 'shut-down', what: 'rig', actor: turn.actor });
      return { done: 'accepted' };
    default:
      turn.effects.push({ type: 'shut-down', what: 'daemon', actor: turn.actor });
      return { done: 'accepted' };
  }
}

function noSuchModule(turn: Turn, name: string): Refusal {
  const staying = Object.values(turn.state.modules).filter(({ next }) => next !== 'leaves');
  const names = staying.map((module) => module.name);
  return refusal(
    'no-such-module',
    `There is no module ${JSON.stringify(name)}.`,
    names.length === 0 ? 'rig.yaml names no modules yet.' : `Modules are: ${names.join(', ')}`,
  );
}

function takeModuleIntent(
  turn: Turn,
  intent: Of<'module.enable' | 'module.disable' | 'module.restart' | 'module.retry'>,
): Taken {
  const module = Object.hasOwn(turn.state.modules, intent.module)
    ? turn.state.modules[intent.module]
    : undefined;
  if (module === undefined || module.next === 'leaves') return noSuchModule(turn, intent.module);
  switch (intent.kind) {
    case 'module.enable':
      return wish(turn, module, 'on');
    case 'module.disable':
      return wish(turn, module, 'off');
    case 'module.restart':
      return restart(turn, module);
    default:
      return retry(turn, module);
  }
}

function wish(turn: Turn, module: Module, desired: 'on' | 'off'): Taken {
  const { name } = module;
  const until = desired === 'on' ? 'ready' : 'off';
  const goal: Goal = { of: 'module', module: name, until, newerThan: 0 };
  if (module.desired === desired) return shareWish(turn, name, goal);
  patchModule(turn, name, { desired, failures: 0 });
  return {
    goal,
    outcome: 'done',
    rollback: { to: 'desired', module: name, desired: module.desired },
  };
}

/** Somebody wished so already. If that was to be taken back in the end, it is this sender's wish now, too. */
function shareWish(turn: Turn, name: string, goal: Goal): Taken {
  const isShared = ({ rollback: to }: Pending) => to.to === 'desired' && to.module === name;
  const before = turn.state.pending.find(isShared);
  if (before === undefined) return { goal, outcome: 'unchanged' };
  const pending = turn.state.pending.map((one) =>
    isShared(one) ? { ...one, rollback: { to: 'nothing' } as const } : one,
  );
  turn.state = { ...turn.state, pending };
  return { goal, outcome: 'unchanged', rollback: before.rollback };
}

function switchedOff({ name }: Module): Refusal {
  return refusal(
    'switched-off',
    `${name} is switched off.`,
    `Switch it on: rigdeck enable ${name}`,
  );
}

function restart(turn: Turn, module: Module): Taken {
  if (module.desired === 'off') return switchedOff(module);
  const newerThan = module.runs;
  stepLife(turn, module.name, { type: 'restart' });
  return {
    goal: { of: 'module', module: module.name, until: 'ready', newerThan },
    outcome: 'done',
  };
}

function retry(turn: Turn, module: Module): Taken {
  if (module.desired === 'off') return switchedOff(module);
  if (!['crashed', 'failed', 'error'].includes(module.life.name)) return { done: 'unchanged' };
  return restartNow(turn, module);
}

function restartNow(turn: Turn, module: Module): Taken {
  const newerThan = module.runs;
  stepLife(turn, module.name, { type: 'retry' });
  return {
    goal: { of: 'module', module: module.name, until: 'ready', newerThan },
    outcome: 'done',
  };
}

function takeSessionIntent(turn: Turn, intent: Of<'session.start' | 'session.end'>): Taken {
  const { recording, session, sessionAsk } = turn.state;
  if (recording.name !== 'idle' || turn.state.next !== null) {
    return refusal(
      'recording',
      'A trial is being recorded into the present session.',
      'Stop it first: rigdeck record stop',
    );
  }
  if (sessionAsk !== null && !sessionAsk.over) {
    return refusal('busy', 'A session is just being opened or closed.', 'Try again in a moment.');
  }
  if (intent.kind === 'session.end' && session === null) return { done: 'unchanged' };
  const ask = nextAsk(turn);
  const deadline = deadlineIn(turn.now, diskAnswerMs);
  turn.state = {
    ...turn.state,
    sessionAsk: { ask, refusal: null, partly: null, over: false, deadline },
  };
  turn.effects.push(
    intent.kind === 'session.end'
      ? { type: 'end-session', ask }
      : { type: 'open-session', ask, name: intent.name },
  );
  return { goal: { of: 'session', ask }, outcome: 'done' };
}

/** Codes of things that happened once. Acknowledged, they are over; a state that lasts is only marked as seen. */
const events = new Set([
  'verdict',
  'damaged-file',
  'not-alone',
  'flood',
  'bad-lines',
  'not-stopped',
  'no-record',
  'not-armed',
  'start-refused',
  'manifest',
  'hook',
  'oom',
  'shutdown',
  'stray',
  'clock-stepped',
]);

function acknowledge(turn: Turn, intent: Of<'problem.acknowledge'>): Taken {
  const { module: name, code } = intent;
  if (name && !Object.hasOwn(turn.state.modules, name)) return noSuchModule(turn, name);
  const hits = { count: 0 };
  const seen = (problems: Module['problems']) =>
    problems.flatMap((problem) => {
      if ((code && problem.code !== code) || problem.acknowledged) return [problem];
      hits.count += 1;
      return events.has(problem.code) ? [] : [{ ...problem, acknowledged: true }];
    });
  if (!name) turn.state = { ...turn.state, problems: seen(turn.state.problems) };
  for (const module of Object.values(turn.state.modules)) {
    const problems = !name || module.name === name ? seen(module.problems) : module.problems;
    if (problems.length > 0 || module.problems.length > 0) setModule(turn, { ...module, problems });
  }
  if (hits.count > 0) return { done: 'done' };
  if (!code) return { done: 'unchanged' };
  return refusal(
    'no-such-problem',
    `There is no problem ${JSON.stringify(code)} now.`,
    'Those that there are: rigdeck status',
  );
}

function setLogLevel(turn: Turn, intent: Of<'log.level'>): Taken {
  const { level } = intent;
  if (!intent.module) {
    turn.effects.push({ type: 'log-level', module: null, level });
    return { done: 'done' };
  }
  const module = Object.hasOwn(turn.state.modules, intent.module)
    ? turn.state.modules[intent.module]
    : undefined;
  if (module === undefined) return noSuchModule(turn, intent.module);
  turn.effects.push({ type: 'log-level', module: module.name, level });
  if (module.life.name === 'up') {
    const { run } = module.life;
    turn.effects.push({ type: 'tell', module: module.name, run, command: { do: 'log', level } });
  }
  return { done: 'done' };
}
