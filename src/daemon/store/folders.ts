import { lstatSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { environment, ownRunDir, systemRunDir, systemStateDir } from '../../protocol/names.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The run dir of a daemon, absolute: `--run-dir`, `RIGDECK_RUN_DIR`, what systemd made for the service, `/run/rigdeck` where it
 * is ours, else `/tmp/rigdeck-<uid>`. Never XDG_RUNTIME_DIR, which is removed at the last logout.
 */
export function runDirOf(flag: string | undefined, env: Environment): string {
  const named = flag || env[environment.runDir] || firstOf(env['RUNTIME_DIRECTORY']);
  if (named) return resolve(named);
  const userId = process.getuid?.() ?? 0;
  const owner = lstatSync(systemRunDir, { throwIfNoEntry: false })?.uid;
  return owner === userId ? systemRunDir : ownRunDir(userId);
}

/**
 * The state dir of a daemon, absolute: `--state-dir`, `RIGDECK_STATE_DIR`, what systemd made for the service, `/var/lib/rigdeck`
 * beside `/run/rigdeck`, else `~/.local/state/rigdeck`.
 *
 * @returns null for `none`: nothing is kept on disk
 */
export function stateDirOf(
  flag: string | undefined,
  env: Environment,
  runDir: string,
): string | null {
  const named = flag || env[environment.stateDir] || firstOf(env['STATE_DIRECTORY']);
  if (named === 'none') return null;
  if (named) return resolve(named);
  if (runDir === systemRunDir) return systemStateDir;
  return join(env['HOME'] || homedir(), '.local/state/rigdeck');
}

/** systemd.exec(5): several folders are divided by colons. */
function firstOf(list: string | undefined): string | undefined {
  return list?.split(':')[0];
}
