import { userInfo } from 'node:os';
import type { ConfigFault } from '../../protocol/config.ts';
import type { StatusFile } from '../../protocol/snapshot.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { loadConfig } from '../config/load-config.ts';
import { askProgram } from '../host/ask-program.ts';
import { MachineFiles } from '../host/machine-files.ts';
import type { Mount } from '../host/mount-table.ts';
import { mountOf, parseMounts } from '../host/mount-table.ts';

/** Everything that checks may look at: a machine, who asks, and the rig on it. */
export type Patient = {
  readonly files: MachineFiles;
  /** What a small program of that machine prints; null where it is not there, fails or hangs. */
  readonly ask: (program: string, ...args: readonly string[]) => Promise<string | null>;
  /** The mount that an absolute path lies on, by the table: the disk itself is not asked. */
  readonly mountOf: (path: string) => Mount | null;
  readonly user: {
    readonly id: number;
    readonly name: string;
    readonly groups: ReadonlySet<string>;
  };
  readonly env: NodeJS.ProcessEnv;
  readonly runDir: string;
  /** Null: nothing is kept on disk. */
  readonly stateDir: string | null;
  readonly config: PatientConfig;
  /** What the daemon left in the run dir; null where there is none. */
  readonly status: StatusFile | null;
  /** Of the daemon that answers; null where none does. */
  readonly daemonVersion: string | null;
};

type PatientConfig =
  | { readonly kind: 'none' }
  | { readonly kind: 'faults'; readonly file: string; readonly faults: readonly ConfigFault[] }
  | { readonly kind: 'good'; readonly loaded: LoadedConfig };

/** What only the command line knows. */
type Given = Pick<Patient, 'runDir' | 'stateDir' | 'status' | 'daemonVersion'> & {
  /** The configuration that is meant; null where there is none. */
  readonly configFile: string | null;
};

/** Gathers what the checks share. */
export async function makePatient(given: Given, env: NodeJS.ProcessEnv): Promise<Patient> {
  const files = MachineFiles.of(env);
  const { configFile, ...rest } = given;
  const mounts = parseMounts(files.text('proc/self/mountinfo') ?? '');
  return {
    ...rest,
    files,
    env,
    ask: async (program, ...args) => {
      const path = files.program(program);
      const said = path === null ? null : await askProgram(path, args);
      return said === 'absent' ? null : said;
    },
    mountOf: (path) => mountOf(path, mounts),
    user: whoAsks(files),
    config: await configOf(configFile),
  };
}

/** The enabled modules of a good configuration, by name. */
export function enabledModules({
  config,
}: Patient): [string, LoadedConfig['config']['modules'][string]][] {
  if (config.kind !== 'good') return [];
  return Object.entries(config.loaded.config.modules).filter(([, { enabled }]) => enabled);
}

async function configOf(file: string | null): Promise<PatientConfig> {
  if (file === null) return { kind: 'none' };
  const result = await loadConfig(file);
  if (result.ok) return { kind: 'good', loaded: result.loaded };
  return { kind: 'faults', file, faults: result.faults };
}

function whoAsks(files: MachineFiles): Patient['user'] {
  const own = new Set([...(process.getgroups?.() ?? []), process.getgid?.() ?? 0]);
  const lines = (files.text('etc/group') ?? '').split('\n').map((line) => line.split(':'));
  const groups = lines.flatMap(([name = '', , id]) => (own.has(Number(id)) ? [name] : []));
  return { id: process.getuid?.() ?? 0, name: userName(), groups: new Set(groups) };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 0); // a user whom the system does not know by name, as in a container
  }
}
