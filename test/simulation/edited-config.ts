import type { ConfigOffer, ModuleSpec, OfferedModule, RigSpec } from '../../src/core/spec.ts';
import type { Prng } from '../support/prng.ts';
import type { Plan } from './plan.ts';
import type { Processes } from './processes.ts';

type Named = readonly [string, ModuleSpec];

/**
 * Somebody edits rig.yaml: modules come, go and change.
 *
 * @param before what is in force; @param isThere whether the rig shows a module of that name
 */
export function editedConfig(
  prng: Prng,
  plan: Plan,
  before: RigSpec,
  processes: Processes,
  isThere: (module: string) => boolean,
): ConfigOffer {
  const names = Object.keys(plan.specs).filter((name) => {
    const stays = prng.chance(Object.hasOwn(before.modules, name) ? 0.8 : 0.6);
    // A run that the rig does not show is still being ended: the daemon offers nothing with it.
    return stays && (isThere(name) || processes.livingOf(name) === undefined);
  });
  const specs = names.map((name): Named => [name, edited(prng, plan, before, names, name)]);
  const modules = specs.map(([name, spec]): [string, OfferedModule] => {
    const was = Object.hasOwn(before.modules, name) ? before.modules[name] : undefined;
    const isOther = was !== undefined && JSON.stringify(was) !== JSON.stringify(spec);
    const anew = was !== undefined && prng.chance(0.25) ? ['rate'] : [];
    const inPlace = isOther ? ['required'] : [];
    const run = processes.newest.get(name)?.run ?? 0;
    return [name, { enabled: prng.chance(0.8), run, anew, inPlace }];
  });
  const segmentMs = prng.chance(0.1) ? prng.pick([0, 2_000, 7_000]) : before.segmentMs;
  return {
    file: '/rig.yaml',
    spec: { ...before, segmentMs, modules: Object.fromEntries(specs) },
    modules: Object.fromEntries(modules),
    settings: [],
    waiting: prng.chance(0.1) ? ['gpio'] : [],
  };
}

function edited(
  prng: Prng,
  plan: Plan,
  before: RigSpec,
  names: readonly string[],
  name: string,
): ModuleSpec {
  const base = plan.specs[name];
  if (base === undefined) throw new Error(`${name} is in no plan`);
  const was = Object.hasOwn(before.modules, name) ? before.modules[name] : undefined;
  const after = base.after.filter((other) => names.includes(other));
  const required = prng.chance(0.1) ? prng.chance(0.5) : (was ?? base).required;
  const stopMs = prng.chance(0.1) ? prng.pick([2_000, 10_000]) : (was ?? base).stopMs;
  return { ...base, after, required, stopMs };
}
