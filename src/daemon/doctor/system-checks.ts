import { ClockSource } from '../host/clock-source.ts';
import { type Check, fail, ok, warn } from './check.ts';
import type { Patient } from './patient.ts';
import { settingOf } from './setting.ts';

/** The operating system: clock, kernel, swap, logs, names. */
export const systemChecks: readonly Check[] = [
  {
    id: 'clock',
    looks: 'whether the clock follows a time source',
    bites: 'times in names and manifests are wrong; numbers and lengths are not',
    look: async ({ files }) => {
      const program = (name: string) => files.program(name) ?? 'no-such-program';
      const programs = { chrony: program('chronyc'), systemd: program('timedatectl') };
      const source = new ClockSource(files.place('/'), programs);
      await source.ask('session');
      const { synchronized, source: from } = source.facts();
      // Not known is no fault; whether anybody keeps the time is the next check's.
      if (synchronized === null) return ok('nobody tells whether the clock is synchronized');
      return synchronized
        ? ok(from ?? 'synchronised')
        : warn('the clock follows no source yet', timedatectl);
    },
  },
  {
    id: 'time-sources',
    looks: 'who keeps the time: chrony, systemd-timesyncd, ntpd',
    bites: 'with none a Pi drifts by seconds a day; two of them pull the clock to and fro',
    look: ({ files }) => {
      const names = ['chronyd', 'systemd-timesyn', 'ntpd', 'ntpsec'];
      const found = names.filter((name) => processesCalled(files, name).length > 0);
      if (found.length > 1)
        return warn(
          `${found.join(' and ')} both run`,
          'sudo systemctl disable --now systemd-timesyncd',
        );
      return found.length === 1 ? ok(found.join('')) : warn('nobody keeps the time', timedatectl);
    },
  },
  {
    id: 'rtc',
    looks: 'whether there is a clock with a battery',
    bites: 'after a power cut without network or GPS the time is that of the last shutdown',
    look: ({ files }) => {
      if (files.names('sys/class/rtc', /^rtc\d+$/).length === 0)
        return warn(
          'there is none',
          'A DS3231 at the header and dtoverlay=i2c-rtc,ds3231 in config.txt; a GPS; or live with `unsynced` folders',
        );
      const isPi5 = (files.text('proc/device-tree/model') ?? '').includes('Raspberry Pi 5');
      const charge = files.number('sys/class/rtc/rtc0/charging_voltage') ?? 0;
      return isPi5 && charge === 0
        ? ok(
            'there is one; a rechargeable battery needs dtparam=rtc_bbat_vchg=3000000 in config.txt',
          )
        : ok('there is one');
    },
  },
  {
    id: 'time-kept',
    looks: 'whether the time of the last shutdown is kept (fake-hwclock, systemd-timesyncd)',
    bites: 'without it and without an RTC every start is in 1970, or when the system was made',
    look: ({ files }) => {
      const hasRtc = files.names('sys/class/rtc', /^rtc\d+$/).length > 0;
      const keepers = [
        'etc/fake-hwclock.data',
        'var/lib/systemd/timesync/clock',
        'var/lib/private/systemd/timesync/clock',
      ];
      if (hasRtc) return ok('the RTC does');
      return keepers.some((path) => files.has(path))
        ? ok('it is kept')
        : warn('nobody keeps it', 'sudo apt install fake-hwclock, or use systemd-timesyncd');
    },
  },
  {
    id: 'kernel',
    looks: 'the version of the kernel',
    bites: 'below 5.10 there is no GPIO by the character device',
    look: ({ files }) => {
      const said = files.text('proc/sys/kernel/osrelease') ?? '';
      const [major = 0, minor = 0] = said.split('.').map(Number.parseFloat);
      if (said === '') return ok('unknown');
      return major > 5 || (major === 5 && minor >= 10)
        ? ok(said)
        : warn(said, 'sudo apt full-upgrade, then restart');
    },
  },
  {
    id: 'swap',
    looks: 'swap on a card or disk (not zram)',
    bites: 'it wears the card, and everything stands still while it is used',
    look: ({ files }) => {
      const lines = (files.text('proc/swaps') ?? '').split('\n').slice(1);
      const found = lines
        .flatMap((line) => line.split(/\s+/)[0] ?? [])
        .filter((path) => path.startsWith('/') && !path.startsWith('/dev/zram'));
      return found.length === 0
        ? ok('none, or in memory')
        : warn(
            `on ${found.join(', ')}`,
            'sudo systemctl disable --now dphys-swapfile; sudo swapoff -a',
          );
    },
  },
  {
    id: 'dirty-ratio',
    looks: 'vm.dirty_ratio: how much of the memory may wait to be written',
    bites: 'a slow card makes everybody wait for seconds when it is reached',
    look: ({ files }) => {
      const ratio = files.number('proc/sys/vm/dirty_ratio');
      if (ratio === null) return ok('unknown');
      return ratio > 40
        ? warn(
            `${ratio} %`,
            "echo 'vm.dirty_ratio=20' | sudo tee /etc/sysctl.d/60-rigdeck-dirty.conf; sudo sysctl --system",
          )
        : ok(`${ratio} %`);
    },
  },
  {
    id: 'journal',
    looks: 'how much the journal of systemd holds and may hold',
    bites: 'it takes the room of recordings, and every line of it is written to the card',
    look: async ({ files, ask }) => {
      const most = settingOf(files, 'etc/systemd/journald.conf', 'SystemMaxUse');
      if (
        settingOf(files, 'etc/systemd/journald.conf', 'Storage') === 'volatile' ||
        !files.has('var/log/journal')
      )
        return ok('in memory');
      const said = /take up ([\d.]+)([KMGT])/.exec((await ask('journalctl', '--disk-usage')) ?? '');
      const megabytes =
        Number(said?.[1] ?? 0) * ({ K: 0.001, M: 1, G: 1e3, T: 1e6 }[said?.[2] ?? ''] ?? 0);
      const words = `${Math.round(megabytes)} MB${most === null ? '' : ` of at most ${most}`}`;
      return megabytes > 500
        ? warn(
            words,
            'sudo journalctl --vacuum-size=100M; SystemMaxUse=100M in /etc/systemd/journald.conf',
          )
        : ok(said === null ? 'size unknown' : words);
    },
  },
  {
    id: 'console-blanking',
    looks: 'whether the kernel blanks its console (consoleblank)',
    bites: 'the small screen of a rig is dark after minutes, and nobody is there to press a key',
    look: ({ files }) => {
      const seconds = files.number('sys/module/kernel/parameters/consoleblank') ?? 0;
      return seconds > 0
        ? warn(
            `after ${seconds} s`,
            "sudo sed -i 's/$/ consoleblank=0/' /boot/firmware/cmdline.txt, then restart",
          )
        : ok('never');
    },
  },
  {
    id: 'serial-console',
    looks: 'whether the kernel and a login use the serial pins',
    bites: 'a receiver or sensor there gets kernel messages, and its bytes are taken for a login',
    look: ({ files }) => {
      const console = /\bconsole=(serial0|ttyAMA\d+|ttyS\d+)/.exec(
        files.text('proc/cmdline') ?? '',
      )?.[1];
      const isPi = files.has('proc/device-tree/model');
      return console !== undefined && isPi
        ? warn(
            `the console is on ${console}`,
            'sudo raspi-config nonint do_serial_cons 1, then restart',
          )
        : ok('no');
    },
  },
  {
    id: 'root-read-only',
    looks: 'whether the disk of the system is read-only',
    bites: 'state, journal and `enabled:` cannot be written',
    look: ({ mountOf }) =>
      mountOf('/')?.isReadOnly === true
        ? fail('read-only', 'sudo dmesg | grep -i ext4; then sudo mount -o remount,rw /')
        : ok('no'),
  },
  {
    id: 'hostname',
    looks: 'the name of the machine',
    bites: 'recordings of two rigs that are both `raspberrypi` are told apart by nothing',
    look: ({ files }) => {
      const name = files.text('proc/sys/kernel/hostname') ?? 'unknown';
      return ['raspberrypi', 'localhost', '(none)'].includes(name)
        ? warn(name, 'sudo raspi-config nonint do_hostname field-rig-01')
        : ok(name);
    },
  },
  {
    id: 'ssh',
    looks: 'whether an SSH server runs or is started on demand',
    bites: 'nobody gets in to look or to fetch recordings',
    look: ({ files }) => {
      const isRunning = processesCalled(files, 'sshd').length > 0;
      const isEnabled = [
        'multi-user.target.wants/ssh.service',
        'multi-user.target.wants/sshd.service',
        'sockets.target.wants/ssh.socket',
      ].some((unit) => files.linkName(`etc/systemd/system/${unit}`) !== null);
      return isRunning || isEnabled
        ? ok('yes')
        : warn('no SSH server', 'sudo raspi-config nonint do_ssh 0');
    },
  },
];

const timedatectl = 'sudo timedatectl set-ntp true; timedatectl timesync-status shows its source';

/** Processes by the name that the kernel has for them, which is cut at 15 characters (proc_pid_comm(5)). */
function processesCalled(files: Patient['files'], name: string): string[] {
  return files.names('proc', /^\d+$/).filter((pid) => files.text(`proc/${pid}/comm`) === name);
}
