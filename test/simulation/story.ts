import type { SeenStep } from './sim-daemon.ts';

/** One step in lines that a person can follow: what changed, what is to be done, what was answered. */
export function sayStep({ effects, changes, asked }: SeenStep): string[] {
  const changed = (changes[0] ?? []).flatMap((change) =>
    Object.entries(change.changed).map(
      ([path, entity]) => `#${change.seq} ${path} ${sayEntity(entity)}`,
    ),
  );
  const done = effects.map((effect) => `-> ${JSON.stringify(effect)}`);
  const answers = asked === null ? [] : [`= ${JSON.stringify(asked.answers)}`];
  return [...changed, ...done, ...answers].map((line) => `      ${line}`);
}

function sayEntity(entity: unknown): string {
  if (typeof entity !== 'object' || entity === null) return String(entity);
  const words = ['desired', 'state', 'phase', 'health', 'status', 'run', 'retryAt', 'trial'];
  const known = new Map<string, unknown>(Object.entries(entity));
  return words
    .filter((word) => known.has(word))
    .map((word) => `${word}=${JSON.stringify(known.get(word))}`)
    .join(' ');
}
