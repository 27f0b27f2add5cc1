import { own } from '../../src/core/own.ts';
import type { Module, RigState } from '../../src/core/state.ts';
import { hold } from './broken.ts';
import type { SeenStep } from './sim-daemon.ts';

/** What a changed rig.yaml may do to a rig, and what it must come to. */
export function watchApplied(step: SeenStep): void {
  for (const module of Object.values(step.after.modules)) watchSpec(step.after, module);
  const { asked, before, after, effects } = step;
  for (const name of Object.keys(before.modules)) {
    const isLeaving =
      own(before.modules, name)?.next === 'leaves' || asked?.intent.kind === 'config.apply';
    hold(
      Object.hasOwn(after.modules, name) || isLeaving,
      `${name} left the rig, and nobody took it out`,
    );
  }
  if (asked?.intent.kind !== 'config.apply') return;
  const isTaken = effects.some(({ type }) => type === 'take-config');
  hold(!isTaken || effects[0]?.type === 'take-config', 'a configuration is in force too late');
  if (!isTaken)
    hold(before.spec === after.spec, 'a configuration is in force, and nobody was told');
  for (const module of Object.values(before.modules)) watchUntouched(module, before, after);
}

/** Every module goes by what rig.yaml says of it, or is on the way to. */
function watchSpec({ spec }: RigState, { name, spec: present, next }: Module): void {
  const said = Object.hasOwn(spec.modules, name) ? own(spec.modules, name) : 'leaves';
  const goesBy = next ?? present;
  const isSame = goesBy === said || JSON.stringify(goesBy) === JSON.stringify(said);
  hold(isSame, `${name} does not go by its rig.yaml`);
}

function watchUntouched(module: Module, before: RigState, after: RigState): void {
  const { name, life } = module;
  const trial = 'trial' in before.recording ? before.recording.trial : null;
  const joined = trial !== null && typeof trial === 'object' && Object.hasOwn(trial.joined, name);
  const records = life.name === 'up' && life.take.name !== 'idle';
  if (!joined && !records) return;
  const now = own(after.modules, name);
  const isSame = now?.next === module.next && now.spec === module.spec;
  hold(isSame && now.desired === module.desired, `${name} is changed under its recording`);
}
