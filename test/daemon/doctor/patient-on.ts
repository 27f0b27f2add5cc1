import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { makePatient, type Patient } from '../../../src/daemon/doctor/patient.ts';
import { version } from '../../../src/protocol/version.ts';
import { snapshotWith } from '../../support/sample-rig.ts';
import { layOut } from '../pi-trees.ts';

/** What is different from a Pi that is in order. `null` takes a file away. */
export type Ill = {
  readonly files?: Readonly<Record<string, string | null>>;
  readonly links?: Readonly<Record<string, string | null>>;
  readonly programs?: Readonly<Record<string, string | null>>;
  readonly yaml?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly patient?: Partial<Patient>;
};

const unit = `[Unit]
StartLimitIntervalSec=0
[Service]
KillMode=process
RuntimeDirectoryPreserve=yes
OOMPolicy=continue
Restart=always
`;
const mounts =
  '25 1 179:2 / / rw,noatime shared:1 - ext4 /dev/mmcblk0p2 rw\n' +
  '31 25 0:28 / /tmp rw,nosuid shared:3 - tmpfs tmpfs rw\n' +
  '32 25 0:29 / /run rw,nosuid shared:4 - tmpfs tmpfs rw\n';

/** A Pi 4 on which nothing bites. Its disks are those of the machine that tests. */
const files: Readonly<Record<string, string>> = {
  'sys/devices/platform/soc/soc:firmware/get_throttled': '0\n',
  'sys/class/thermal/thermal_zone0/temp': '48686\n',
  'proc/device-tree/model': 'Raspberry Pi 4 Model B Rev 1.4\0',
  'proc/meminfo': 'MemTotal: 3884364 kB\nMemAvailable: 3301040 kB\n',
  'proc/vmstat': 'oom_kill 0\n',
  'proc/self/mountinfo': mounts,
  'proc/self/limits': 'Max open files            1024                 524288               files\n',
  'proc/sys/fs/inotify/max_user_watches': '65536\n',
  'proc/sys/fs/inotify/max_user_instances': '128\n',
  'proc/sys/kernel/osrelease': '6.12.47+rpt-rpi-v8\n',
  'proc/sys/kernel/hostname': 'field-rig-03\n',
  'proc/sys/vm/dirty_ratio': '20\n',
  'proc/swaps': 'Filename\tType\tSize\tUsed\tPriority\n/dev/zram0 partition 524284 0 100\n',
  'proc/cmdline': 'console=tty1 root=PARTUUID=1 rootwait\n',
  'proc/301/comm': 'systemd-timesyn\n',
  'proc/302/comm': 'sshd\n',
  'run/systemd/timesync/synchronized': '',
  'sys/class/rtc/rtc0/name': 'rtc-ds1307\n',
  'sys/class/gpio/gpiochip0/label': 'pinctrl-bcm2711\n',
  'sys/class/gpio/gpiochip0/base': '0\n',
  'sys/class/gpio/gpiochip0/ngpio': '58\n',
  'sys/class/watchdog/watchdog0/identity': 'Broadcom BCM2835 Watchdog timer\n',
  'sys/fs/ext4/mmcblk0p2/errors_count': '0\n',
  'etc/systemd/system.conf': '[Manager]\nRuntimeWatchdogSec=15\n',
  'etc/systemd/system/rigdeck.service': unit,
  'etc/group': 'gpio:x:986:\nvideo:x:44:\naudio:x:29:\ndialout:x:20:\n',
};
const links = {
  'etc/systemd/system/multi-user.target.wants/rigdeck.service': '../rigdeck.service',
};
const programs = {
  tmux: 'exit 0',
  flock: 'exit 0',
  timedatectl: 'echo NTPSynchronized=yes',
};
const yaml =
  'version: 1\nrig: { recordings: ./recordings, minFree: 1MB }\nmodules:\n  host: { use: system }\n';

/** Lays out such a Pi with what is different, and the rig on it, until the test is over. */
export async function patientOn(ill: Ill = {}): Promise<Patient> {
  const folder = mkdtempSync(join(tmpdir(), 'rig-doctor-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { root } = layOut({
    files: { ...without({ ...files, ...ill.files }) },
    links: without({ ...links, ...ill.links }),
    programs: without({ ...programs, ...ill.programs }),
  });
  const configFile = join(folder, 'rig.yaml');
  writeFileSync(configFile, ill.yaml ?? yaml);
  mkdirSync(join(folder, 'run'), { mode: 0o755 });
  if (process.getuid?.() === 0) chownSync(join(folder, 'run'), 1_000, 1_000);
  mkdirSync(join(folder, 'state'));
  const given = {
    runDir: join(folder, 'run'),
    stateDir: join(folder, 'state'),
    configFile,
    status: null,
    daemonVersion: version,
  };
  const env = { PATH: join(root, 'usr/bin'), LANG: 'C.UTF-8', HOME: folder, ...ill.env };
  const patient = await makePatient(given, { ...env, RIGDECK_MACHINE_ROOT: root });
  const groups = new Set(['gpio', 'video', 'audio', 'dialout']);
  const own = { id: process.getuid?.() || 1_000, name: 'pi', groups };
  const onPi = (path: string) => (path.startsWith(tmpdir()) ? card(path) : patient.mountOf(path));
  const card = (path: string) =>
    path.endsWith('/run') ? patient.mountOf('/run') : patient.mountOf('/home/pi');
  return { ...patient, user: own, mountOf: onPi, ...ill.patient };
}

/** A status file that a daemon of this very process has written. */
export function statusOf(daemon: { pid: number; startTicks: string; bootId: string }) {
  return { ...snapshotWith({}), daemon };
}

function without(all: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, text]) => (text === null ? [] : [[name, text]])),
  );
}
