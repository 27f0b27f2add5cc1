import type { ClientRecord } from '../protocol/snapshot.ts';
import { clean, widthOf } from '../protocol/text.ts';

/** Who looks at the rig, by name, as many as fit into `room` columns; nothing while it is one alone. */
export function sayClients(clients: readonly ClientRecord[], room: number): string {
  if (clients.length < 2) return '';
  const counts = new Map<string, number>();
  for (const client of clients) counts.set(nameOf(client), (counts.get(nameOf(client)) ?? 0) + 1);
  const names = [...counts].map(([name, count]) => (count === 1 ? name : `${name} (${count})`));
  for (let shown = names.length; shown > 0; shown -= 1) {
    const rest = [...counts.values()].slice(shown).reduce((sum, count) => sum + count, 0);
    const text = [...names.slice(0, shown), ...(rest === 0 ? [] : [`${rest} more`])].join(' · ');
    if (widthOf(text) <= room) return text;
  }
  return `${clients.length} here`;
}

function nameOf({ actor, name }: ClientRecord): string {
  return clean(actor === '' ? name : actor, 40);
}
