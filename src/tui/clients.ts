import type { ClientRecord } from '../protocol/snapshot.ts';
import { clean, widthOf } from '../protocol/text.ts';

/**
 * Who looks at the rig, by name, as many as fit into `room` columns; nothing while it is one alone. Where there is room for all,
 * those that are no screen of the usual kind are marked: `kim@pts/2 (kiosk)`.
 */
export function sayClients(clients: readonly ClientRecord[], room: number): string {
  if (clients.length < 2) return '';
  const marked = `here: ${namesIn(counted(clients, markedName)).join(' · ')}`;
  if (widthOf(marked) <= room) return marked;
  const counts = counted(clients, nameOf);
  const names = namesIn(counts);
  for (let shown = names.length; shown > 0; shown -= 1) {
    const rest = [...counts.values()].slice(shown).reduce((sum, count) => sum + count, 0);
    const parts = [...names.slice(0, shown), ...(rest === 0 ? [] : [`${rest} more`])];
    const text = `here: ${parts.join(' · ')}`;
    if (widthOf(text) <= room) return text;
  }
  return `${clients.length} here`;
}

function counted(
  clients: readonly ClientRecord[],
  name: (client: ClientRecord) => string,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const client of clients) counts.set(name(client), (counts.get(name(client)) ?? 0) + 1);
  return counts;
}

function namesIn(counts: ReadonlyMap<string, number>): string[] {
  return [...counts].map(([name, count]) => (count === 1 ? name : `${name} (${count})`));
}

function markedName(client: ClientRecord): string {
  const mark = markOf(client);
  return mark === '' ? nameOf(client) : `${nameOf(client)} (${mark})`;
}

/** What it is, if it is no screen like this one: `kiosk`, `watch`; or that it may only look. */
function markOf({ actor, name, role }: ClientRecord): string {
  if (name !== 'tui' && name !== actor) return clean(name, 40).replace(/^rigdeck /, '');
  return name === 'tui' && role === 'view' ? 'only looks' : '';
}

function nameOf({ actor, name }: ClientRecord): string {
  return clean(actor === '' ? name : actor, 40);
}
