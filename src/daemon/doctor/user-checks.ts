import type { Check } from './check.ts';
import { fail, ok, warn } from './check.ts';
import { enabledModules, type Patient } from './patient.ts';
import { settingOf } from './setting.ts';

const unitFile = 'etc/systemd/system/rigdeck.service';

/** Who asks: groups, limits, terminal. */
export const userChecks: readonly Check[] = [
  inGroup('gpio', 'buttons and LEDs', usesGpio),
  inGroup('video', 'cameras', (patient) => uses(patient, 'camera')),
  inGroup('audio', 'sound cards', (patient) => uses(patient, 'audio')),
  inGroup('dialout', 'serial ports', () => false),
  {
    id: 'linger',
    looks: 'whether something starts this rig at boot: a unit, or lingering of this user',
    bites: 'after a power cut nothing records until somebody logs in',
    look: ({ files, user }) => {
      if (files.has(unitFile)) return ok('a unit starts it');
      if (files.has(`var/lib/systemd/linger/${user.name}`)) return ok(`${user.name} lingers`);
      return warn(
        'there is no unit, and services of this user do not run without a login',
        `sudo rigdeck service install; or sudo loginctl enable-linger ${user.name} and a user unit that runs \`rigdeck daemon\``,
      );
    },
  },
  {
    id: 'logind-kill',
    looks: 'KillUserProcesses of systemd-logind',
    bites: 'a daemon that you started over SSH ends when you log out',
    look: ({ files }) =>
      settingOf(files, 'etc/systemd/logind.conf', 'KillUserProcesses') === 'yes'
        ? warn(
            'logind ends what you leave running',
            'Set KillUserProcesses=no in /etc/systemd/logind.conf, or run Rigdeck as a service.',
          )
        : ok('what you leave running lives on'),
  },
  {
    id: 'locale',
    looks: 'LC_ALL, LC_CTYPE, LANG',
    bites: 'badges and frames are drawn in ASCII',
    look: ({ env }) => {
      const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
      return /utf-?8/i.test(locale)
        ? ok(locale)
        : warn(
            `the locale is ${locale || 'not set'}, without UTF-8`,
            'sudo raspi-config nonint do_change_locale en_GB.UTF-8, then log in again',
          );
    },
  },
  {
    id: 'tmux',
    looks: 'whether tmux is installed',
    bites: 'a dropped SSH line takes the terminal UI with it (never the recording)',
    look: ({ files }) =>
      files.program('tmux') === null
        ? warn('tmux is not installed', 'sudo apt install tmux')
        : ok('installed'),
  },
  {
    id: 'flock',
    looks: 'whether the program flock of util-linux is installed',
    bites: 'without it a daemon cannot make sure that it is the only one, and does not start',
    look: ({ files }) =>
      files.program('flock') === null
        ? fail('flock is not installed', 'sudo apt install util-linux')
        : ok('installed'),
  },
  {
    id: 'open-files',
    looks: 'how many files a process may have open',
    bites: 'with many modules and clients the daemon cannot open one more',
    look: ({ files }) => {
      const limit = Number(
        /^Max open files\s+(\d+)/m.exec(files.text('proc/self/limits') ?? '')?.[1],
      );
      return limit < 1_024
        ? warn(`only ${limit}`, 'ulimit -n 1024, or LimitNOFILE=1024 in the unit')
        : ok(Number.isNaN(limit) ? 'unknown' : `${limit}`);
    },
  },
  {
    id: 'inotify',
    looks: 'how many files and folders a user may watch',
    bites: 'the end of a module is seen up to 5 s late',
    look: ({ files }) => {
      const folder = 'proc/sys/fs/inotify';
      const watches = files.number(`${folder}/max_user_watches`) ?? Number.POSITIVE_INFINITY;
      const instances = files.number(`${folder}/max_user_instances`) ?? Number.POSITIVE_INFINITY;
      return watches < 4_096 || instances < 64
        ? warn(
            `${watches} watches, ${instances} instances`,
            "echo 'fs.inotify.max_user_watches=65536' | sudo tee /etc/sysctl.d/60-rigdeck.conf; sudo sysctl --system",
          )
        : ok('enough');
    },
  },
];

/** What a module of this rig needs is a failure when it is missing; what none needs, a warning. */
function inGroup(group: string, what: string, isUsed: (patient: Patient) => boolean): Check {
  return {
    id: `group-${group}`,
    looks: `whether this user is in the group \`${group}\``,
    bites: `${what} are closed to the daemon`,
    look: (patient) => {
      const { files, user } = patient;
      if (user.id === 0) return ok('root needs no group');
      if (user.groups.has(group)) return ok(`${user.name} is in ${group}`);
      const fix = `sudo usermod -aG ${group} ${user.name}, then log in again`;
      if (isUsed(patient))
        return fail(`${user.name} is not in ${group}, and this rig uses ${what}`, fix);
      const exists = new RegExp(`^${group}:`, 'm').test(files.text('etc/group') ?? '');
      return exists
        ? warn(`${user.name} is not in ${group}`, fix)
        : ok('there is no such group here');
    },
  };
}

function uses(patient: Patient, bundled: string): boolean {
  return enabledModules(patient).some(([, { use }]) => use === bundled);
}

/** Whether the configuration has lines of the header. */
export function usesGpio({ config }: Patient): boolean {
  const gpio = config.kind === 'good' ? config.loaded.config.gpio : undefined;
  if (gpio === undefined || gpio.backend === 'none' || gpio.backend === 'simulated') return false;
  return gpio.buttons.length + gpio.leds.length > 0;
}
