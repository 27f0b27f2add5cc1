import { modulesIn } from '../client/run-dir.ts';
import type { StatusFile } from '../protocol/snapshot.ts';

/** What became of the process of a daemon: `other-boot` when this machine was started again since. */
export async function fateOf(
  daemon: StatusFile['daemon'],
): Promise<'alive' | 'gone' | 'other-boot'> {
  const { bootId } = await import('../daemon/runs/process-eye.ts');
  const { isRunning } = await import('../daemon/store/process-identity.ts');
  if (daemon.bootId !== bootId()) return 'other-boot';
  return isRunning(daemon) ? 'alive' : 'gone';
}

/**
 * Ends the modules of a run dir at once, each with its group, where the process that was written down still lives: for a
 * rig whose daemon is gone and that nobody will need again.
 */
export async function killModules(runDir: string): Promise<void> {
  const { ProcessEye } = await import('../daemon/runs/process-eye.ts');
  const { readPid, runPaths } = await import('../daemon/runs/run-folder.ts');
  for (const name of modulesIn(runDir)) {
    const identity = readPid(runPaths(`${runDir}/${name}`));
    const eye = identity === null ? null : ProcessEye.open(identity);
    eye?.signal('SIGKILL');
    eye?.close();
  }
}
