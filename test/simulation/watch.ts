import { own } from '../../src/core/own.ts';
import { clockJitterMs } from '../../src/core/scheduled.ts';
import type { Module, RigState } from '../../src/core/state.ts';
import type { CoreSnapshot } from '../../src/core/state-manager.ts';
import { canonicalJson } from '../../src/protocol/canonical.ts';
import type { Change, Facts } from '../../src/protocol/snapshot.ts';
import { hold } from './broken.ts';
import { type Asked, type SeenStep, type SimDaemon, sha256 } from './sim-daemon.ts';
import { type Command, isMoveByHand, statusesByHand } from './status-by-hand.ts';
import { watchApplied } from './watch-applied.ts';
import { watchOrders } from './watch-orders.ts';
import { watchWishes } from './watch-wishes.ts';

/** An answer may be later than its deadline by no more than the alarm clock itself is. In ms. */
const alarmLateMs = 30;
/** Quit, SIGINT, SIGTERM: five seconds and twice three, and the alarm clock's own lateness. */
const askedMs = 11_000 + 4 * alarmLateMs;
/** The alarm rings at one instant this often at most: more is a loop that eats the processor. */
const maxRings = 30;

/** Looks at every step of one daemon, and throws `Broken` when it breaks a promise. */
export class Watch {
  readonly #daemon: SimDaemon;
  readonly #asked = new Map<string, number>();
  #rings = 0;
  #ringsAtMs = 0;

  constructor(daemon: SimDaemon) {
    this.#daemon = daemon;
  }

  /** Everything that must hold after any step, whatever the world was like. */
  look(step: SeenStep): void {
    const snapshot = this.#daemon.manager.snapshot();
    watchOrder(step, snapshot);
    watchMoves(step, snapshot);
    watchWishes(step, this.#daemon.asked);
    watchOrders(step);
    watchApplied(step);
    watchStatus(step.after, snapshot);
    watchReasons(snapshot);
    watchAnswers(step, this.#daemon.asked);
    watchDeadlines(step, this.#daemon);
    watchSetStart(step);
    watchAwake(step, this.#daemon);
    this.#watchAlarm(step);
    this.#watchLadder(step);
  }

  /** Whoever is told to end is gone, or was killed, after the budgets of the rungs before. */
  #watchLadder({ after, now }: SeenStep): void {
    for (const { name, life } of Object.values(after.modules)) {
      const isAsked = life.name === 'stopping' && !['SIGKILL', 'immortal'].includes(life.rung);
      if (!isAsked) this.#asked.delete(name);
      else if (!this.#asked.has(name)) this.#asked.set(name, now.monoMs);
      const sinceMs = this.#asked.get(name) ?? now.monoMs;
      hold(now.monoMs - sinceMs <= askedMs, `${name} is asked to end for ever`);
    }
  }

  #watchAlarm({ input, now }: SeenStep): void {
    if (input.type !== 'deadline') return;
    this.#rings = now.monoMs === this.#ringsAtMs ? this.#rings + 1 : 1;
    this.#ringsAtMs = now.monoMs;
    hold(this.#rings <= maxRings, 'the alarm rings without an end');
  }
}

function watchOrder(step: SeenStep, snapshot: CoreSnapshot): void {
  const [first = [], second = []] = step.changes;
  const isOne = first.length === second.length && first.every((one, at) => one === second[at]);
  hold(isOne, 'two observers were told different things');
  hold(first.length <= 1, 'one step is one change');
  const [change] = first;
  const { seq } = step.snapshotBefore;
  if (change === undefined) return hold(snapshot.seq === seq, 'a change that nobody was told of');
  hold(change.seq === seq + 1 && snapshot.seq === change.seq, 'seq rises by one');
  hold(change.epoch === snapshot.epoch, 'a change of this epoch');
  const facts = applied(step.snapshotBefore, change);
  const { rig, groups, modules } = snapshot;
  const text = canonicalJson(facts);
  const isTold =
    facts.rig === rig && isSame(facts.groups, groups) && isSame(facts.modules, modules);
  hold(isTold, 'what was told is what is true');
  hold(sha256(text) === change.checksum, 'the checksum is that of the state');
  hold(snapshot.checksum === change.checksum, 'the snapshot carries the same checksum');
}

/** A start that was set for a time of day goes at that time, whatever became of the clock since. */
function watchSetStart({ before, effects, input }: SeenStep): void {
  const start = before.recording.name === 'arming' ? before.recording.start : null;
  if (start?.due?.by !== 'wall' || input.type === 'intent') return; // somebody pressed: now is meant
  const atMs = Date.parse(start.due.at);
  for (const effect of effects) {
    if (effect.type !== 'note' || effect.note.is !== 'trial-began') continue;
    const earlyMs = atMs - Date.parse(effect.note.startedAt);
    hold(earlyMs < clockJitterMs, `a set start goes ${earlyMs} ms before its time`);
  }
}

/** Nobody sleeps through the time of a start that is armed for it. */
function watchAwake({ after, now }: SeenStep, { manager }: SimDaemon): void {
  const { recording } = after;
  const isOnDisk = recording.name === 'arming' && recording.disk === 'safe'; // else its answer wakes
  const dueMs = isOnDisk ? recording.start.due?.monoMs : undefined;
  if (dueMs === undefined || dueMs <= now.monoMs) return;
  const wanted = Object.values(after.modules).filter(
    ({ desired, closed }) => desired === 'on' && !closed,
  );
  const isReady = ({ life }: Module) => {
    if (life.name === 'crashed') return life.retry === null;
    return life.name === 'up' ? life.take.name === 'armed' : life.name === 'failed';
  };
  if (!wanted.every(isReady) || !wanted.some(({ life }) => life.name === 'up')) return;
  const alarmMs = manager.nextDeadline() ?? Number.POSITIVE_INFINITY;
  hold(alarmMs <= dueMs, 'the time of a set start is slept through');
}

function isSame(some: Readonly<Record<string, unknown>>, others: typeof some): boolean {
  const names = Object.keys(some);
  return (
    names.length === Object.keys(others).length &&
    names.every((name) => some[name] === others[name])
  );
}

/** What a client makes of a change: whole entities by their path. */
function applied({ rig, groups, modules }: CoreSnapshot, { changed }: Change): Facts {
  const facts = { rig, groups: { ...groups }, modules: { ...modules } };
  for (const [path, entity] of Object.entries(changed)) {
    const [part, name] = path.split('.');
    if (part === 'rig') Object.assign(facts, { rig: entity });
    if (part === 'groups' && name) put(facts.groups, name, entity);
    if (part === 'modules' && name) put(facts.modules, name, entity);
  }
  return facts;
}

function put(entities: Record<string, unknown>, name: string, entity: unknown): void {
  if (entity === null) delete entities[name];
  else entities[name] = entity;
}

function watchMoves(step: SeenStep, snapshot: CoreSnapshot): void {
  for (const [name, now] of Object.entries(snapshot.modules)) {
    const before = own(step.snapshotBefore.modules, name);
    if (before === undefined || before.state === now.state) continue;
    hold(isMoveByHand(before.state, now.state), `${name}: ${before.state} -> ${now.state}`);
  }
  for (const [name, { transitions }] of Object.entries(step.after.modules)) {
    hold(transitions.length <= 100, `${name} remembers at most 100 moves`);
  }
}

function watchStatus(state: RigState, snapshot: CoreSnapshot): void {
  const isClosed = Object.values(state.modules).some((module) => module.closed);
  const byHand = statusesByHand(snapshot, isClosed, commandOf(state));
  hold(byHand.rig === snapshot.rig.status, `rig is ${snapshot.rig.status}, not ${byHand.rig}`);
  for (const [name, { status }] of Object.entries(snapshot.groups)) {
    hold(byHand.groups[name] === status, `${name} is ${status}, not ${byHand.groups[name]}`);
  }
}

/** Who is called in error says why. */
function watchReasons({ modules }: CoreSnapshot): void {
  for (const [name, { state, problem }] of Object.entries(modules)) {
    hold(state !== 'error' || problem !== null, `${name} is in error, and nobody knows why`);
  }
}

function commandOf({ recording, startup }: RigState): Command {
  if (recording.name === 'recording') {
    return recording.trial.resumed && startup === 'pending' ? 'arming' : 'none';
  }
  if (['preparing', 'arming', 'going', 'resuming'].includes(recording.name)) return 'arming';
  return ['calling-off', 'stopping', 'closing'].includes(recording.name) ? 'stopping' : 'none';
}

function watchAnswers({ asked, now, after }: SeenStep, all: readonly Asked[]): void {
  // The earlier ones were looked at before: a hundred that wait are more than there ever are.
  for (const one of all.slice(-100)) {
    hold(one.answers.length <= 1, `${one.intent.kind} was answered twice`);
    const [answer] = one.answers;
    if (answer !== undefined && !answer.ok) {
      const { reason, message } = answer.refusal;
      hold(reason.length > 0 && message.length > 0, 'every refusal has its reason in words');
    }
    const isLate = now.monoMs > answeredByMs(one, after) + alarmLateMs;
    hold(answer !== undefined || !isLate, `${one.intent.kind} was not answered in time`);
  }
  if (asked !== null && !asked.intent.waitMs) {
    hold(asked.answers.length === 1, `${asked.intent.kind} is answered after its step`);
  }
}

/** Who waits for a start at a set time waits on when the clock is set back. */
function answeredByMs({ id, intent, atMonoMs }: Asked, { pending }: RigState): number {
  const isSet = intent.kind === 'record.start' && intent.at != null;
  const waits = isSet ? pending.find((one) => one.id === id) : undefined;
  return waits?.deadline?.monoMs ?? atMonoMs + (intent.waitMs ?? 0);
}

/** Whatever waits has an end: something is due, or the module's own words are not needed. */
function watchDeadlines({ after, now }: SeenStep, { manager }: SimDaemon): void {
  const waits = [
    ...Object.values(after.modules).filter(({ life }) => {
      if (life.name === 'starting' || life.name === 'stopping') return true;
      if (life.name === 'crashed') return life.retry !== null;
      return life.name === 'up' && ['arming', 'going', 'finishing'].includes(life.take.name);
    }),
    ...after.pending,
    ...(['preparing', 'arming', 'going', 'closing'].includes(after.recording.name) ? [1] : []),
  ];
  if (waits.length === 0) return;
  const due = manager.nextDeadline();
  hold(due !== null, 'somebody waits without a deadline');
  hold(due < now.monoMs + 86_400_000, 'a deadline lies within a day');
}
