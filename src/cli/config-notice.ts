import { sayProblem } from '../protocol/rig-words.ts';
import type { RigRecord } from '../protocol/snapshot.ts';
import type { Context } from './context.ts';
import { note } from './output.ts';

/**
 * Says that rig.yaml was changed and is not in force, beside the result of a command that may therefore not do what its
 * caller expects.
 */
export function tellConfigNotice({ json }: Context, { problems }: RigRecord): void {
  const changed = problems.find(({ code }) => code === 'config-changed');
  if (changed !== undefined && !json) note(`note: ${sayProblem(null, changed)}`);
}
