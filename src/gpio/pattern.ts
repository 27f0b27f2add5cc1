import { badgeOf } from '../protocol/badge.ts';
import type { Config } from '../protocol/config.ts';
import type { ProblemCode } from '../protocol/problem.ts';
import type { Rhythm } from '../protocol/rhythm.ts';
import { rigBadge } from '../protocol/rig-badge.ts';
import type { Snapshot } from '../protocol/snapshot.ts';
import type { Health, ModuleState, RigState, Status } from '../protocol/vocabulary.ts';

/** An LED of rig.yaml. */
export type LedConfig = NonNullable<Config['gpio']>['leds'][number];

/** For how long a dark light is lit after a press, in ms. */
const darkLitMs = 30_000;

/** Until when an LED shows something; null: always. A dark one does so for a while after a press. */
export function litUntilMs({ dark }: LedConfig, pressedMs: number | null): number | null {
  return dark ? (pressedMs ?? Number.NEGATIVE_INFINITY) + darkLitMs : null;
}

/** What an LED that shows this says of the rig as it is. `host` is looked at too, which changes without a change of the state. */
export function rhythmOf(shows: LedConfig['shows'], snapshot: Snapshot): Rhythm {
  const module = /^module\.(.+)$/.exec(shows)?.[1];
  if (module !== undefined) return moduleRhythm(module, snapshot);
  switch (shows) {
    case 'storage':
      return storageRhythm(snapshot);
    case 'clock':
      return clockRhythm(snapshot);
    case 'clients':
      return snapshot.clients.length > 0 ? 'busy' : 'idle';
    default:
      return rigRhythm(snapshot);
  }
}

/** `proof`: as the badge says, which knows what evidence there is. */
type Judged = Rhythm | 'proof';

/** By status and by what the rig's recording does. It is never dark: a dark light of the rig means that nobody drives it. */
// biome-ignore format: read as a table
export const rigRhythms: Readonly<Record<Status, Readonly<Record<RigState, Judged>>>> = {
  //           idle             arming            recording             paused            stopping
  off:       { idle: 'idle',    arming: 'trouble', recording: 'trouble', paused: 'busy',   stopping: 'busy' },
  idle:      { idle: 'idle',    arming: 'busy',   recording: 'proof',   paused: 'busy',   stopping: 'busy' },
  starting:  { idle: 'busy',    arming: 'busy',   recording: 'proof',   paused: 'busy',   stopping: 'busy' },
  arming:    { idle: 'busy',    arming: 'busy',   recording: 'busy',    paused: 'busy',   stopping: 'busy' },
  recording: { idle: 'trouble', arming: 'busy',   recording: 'proof',   paused: 'busy',   stopping: 'busy' },
  paused:    { idle: 'busy',    arming: 'busy',   recording: 'proof',   paused: 'busy',   stopping: 'busy' },
  stopping:  { idle: 'busy',    arming: 'busy',   recording: 'busy',    paused: 'busy',   stopping: 'busy' },
  degraded:  { idle: 'trouble', arming: 'busy',   recording: 'trouble', paused: 'trouble', stopping: 'busy' },
  error:     { idle: 'failed',  arming: 'failed', recording: 'failed',  paused: 'failed', stopping: 'failed' },
};

function rigRhythm(snapshot: Snapshot): Rhythm {
  const { status, state } = snapshot.rig;
  const judged = rigRhythms[status][state];
  return judged === 'proof' ? proven(rigBadge(snapshot).text) : judged;
}

/** The badge is where evidence is judged, for screens and lights alike: whatever is not plain REC does not look like it. */
function proven(badge: string): Rhythm {
  if (badge === 'REC') return 'recording';
  return badge === 'REC ...' || badge === 'FINISHING' ? 'busy' : 'trouble';
}

/** By state and health. Only a module that nobody wants is dark. */
// biome-ignore format: read as a table
export const moduleRhythms: Readonly<Record<ModuleState, Readonly<Record<Health, Judged>>>> = {
  //           ok                 degraded             stalled             unresponsive             unknown
  disabled:  { ok: 'off',         degraded: 'off',     stalled: 'off',     unresponsive: 'off',     unknown: 'off' },
  starting:  { ok: 'busy',        degraded: 'busy',    stalled: 'busy',    unresponsive: 'busy',    unknown: 'busy' },
  idle:      { ok: 'idle',        degraded: 'trouble', stalled: 'trouble', unresponsive: 'trouble', unknown: 'idle' },
  recording: { ok: 'proof',       degraded: 'trouble', stalled: 'trouble', unresponsive: 'trouble', unknown: 'busy' },
  paused:    { ok: 'busy',        degraded: 'trouble', stalled: 'trouble', unresponsive: 'trouble', unknown: 'busy' },
  stopping:  { ok: 'busy',        degraded: 'busy',    stalled: 'busy',    unresponsive: 'busy',    unknown: 'busy' },
  error:     { ok: 'failed',      degraded: 'failed',  stalled: 'failed',  unresponsive: 'failed',  unknown: 'failed' },
  crashed:   { ok: 'failed',      degraded: 'failed',  stalled: 'failed',  unresponsive: 'failed',  unknown: 'failed' },
};

/** Of a module that is there no more nothing is known: its light says that something is wrong. */
function moduleRhythm(name: string, { modules }: Snapshot): Rhythm {
  const module = Object.hasOwn(modules, name) ? modules[name] : undefined;
  if (module === undefined) return 'trouble';
  const judged = moduleRhythms[module.state][module.health];
  if (judged === 'proof') return proven(badgeOf(module, 0).text);
  return judged === 'idle' && module.phase !== null ? 'busy' : judged;
}

/** What the rig says of its disk and what that is for a light; what comes first wins. */
const diskProblems: readonly (readonly [ProblemCode, Rhythm])[] = [
  ['not-mounted', 'failed'],
  ['read-only', 'failed'],
  ['disk-fails', 'failed'],
  ['recordings-folder', 'failed'],
  ['low-space', 'trouble'],
  ['manifest', 'trouble'],
];

function storageRhythm({ rig, host: { storage } }: Snapshot): Rhythm {
  const { gone, readOnly, freeBytes, freeInodes } = storage;
  if (gone === true || readOnly === true || freeBytes === 0 || freeInodes === 0) return 'failed';
  const codes = new Set(rig.problems.map(({ code }) => code));
  const problem = diskProblems.find(([code]) => codes.has(code));
  if (problem !== undefined) return problem[1];
  return freeBytes === null ? 'busy' : 'idle';
}

/** An offset like this is no jitter: the clock was set, or is about to be. In ms. */
const wrongByMs = 1_000;

function clockRhythm({ rig, host: { clock } }: Snapshot): Rhythm {
  // A step spoils the times of a trial also where it makes the clock right.
  if (rig.problems.some(({ code }) => code === 'clock-stepped')) return 'trouble';
  const { synchronized, offsetMs } = clock;
  const isOff = offsetMs !== null && Math.abs(offsetMs) >= wrongByMs;
  if (synchronized === false || isOff) return 'trouble';
  return synchronized === null ? 'busy' : 'idle';
}
