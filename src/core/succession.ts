import { inherit } from './inherit.ts';
import { isWanted } from './ladder.ts';
import { stepLife } from './life.ts';
import { moduleOf, type Turn } from './turn.ts';

/**
 * Brings a module of which rig.yaml says something else by now to the end of its process: it starts anew by the new words, or
 * leaves the rig. False: it is in the rig no more.
 */
export function settleNext(turn: Turn, name: string): boolean {
  const { next, life } = moduleOf(turn, name);
  if (next === null) return true;
  if (next === 'leaves') {
    if (life.name !== 'off') return true;
    const { [name]: _, ...modules } = turn.state.modules;
    turn.state = { ...turn.state, modules };
    return false;
  }
  switch (life.name) {
    case 'off':
    case 'waiting':
      inherit(turn, moduleOf(turn, name));
      break;
    case 'failed':
    case 'crashed':
      if (isWanted(inherit(turn, moduleOf(turn, name)))) stepLife(turn, name, { type: 'restart' });
      break;
    case 'starting':
    case 'error':
      stepLife(turn, name, { type: 'restart' });
      break;
    case 'up':
      if (life.ending === null) stepLife(turn, name, { type: 'restart' });
      break;
    default: // it is stopping, and inherits when it has
  }
  return true;
}
