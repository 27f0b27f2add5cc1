/** Names of files in the run dir and the state dir: what a daemon and its clients agree on. */
export const fileNames = {
  controlSocket: 'control.sock',
  viewSocket: 'view.sock',
  status: 'status.json',
  runningModules: 'running_modules.json',
  runtimeState: 'runtime-state.json',
  journal: 'journal',
  logs: 'logs',
} as const;

/** Environment variables that stand for the three paths. */
export const environment = {
  config: 'RIGDECK_CONFIG',
  stateDir: 'RIGDECK_STATE_DIR',
  runDir: 'RIGDECK_RUN_DIR',
} as const;
