import { own } from '../../src/core/own.ts';
import type { Module, Pending, RigState } from '../../src/core/state.ts';
import { hold } from './broken.ts';
import type { Asked, SeenStep } from './sim-daemon.ts';

/** Only people change what is wanted: by an intent, or because one was rolled back or refused in so many words. */
export function watchWishes(step: SeenStep, asked: readonly Asked[]): void {
  for (const [name, module] of Object.entries(step.after.modules)) {
    const was = own(step.before.modules, name);
    if (was !== undefined && was.desired !== module.desired) watchWish(step, module, asked);
  }
  if (step.before.desired !== step.after.desired) watchRecordWish(step);
  watchTaken(step);
  for (const pending of step.before.pending) watchRollback(step, pending, asked);
}

/** Refusals for which a wish for a module may come to nothing. */
const excuses = ['stale', 'too-late', 'no-such-module', 'shutting-down', 'busy'];

/** A wish for a module that was not refused is the wish from then on, whatever the module is doing. */
function watchTaken({ asked, after }: SeenStep): void {
  const intent = asked?.intent;
  if (intent?.kind !== 'module.enable' && intent?.kind !== 'module.disable') return;
  const [answer] = asked?.answers ?? [];
  if (answer !== undefined && !answer.ok && excuses.includes(answer.refusal.reason)) return;
  const desired = intent.kind === 'module.enable' ? 'on' : 'off';
  hold(own(after.modules, intent.module)?.desired === desired, `${intent.kind} was lost`);
}

/** Who is told that the deadline has passed finds the wish as it was before. */
function watchRollback(
  { before, after }: SeenStep,
  pending: Pending,
  asked: readonly Asked[],
): void {
  const { rollback, id } = pending;
  if (rollback.to !== 'desired' || after.pending.some((one) => one.id === id)) return;
  const answer = asked.find((one) => one.id === id)?.answers[0];
  if (answer === undefined || answer.ok || answer.refusal.reason !== 'deadline') return;
  const { module, desired } = rollback;
  const isLater = own(before.modules, module)?.desired === desired;
  hold(isLater || own(after.modules, module)?.desired === desired, `${module} is not rolled back`);
}

function watchWish({ before, input }: SeenStep, module: Module, asked: readonly Asked[]): void {
  const kind = input.type === 'intent' ? input.intent.kind : null;
  if (kind === 'module.enable' || kind === 'module.disable') return;
  const { name } = module;
  const isLeaving = [module.next, own(before.modules, name)?.next].includes('leaves');
  if (kind === 'config.apply') return hold(isLeaving, `the wish for ${name} changed by a file`);
  const isRolledBack = before.pending.some(
    ({ rollback }) =>
      rollback.to === 'desired' && rollback.module === name && rollback.desired === module.desired,
  );
  hold(isRolledBack, `the wish for ${name} changed by ${input.type}`);
  const isTold = asked.some(({ answers }) => answers.some((one) => !one.ok));
  hold(isTold, 'who is rolled back is told');
}

function watchRecordWish({ before, after, input }: SeenStep): void {
  if (input.type === 'intent') return;
  const isClosing = input.type === 'close' && after.desired === 'idle';
  const isTakenBack = after.desired === 'idle' && isStartOver(before, after);
  const isAutostart = input.type === 'boot' && after.desired === 'recording';
  const isTimed = before.desired === 'idle' && startsByClock(before);
  hold(
    isClosing || isTakenBack || isAutostart || isTimed,
    `the wish to record changed by ${input.type}: ${before.desired} -> ${after.desired}`,
  );
}

/** A start that came to nothing before anything was recorded is taken back, or called off at its deadline. */
function isStartOver(before: RigState, after: RigState): boolean {
  // Its time is far away again, because the clock was set: it waits for it.
  const start = 'start' in before.recording ? before.recording.start : null;
  if (start !== null && start.generation === after.scheduled?.generation) return true;
  const wasAhead = ['preparing', 'arming', 'going', 'calling-off'].includes(before.recording.name);
  const wasNext = before.next !== null || before.recording.name === 'idle';
  return wasAhead ? !isUnattended(before, after) : wasNext;
}

/** Starts that nobody watches stay wished, whatever refuses them; only their sender's own deadline ends them. */
function isUnattended({ recording, pending }: RigState, after: RigState): boolean {
  const start = 'start' in recording ? recording.start : null;
  const timed = pending.some((one) => !after.pending.includes(one));
  return start?.unattended === true && !timed && after.lastRefusal?.refusal.reason !== 'called-off';
}

function startsByClock({ next, scheduled }: RigState): boolean {
  return next !== null || scheduled !== null;
}
