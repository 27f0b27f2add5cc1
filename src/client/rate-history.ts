import type { Rates } from '../protocol/rig.ts';
import type { Snapshot, Telemetry } from '../protocol/snapshot.ts';

/** How many looks are kept of each module: as many as the widest drawing of them shows. */
const kept = 8;

/**
 * The rates with one more look. What was not recorded, or what nobody has seen land yet, is a gap and no zero; a module of which
 * there are only gaps left is left out. The same object when there is nothing to keep.
 */
export function withLook(before: Rates, { modules: live }: Telemetry, snapshot: Snapshot): Rates {
  const looks = Object.entries(live).flatMap(([name, { bytesPerS }]) => {
    const record = snapshot.modules[name];
    const isProven = record?.state === 'recording' && record.phase !== 'proving';
    const rates = [...(before[name] ?? []), isProven ? bytesPerS : null].slice(-kept);
    return rates.every((rate) => rate === null) ? [] : [[name, rates] as const];
  });
  return looks.length === 0 && Object.keys(before).length === 0
    ? before
    : Object.fromEntries(looks);
}
