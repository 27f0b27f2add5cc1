import { setFlagsFromString } from 'node:v8';
import type { Context } from '../context.ts';

/** Runs the daemon in the foreground until it ends. */
export async function runInForeground(context: Context): Promise<number> {
  // Before anything is loaded: what loading leaves behind would double the room for new objects again and again, and an idle
  // daemon never gives it back (8 MB of 68 on Node 20). Later flags of V8 that are unknown to it are only complained about.
  setFlagsFromString('--semi-space-growth-factor=1');
  const { runDaemon } = await import('../../daemon/daemon.ts');
  const { config, stateDir, runDir } = context;
  return await runDaemon({
    ...(config === undefined ? {} : { config }),
    ...(stateDir === undefined ? {} : { stateDir }),
    ...(runDir === undefined ? {} : { runDir }),
  });
}
