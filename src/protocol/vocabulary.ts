/** The field's words for what a module and a rig can be. One word per thing; the glossary is in ARCHITECTURE.md. */

export const moduleStates = [
  'disabled',
  'starting',
  'idle',
  'recording',
  'paused',
  'stopping',
  'error',
  'crashed',
] as const;
/** What a module is. `disabled` means that nobody wants it, never that it failed. */
export type ModuleState = (typeof moduleStates)[number];

/**
 * What a module is doing inside its state. `phaseUntil` in the snapshot says until when at most.
 *
 * `waiting` for the modules named in `after:` · `spawning` · `probing` until it says ready · `terminating` a start that took
 * too long · `arming` `armed` `going` on the way to a recording · `proving` recording, first evidence not seen yet · `splitting`
 * going on in a new file · `pausing` `resuming` · `finalizing` finishing its files · `quitting` asked to end · `SIGINT` `SIGTERM` `SIGKILL` the rung of the stop
 * ladder · `backoff` waiting to be tried again.
 */
export type ModulePhase =
  | 'waiting'
  | 'spawning'
  | 'probing'
  | 'terminating'
  | 'arming'
  | 'armed'
  | 'going'
  | 'proving'
  | 'splitting'
  | 'pausing'
  | 'resuming'
  | 'finalizing'
  | 'quitting'
  | 'SIGINT'
  | 'SIGTERM'
  | 'SIGKILL'
  | 'backoff';

export type Health = 'ok' | 'degraded' | 'stalled' | 'unresponsive' | 'unknown';

export const rigStatuses = [
  'off',
  'idle',
  'starting',
  'arming',
  'recording',
  'paused',
  'stopping',
  'degraded',
  'error',
] as const;
/** The roll-up of a group or of the whole rig, by one pure function (`core/rollup.ts`). */
export type Status = (typeof rigStatuses)[number];

/** The wish for the rig. */
export type RigDesired = 'idle' | 'recording' | 'paused';
/** What the rig's recording is doing. */
export type RigState = 'idle' | 'arming' | 'recording' | 'paused' | 'stopping';

/** Names of modules, groups, buttons and LEDs. */
export const namePattern: RegExp = /^[a-z0-9][a-z0-9-]{0,31}$/;

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';
