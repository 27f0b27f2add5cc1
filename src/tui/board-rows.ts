import type { Snapshot } from '../protocol/snapshot.ts';

/** A row of the dashboard: a module, or the group over its modules. `key` is what the row is selected by. */
export type BoardRow =
  | { readonly kind: 'module'; readonly key: string; readonly name: string }
  | {
      readonly kind: 'group';
      readonly key: string;
      readonly group: string;
      readonly folded: boolean;
      /** The modules in it, also while it is folded. */
      readonly members: readonly string[];
    };

/** What the row of a group is selected by: no module is called so (`namePattern`). */
export function groupKey(group: string): string {
  return `group ${group}`;
}

/** Whether rig.yaml puts the modules into more than one group. */
export function hasGroups({ modules }: Pick<Snapshot, 'modules'>): boolean {
  return new Set(Object.values(modules).map(({ group }) => group)).size > 1;
}

/** The modules under their groups, in the order of rig.yaml. Those of a folded group are not shown. */
export function groupedRows(modules: Snapshot['modules'], folded: readonly string[]): BoardRow[] {
  const groups = new Map<string, string[]>();
  for (const [name, { group }] of Object.entries(modules)) {
    groups.set(group, [...(groups.get(group) ?? []), name]);
  }
  return [...groups].flatMap(([group, members]): BoardRow[] => {
    const isFolded = folded.includes(group);
    const head = { kind: 'group', key: groupKey(group), group, folded: isFolded, members } as const;
    return [head, ...(isFolded ? [] : plainRows(members))];
  });
}

export function plainRows(names: readonly string[]): BoardRow[] {
  return names.map((name) => ({ kind: 'module', key: name, name }));
}

/** The row that is selected: the wished one, or the group that hides it, else the first module, else whatever there is. */
export function selectedRow(wished: string | null, rows: readonly BoardRow[]): BoardRow | null {
  const isWished = (row: BoardRow) =>
    row.key === wished ||
    (row.kind === 'group' && row.folded && row.members.includes(wished ?? ''));
  const first = rows.find(({ kind }) => kind === 'module') ?? rows[0];
  return rows.find(isWished) ?? first ?? null;
}
