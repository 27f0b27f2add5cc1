import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { environment, fileNames, ownRunDir, systemRunDir } from '../protocol/names.ts';
import type { StatusFile } from '../protocol/snapshot.ts';
import { namePattern } from '../protocol/vocabulary.ts';

const unitFile = '/etc/systemd/system/rigdeck.service';

/**
 * Which daemon a client means: the flag, `RIGDECK_RUN_DIR`, the service of this machine where there is one, else the
 * user's own. A service that does not run is meant all the same: no second daemon is started beside it.
 *
 * @param flag value of `--run-dir`
 */
export function findRunDir(
  flag: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string {
  const named = flag ?? env[environment.runDir];
  if (named !== undefined && named !== '') return named;
  if (existsSync(systemRunDir) || existsSync(unitFile)) return systemRunDir;
  return own();
}

/** What starts the daemon that a client of this run dir means. */
export function howToStart(runDir: string): string {
  return runDir === systemRunDir && existsSync(unitFile)
    ? 'Start it with `systemctl start rigdeck`.'
    : 'Start it with `rigdeck up`.';
}

/**
 * Who else owns the run dir that should be this user's: everybody may make folders in /tmp, also one that waits for us to
 * type our wishes into it. Null when all is well.
 */
export function strangeOwner(runDir: string): number | null {
  if (runDir !== own()) return null;
  const owner = lstatSync(runDir, { throwIfNoEntry: false })?.uid;
  return owner === undefined || owner === process.getuid?.() || owner === 0 ? null : owner;
}

/** The last known state, also when the daemon is gone: `status.json`. Null when there is none, or none that can be read. */
export function readStatusFile(runDir: string): StatusFile | null {
  try {
    const read: unknown = JSON.parse(readFileSync(`${runDir}/${fileNames.status}`, 'utf8'));
    return isStatus(read) ? read : null;
  } catch {
    return null; // not there, not ours to read, or torn: all the same to somebody who asks what was last known
  }
}

/** The modules that have a folder in the run dir, whoever made them; none when there is no run dir. */
export function modulesIn(runDir: string): string[] {
  try {
    const entries = readdirSync(runDir, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && namePattern.test(entry.name))
      .map(({ name }) => name);
  } catch {
    return []; // no daemon has run here, or not for this user to see
  }
}

function own(): string {
  return ownRunDir(process.getuid?.() ?? 0);
}

function isStatus(read: unknown): read is StatusFile {
  if (typeof read !== 'object' || read === null) return false;
  const parts = ['rig', 'groups', 'modules', 'daemon'] as const;
  const facts: Record<string, unknown> = { ...read };
  const { version } = facts;
  return version === 1 && parts.every((part) => facts[part] instanceof Object);
}
