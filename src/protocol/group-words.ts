import { type Badge, badgeOf, type Look, looks } from './badge.ts';
import type { ModuleRecord } from './snapshot.ts';

// The worst first. Idle stands before recording: of a group that records in part nobody may read that it records.
const order: readonly Look[] = [
  looks.crashed,
  looks.error,
  looks.stalled,
  looks.stopping,
  looks.starting,
  looks.paused,
  looks.idle,
  looks.recording,
  looks.disabled,
];

/**
 * The badge of several modules together: the worst of theirs. Those that are switched off count only where all are.
 *
 * @param nowMs wall clock in ms
 */
export function worstBadge(modules: readonly ModuleRecord[], nowMs: number): Badge {
  const [worst = { look: looks.disabled, text: looks.disabled.word }] = modules
    .map((module) => badgeOf(module, nowMs))
    .sort((one, other) => rankOf(one) - rankOf(other));
  return worst;
}

/**
 * How many of the modules are what, the worst first: `1 crashed, 3 rec`.
 *
 * @param nowMs wall clock in ms
 */
export function sayGroup(modules: readonly ModuleRecord[], nowMs: number): string {
  const counts = new Map<Look, number>();
  const badges = modules.map((module) => badgeOf(module, nowMs));
  for (const { look } of badges.sort((one, other) => rankOf(one) - rankOf(other))) {
    counts.set(look, (counts.get(look) ?? 0) + 1);
  }
  return [...counts].map(([look, count]) => `${count} ${wordOf(look)}`).join(', ');
}

// A state of a later version is nothing that one may be calm about. Of equal looks the one with more words is not plain.
function rankOf({ look, text }: Badge): number {
  const at = order.indexOf(look);
  return (at === -1 ? order.indexOf(looks.stopping) : at) - (text === look.word ? 0 : 0.5);
}

function wordOf(look: Look): string {
  return look === looks.stalled ? 'stalled' : look.word.toLowerCase();
}
