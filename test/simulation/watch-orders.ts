import { own } from '../../src/core/own.ts';
import type { Module, RigState } from '../../src/core/state.ts';
import { hold } from './broken.ts';
import type { Performed, SeenStep } from './sim-daemon.ts';

/** Modules start after those they come after, and end before them. */
export function watchOrders({ before, after, effects }: SeenStep): void {
  for (const effect of effects) {
    if (effect.type === 'spawn') watchSpawn(effect.module, before, after);
    if (after.closing === 'stop-modules' && isEnd(effect)) watchEnd(effect.module, after);
  }
}

function isEnd(effect: Performed): effect is Extract<Performed, { type: 'tell' | 'signal' }> {
  return effect.type === 'signal' || (effect.type === 'tell' && effect.command.do === 'quit');
}

function watchSpawn(name: string, before: RigState, after: RigState): void {
  hold(after.closing !== 'stop-modules', `${name} is started while the rig shuts down`);
  const module = own(before.modules, name);
  if (module?.life.name !== 'off' && module?.life.name !== 'waiting') return;
  for (const other of module.spec.after) {
    hold(!isAwaited(own(after.modules, other)), `${name} is started before ${other}`);
  }
}

/** Wanted, and neither ready nor down. */
function isAwaited(module: Module | undefined): boolean {
  if (module === undefined || module.desired === 'off') return false;
  return ['off', 'waiting', 'starting'].includes(module.life.name);
}

function watchEnd(name: string, { modules }: RigState): void {
  for (const other of Object.values(modules)) {
    if (!other.spec.after.includes(name)) continue;
    const { life } = other;
    const isGone = ['off', 'waiting', 'failed', 'crashed'].includes(life.name);
    const isImmortal = life.name === 'stopping' && life.rung === 'immortal';
    const began = own(modules, name)?.life.name === 'stopping';
    hold(
      isGone || isImmortal || !began || wasEndingBefore(own(modules, name)),
      `${name} is ended before ${other.name}`,
    );
  }
}

/** It was on its way out before the rig began to shut down. */
function wasEndingBefore(module: Module | undefined): boolean {
  if (module?.life.name !== 'stopping') return false;
  return module.desired === 'off' || module.life.why !== 'wish' || module.life.rung !== 'quit';
}
