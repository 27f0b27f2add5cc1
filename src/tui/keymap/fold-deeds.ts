import { hasGroups } from '../board-rows.ts';
import type { Situation } from '../situation.ts';
import { back, type Deed, openModule } from './deeds.ts';
import type { Reason } from './reasons.ts';

/** The group that would be folded or unfolded: that of the selected row. Null where there are no groups. */
function groupOf({ rows, row, module }: Situation): string | null {
  if (row?.kind === 'group') return row.group;
  return rows.some(({ kind }) => kind === 'group') ? (module?.group ?? null) : null;
}

function isFolded({ row }: Situation): boolean {
  return row?.kind === 'group' && row.folded;
}

/** Folds the group of the selected row, or unfolds it. */
export function fold(now: Situation): Deed {
  const group = groupOf(now);
  return group === null ? back : { kind: 'view', action: { type: 'fold', group } };
}

export function foldWord(now: Situation): string {
  return isFolded(now) ? 'unfold' : 'fold';
}

export function cannotFold(now: Situation): Reason {
  const { snapshot } = now;
  if (groupOf(now) !== null) return null;
  if (snapshot === null || !hasGroups(snapshot)) return 'this rig has no groups to fold';
  return 'what is looked for stands without its groups: Esc shows all';
}

/** What Left does: nothing where the group is folded already. */
export function cannotFoldUp(now: Situation): Reason {
  return isFolded(now) ? 'that group is folded already' : cannotFold(now);
}

/** Into what is selected: the page of a module, or the modules of a group. */
export function openRow(now: Situation): Deed {
  return now.row?.kind === 'group' ? fold(now) : openModule(now);
}

export function openWord(now: Situation): string {
  return now.row?.kind === 'group' ? foldWord(now) : 'open';
}

/** What Right does: it never folds. */
export function cannotUnfold({ row }: Situation): Reason {
  return row?.kind === 'group' && !row.folded ? 'that group is unfolded already' : null;
}
