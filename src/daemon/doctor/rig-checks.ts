import { formatFault } from '../config/config-fault.ts';
import { type Check, fail, ok, warn } from './check.ts';
import type { Patient } from './patient.ts';
import { settingOf } from './setting.ts';

const unitPath = 'etc/systemd/system/rigdeck.service';

/** The rig itself: its configuration and its unit. */
export const rigChecks: readonly Check[] = [
  {
    id: 'config',
    looks: 'whether rig.yaml is there and in order',
    bites: 'no daemon starts from a file with faults',
    look: ({ config }) => {
      if (config.kind === 'none') return warn('there is no rig.yaml', 'rigdeck config init');
      if (config.kind === 'good') return ok(config.loaded.file);
      const [first] = config.faults;
      const words = first === undefined ? config.file : formatFault(first);
      return fail(words, 'rigdeck config check');
    },
  },
  {
    id: 'problems',
    looks: 'what the rig itself says is wrong',
    bites: 'what it says: see docs/states.md',
    look: ({ status }) => {
      if (status === null || status.stopped === true) return ok('no daemon runs');
      const modules = Object.values(status.modules).flatMap(({ problem }) => problem ?? []);
      const all = [...status.rig.problems, ...modules];
      const [first] = all;
      return first === undefined
        ? ok('nothing')
        : warn(`${all.length}: ${first.message}`, first.remedy ?? 'rigdeck status');
    },
  },
  {
    id: 'unit',
    looks: 'whether a unit of systemd is there, and enabled',
    bites: 'after a power cut nothing records until somebody starts it',
    look: ({ files }) => {
      if (!files.has(unitPath))
        return warn('no unit: nothing is started at boot', 'sudo rigdeck service install');
      const isEnabled =
        files.linkName('etc/systemd/system/multi-user.target.wants/rigdeck.service') !== null;
      return isEnabled
        ? ok('there and enabled')
        : fail('there and not enabled', 'sudo systemctl enable rigdeck');
    },
  },
  ...Object.entries({
    KillMode: ['process', 'a restart of the daemon ends every recording'],
    RuntimeDirectoryPreserve: ['yes', 'a restart of the daemon loses every module that runs'],
    OOMPolicy: ['continue', 'a module that takes too much memory takes the daemon with it'],
    Restart: ['always', 'a daemon that ends is not started again'],
    StartLimitIntervalSec: ['0', 'a daemon that fails a few times stays down'],
  }).map(([key, [value = '', bites = '']]): Check => unitSetting(key, value, bites)),
];

function unitSetting(key: string, value: string, bites: string): Check {
  return {
    id: `unit-${key.toLowerCase()}`,
    looks: `\`${key}=\` of the unit`,
    bites,
    look: (patient) => {
      const said = settingOfUnit(patient, key);
      if (said === undefined) return ok('no unit');
      return said === value
        ? ok(`${key}=${value}`)
        : fail(`${key}=${said ?? '(not set)'}`, `sudo systemctl edit rigdeck: ${key}=${value}`);
    },
  };
}

/** Undefined where there is no unit, null where it does not set this. */
function settingOfUnit({ files }: Patient, key: string): string | null | undefined {
  return files.has(unitPath) ? settingOf(files, unitPath, key) : undefined;
}
