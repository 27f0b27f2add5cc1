import type { Context } from '../context.ts';

/** Runs the daemon in the foreground until it ends. */
export async function runInForeground(context: Context): Promise<number> {
  const { runDaemon } = await import('../../daemon/daemon.ts');
  const { config, stateDir, runDir } = context;
  return await runDaemon({
    ...(config === undefined ? {} : { config }),
    ...(stateDir === undefined ? {} : { stateDir }),
    ...(runDir === undefined ? {} : { runDir }),
  });
}
