import { sayPhase } from '../protocol/module-words.ts';
import type { ModuleRecord, Snapshot } from '../protocol/snapshot.ts';
import { sayDuration } from '../protocol/units.ts';

type Named = readonly [name: string, module: ModuleRecord];

/**
 * Says who is waited for, for how long already, and how long it may take: `1 of 2 armed, waiting for camera (3 s of 10 s):
 * opening its devices and files`. Counts from when it first saw a module do that.
 *
 * @param startsAtMs wall time that a start was set for; null for one that goes at once
 */
export function createWaitingWords(
  startsAtMs: number | null = null,
): (snapshot: Snapshot, nowMs: number) => string {
  const seen = new Map<string, { readonly doing: string; readonly sinceMs: number }>();
  const sayOne = ([name, module]: Named, nowMs: number) => {
    const doing = module.phase ?? module.state;
    const before = seen.get(name);
    const sinceMs = before?.doing === doing ? before.sinceMs : nowMs;
    seen.set(name, { doing, sinceMs });
    const words = module.phase === null ? module.state : sayPhase(module.phase);
    return `${name} (${sayTimes(module, sinceMs, nowMs)}): ${words}`;
  };
  return (snapshot, nowMs) => {
    const { state } = snapshot.rig;
    const all = awaitedIn(snapshot);
    if (all.length === 0) return sayRig(state, startsAtMs, nowMs);
    // Who has given up already is only waited for as long as the others.
    const failed = all.filter(([, { phase, problem }]) => phase === null && problem !== null);
    const awaited = all.filter((one) => !failed.includes(one));
    return [
      ...(state === 'arming' ? [sayArmed(snapshot)] : []),
      ...failed.map(([name]) => `${name} failed`),
      ...(awaited.length === 0
        ? []
        : [`waiting for ${awaited.map((one) => sayOne(one, nowMs)).join(' · ')}`]),
    ].join(', ');
  };
}

/** Who keeps the rig: those it names itself, and after the start those that have shown no data yet. */
function awaitedIn({ rig, modules }: Snapshot): Named[] {
  const all = Object.entries(modules);
  if (rig.state === 'recording') return all.filter(([, { phase }]) => phase === 'proving');
  return all.filter(([name]) => rig.waitingFor.includes(name));
}

function sayTimes({ phaseUntil }: ModuleRecord, sinceMs: number, nowMs: number): string {
  const ranS = Math.floor((nowMs - sinceMs) / 1_000);
  if (phaseUntil === null) return `${ranS} s`;
  const totalS = Math.round((Date.parse(phaseUntil) - sinceMs) / 1_000);
  return `${ranS} s of ${Math.max(ranS, totalS)} s`;
}

function sayArmed({ modules }: Snapshot): string {
  const wanted = Object.values(modules).filter(({ desired }) => desired === 'on');
  const armed = wanted.filter(({ phase }) => phase === 'armed' || phase === 'going');
  return `${armed.length} of ${wanted.length} armed`;
}

function sayRig(state: Snapshot['rig']['state'], startsAtMs: number | null, nowMs: number): string {
  if (state === 'idle' && startsAtMs !== null && startsAtMs > nowMs) {
    const seconds = Math.ceil((startsAtMs - nowMs) / 1_000);
    return `the recording starts in ${sayDuration(seconds * 1_000)}`;
  }
  if (state === 'arming') return 'preparing the folder of the trial';
  if (state === 'stopping') return 'looking at the files of the trial';
  return `the rig is ${state}`;
}
