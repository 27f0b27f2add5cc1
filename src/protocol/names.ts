/** Names of files in the run dir and the state dir: what a daemon and its clients agree on. */
export const fileNames = {
  controlSocket: 'control.sock',
  viewSocket: 'view.sock',
  status: 'status.json',
  /** Only while a daemon lives that does not serve yet. */
  starting: 'starting.json',
  runningModules: 'running_modules.json',
  runtimeState: 'runtime-state.json',
  journal: 'journal',
  logs: 'logs',
} as const;

/** How an entry of `failedSteps` begins that is of `rig.shutdownCommand`. */
export const powerOffStep = 'power off: ';

/** The folders of the rig's service, and where a user's own daemon has its run dir. */
export const systemRunDir = '/run/rigdeck';
export const systemStateDir = '/var/lib/rigdeck';
export function ownRunDir(userId: number): string {
  return `/tmp/rigdeck-${userId}`;
}

/** `sun_path` of unix(7) without its closing zero byte. Node cuts a longer path off without a word. */
export const maxSocketPathBytes = 107;

/** Environment variables that stand for the three paths, and for how a person wants to be told. */
export const environment = {
  config: 'RIGDECK_CONFIG',
  stateDir: 'RIGDECK_STATE_DIR',
  runDir: 'RIGDECK_RUN_DIR',
  theme: 'RIGDECK_THEME',
  screenReader: 'RIGDECK_SCREEN_READER',
} as const;

/** Set by a program that knows its rig by itself: how it is called, for whoever is told what to type. */
export const ownProgram = 'RIGDECK_OWN_PROGRAM';

/** Set by `--host NAME` for the command on that machine: what somebody far away has to type to mean it. */
export const farHost = 'RIGDECK_FAR_HOST';

/**
 * `UV_THREADPOOL_SIZE` of a daemon. A file operation on a disk that does not answer holds a thread of libuv for as long as that lasts,
 * and of the usual four none is left then for the journal and the state on another disk. It is read before any of our code runs: whoever
 * starts a daemon sets it.
 */
export const ioThreads = 16;
