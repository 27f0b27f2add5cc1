import type { AppliedConfig } from '../protocol/applied-config.ts';
import type { Intent } from '../protocol/intent.ts';
import { planApply } from './apply-plan.ts';
import { bootModule } from './boot.ts';
import type { Taken } from './intents.ts';
import { isWanted } from './ladder.ts';
import { own } from './own.ts';
import type { BootModule, ConfigOffer, OfferedModule } from './spec.ts';
import type { Module, Pending } from './state.ts';
import { refusal, type Turn } from './turn.ts';

/** Takes over another configuration: as a whole or not at all. What it asks of modules, `settle` does from here on. */
export function applyConfig(
  turn: Turn,
  { dryRun }: Extract<Intent, { readonly kind: 'config.apply' }>,
  offer: ConfigOffer | undefined,
): Taken {
  if (offer === undefined) {
    return refusal('bad-configuration', 'No checked configuration came with this wish.', null);
  }
  const applied = planApply(turn.state, offer);
  if ('reason' in applied) return applied;
  if (dryRun) return { done: 'unchanged', applied };
  // Also where nothing else is new: the text is another one, and is in force from here on.
  turn.effects.push({ type: 'take-config' });
  if (isNothing(applied)) return { done: 'unchanged', applied };
  const modules = modulesAfter(turn, offer);
  turn.state = {
    ...turn.state,
    spec: { ...offer.spec, name: turn.state.spec.name },
    modules: Object.fromEntries(modules.map((module) => [module.name, module])),
    pending: turn.state.pending.map((one) => withoutRollback(one, applied)),
  };
  return { goal: { of: 'config', applied, starting: startingOf(turn, applied) }, outcome: 'done' };
}

function isNothing({ added, changed, removed, settings, waiting }: AppliedConfig): boolean {
  return [added, changed, removed, settings, waiting].every((some) => some.length === 0);
}

/** In the order of the file; those that leave come last. */
function modulesAfter(turn: Turn, offer: ConfigOffer): Module[] {
  const { modules } = turn.state;
  const named = Object.entries(offer.modules).map(([name, offered]) =>
    moduleAfter(turn, name, offered, offer),
  );
  const leaving = Object.values(modules)
    .filter(({ name }) => !Object.hasOwn(offer.modules, name))
    .map((module): Module => ({ ...module, desired: 'off', next: 'leaves' }));
  return [...named, ...leaving];
}

function moduleAfter(turn: Turn, name: string, offered: OfferedModule, offer: ConfigOffer): Module {
  const spec = own(offer.spec.modules, name);
  if (spec === undefined) throw new Error(`${name} has no specification`);
  const before = own(turn.state.modules, name);
  const desired = offered.enabled ? 'on' : 'off';
  if (before === undefined) {
    const blank: BootModule = { ...neverSeen, desired, run: offered.run };
    return bootModule(name, spec, blank, 0, turn.now);
  }
  if (before.next === 'leaves') return { ...before, desired, failures: 0, next: spec };
  if (offered.anew.length > 0) return { ...before, failures: 0, next: spec };
  if (offered.inPlace.length === 0) return before;
  return before.next === null ? { ...before, spec } : { ...before, next: spec };
}

const neverSeen: Omit<BootModule, 'desired' | 'run'> = {
  before: 'new',
  restarts: 0,
  failures: 0,
  lastProblem: null,
  adopted: null,
  finished: null,
  ended: null,
  lost: null,
};

/** Nobody takes back a wish for a module that is not in the rig any more. */
function withoutRollback(pending: Pending, { removed }: AppliedConfig): Pending {
  const { rollback } = pending;
  if (rollback.to !== 'desired' || !removed.includes(rollback.module)) return pending;
  return { ...pending, rollback: { to: 'nothing' } };
}

function startingOf({ state }: Turn, { added, changed }: AppliedConfig): string[] {
  const anew = changed.flatMap(({ module, startsAnew }) => (startsAnew ? [module] : []));
  return [...added, ...anew].filter((name) => {
    const module = own(state.modules, name);
    return module !== undefined && isWanted(module);
  });
}
