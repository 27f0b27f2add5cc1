import type { Badge } from '../protocol/badge.ts';
import { sayGroup, worstBadge } from '../protocol/group-words.ts';
import type { ModuleRecord } from '../protocol/snapshot.ts';
import { clean } from '../protocol/text.ts';
import { saySize } from '../protocol/units.ts';
import type { BoardRow } from './board-rows.ts';
import type { TextColumn } from './layout.ts';
import type { Situation } from './situation.ts';

type GroupRow = Extract<BoardRow, { kind: 'group' }>;

/** The badge of a folded group; none over modules that show theirs. */
export function groupBadge(now: Situation, row: GroupRow): Badge | null {
  return row.folded ? worstBadge(membersOf(now, row), now.seenMs) : null;
}

/** What stands in one cell of the row of a group: how many of its modules are what, and what they write together. */
export function groupCell({ key }: TextColumn, now: Situation, row: GroupRow): string {
  switch (key) {
    case 'name':
      return `${row.folded ? '▸' : '▾'} ${clean(row.group)}`;
    case 'detail':
    case 'doing':
      return [sayGroup(membersOf(now, row), now.seenMs), ...rateOf(now, row)].join(' · ');
    case 'brief':
      return sayGroup(membersOf(now, row), now.seenMs);
    default:
      return '';
  }
}

function membersOf({ snapshot }: Situation, { members }: GroupRow): ModuleRecord[] {
  return members.flatMap((name) => snapshot?.modules[name] ?? []);
}

// Of those whose rate is known; nothing where none is, or where each shows its own.
function rateOf({ snapshot, telemetry }: Situation, { members, folded }: GroupRow): string[] {
  const rates = members.flatMap((name) => {
    const record = snapshot?.modules[name];
    if (record?.state !== 'recording' || record.phase === 'proving') return [];
    return telemetry?.modules[name]?.bytesPerS ?? [];
  });
  if (!folded || rates.length === 0) return [];
  return [`${saySize(rates.reduce((sum, rate) => sum + rate))}/s`];
}
