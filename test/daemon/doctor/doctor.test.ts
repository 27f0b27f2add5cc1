import { expect, test } from 'vitest';
import { examine, rooms } from '../../../src/daemon/doctor/doctor.ts';
import { processIdentity } from '../../../src/daemon/store/process-identity.ts';
import { problemWith, snapshotWith } from '../../support/sample-rig.ts';
import { type Ill, patientOn, statusOf } from './patient-on.ts';

const checks = rooms.flatMap((room) => room.checks);
const withLines = `version: 1
gpio: { buttons: [{ line: GPIO17, name: record, click: record.start }], leds: [{ line: GPIO22, name: status, shows: rig }] }
modules:
  host: { use: system }
`;
const withPower = (rig = '') => `version: 1
${rig}
gpio: { buttons: [{ line: GPIO3, name: power, hold: { after: 5s, do: rig.shutdown } }] }
modules:
  host: { use: system }
`;
const bySudo = withPower('rig: { shutdownCommand: [sudo, systemctl, poweroff] }');
const withDevices = `version: 1
modules:
  cam: { use: camera, required: false }
  mic: { use: audio }
`;
const bare = '1 0 179:2 / / rw shared:1 - ext4 /dev/mmcblk0p2 rw\n';
const noGroups = { user: { id: 1_000, name: 'pi', groups: new Set<string>() } };
const throttled = (bits: string) => ({
  files: { 'sys/devices/platform/soc/soc:firmware/get_throttled': `${bits}\n` },
});
const mount = (fileSystem: string, point = '/', source = '/dev/sda1', isReadOnly = false) => ({
  patient: { mountOf: () => ({ point, fileSystem, source, isReadOnly }) },
});
const held = (device: string, name = 'motion') => ({
  files: {
    'proc/812/comm': `${name}\n`,
    'proc/812/stat': `812 (${name}) S 1 812 812 ${'0 '.repeat(20)}`,
  },
  links: { 'proc/812/fd/7': device },
});
const unit = (line: string) => ({
  files: { 'etc/systemd/system/rigdeck.service': `[Service]\n${line}\n` },
});
const root = { id: 0, name: 'root', groups: new Set<string>() };
const gone = { pid: process.pid, startTicks: '1', bootId: 'of another start' };

/** What makes a check speak up, how, and in which words. */
const ills: readonly (readonly [id: string, ill: Ill, level: 'warn' | 'fail', words: RegExp])[] = [
  ['config', { yaml: 'version: 2\n' }, 'fail', /rig\.yaml:1:10: expected 1/],
  ['config', { patient: { config: { kind: 'none' } } }, 'warn', /no rig\.yaml/],
  [
    'problems',
    {
      patient: {
        status: {
          ...statusOf(gone),
          rig: {
            ...snapshotWith({}).rig,
            problems: [problemWith({ message: 'The disk is full.' })],
          },
        },
      },
    },
    'warn',
    /^1: The disk is full/,
  ],
  ['unit', { files: { 'etc/systemd/system/rigdeck.service': null } }, 'warn', /nothing is started/],
  [
    'unit',
    { links: { 'etc/systemd/system/multi-user.target.wants/rigdeck.service': null } },
    'fail',
    /not enabled/,
  ],
  ['unit-killmode', unit('KillMode=mixed'), 'fail', /^KillMode=mixed$/],
  ['unit-runtimedirectorypreserve', unit('RuntimeDirectoryPreserve=no'), 'fail', /Preserve=no/],
  ['unit-oompolicy', unit('User=pi'), 'fail', /not set/],
  ['unit-restart', unit('Restart=on-failure'), 'fail', /on-failure/],
  ['unit-startlimitintervalsec', unit('User=pi'), 'fail', /not set/],
  [
    'installs',
    { programs: { rigdeck: 'exit 0' }, files: { 'usr/local/bin/rigdeck': '' } },
    'warn',
    /^2 are installed/,
  ],
  ['daemon', { patient: { status: statusOf(gone) } }, 'fail', /gone without having been stopped/],
  ['daemon-version', { patient: { daemonVersion: '0.0.9' } }, 'warn', /the daemon is 0\.0\.9/],
  ['group-gpio', { yaml: withLines, patient: noGroups }, 'fail', /pi is not in gpio/],
  ['power-off', { yaml: withPower() }, 'warn', /no daemon of pi/],
  [
    'power-off',
    { yaml: bySudo, programs: { sudo: 'exit 1', systemctl: 'exit 0' } },
    'fail',
    /^sudo does not let pi run `systemctl poweroff` without a password$/,
  ],
  ['group-gpio', { patient: noGroups }, 'warn', /pi is not in gpio/],
  ['group-video', { yaml: withDevices, patient: noGroups }, 'fail', /pi is not in video/],
  ['group-audio', { yaml: withDevices, patient: noGroups }, 'fail', /pi is not in audio/],
  ['group-dialout', { patient: noGroups }, 'warn', /pi is not in dialout/],
  ['linger', { files: { 'etc/systemd/system/rigdeck.service': null } }, 'warn', /without a login/],
  [
    'logind-kill',
    { files: { 'etc/systemd/logind.conf': 'KillUserProcesses=yes\n' } },
    'warn',
    /ends/,
  ],
  ['locale', { env: { LANG: 'C' } }, 'warn', /^the locale is C, /],
  ['tmux', { programs: { tmux: null } }, 'warn', /not installed/],
  ['flock', { programs: { flock: null } }, 'fail', /not installed/],
  [
    'open-files',
    { files: { 'proc/self/limits': 'Max open files  256  256  files\n' } },
    'warn',
    /256/,
  ],
  [
    'inotify',
    { files: { 'proc/sys/fs/inotify/max_user_watches': '1024' } },
    'warn',
    /1024 watches/,
  ],
  ['run-dir', { patient: { runDir: '/dev/null' } }, 'fail', /is no folder/],
  ['run-dir', { patient: { runDir: '/tmp', user: root } }, 'fail', /may be written in by others/],
  ['run-dir', { patient: { runDir: '/proc/1' } }, 'fail', /belongs to another user/],
  [
    'run-dir',
    { patient: { runDir: '/proc/1', status: statusOf(living()) } },
    'warn',
    /belongs to another user \(uid 0\), whose daemon lives there: this account may only look/,
  ],
  ['run-dir-memory', mount('ext4'), 'warn', /lies on ext4/],
  ['state-dir', { patient: { stateDir: null } }, 'warn', /nothing is kept/],
  ['state-dir', mount('tmpfs'), 'fail', /gone after a power cut/],
  [
    'recordings-mount',
    {
      yaml: 'version: 1\nrig: { recordings: /media/pi/GONE, requireMount: true }\n',
      files: { 'proc/self/mountinfo': bare },
    },
    'fail',
    /no disk is mounted for \/media\/pi\/GONE/,
  ],
  ['recordings-format', mount('vfat'), 'warn', /4 GB/],
  ['recordings-format', mount('tmpfs'), 'fail', /memory/],
  ['recordings-format', mount('overlay'), 'warn', /overlay/],
  ['recordings-format', mount('cifs'), 'warn', /network/],
  ['recordings-format', mount('fuseblk'), 'warn', /journal/],
  ['recordings-write', mount('ext4', '/', '/dev/sda1', true), 'fail', /read-only/],
  [
    'recordings-write',
    { yaml: 'version: 1\nrig: { recordings: /dev/null }\n' },
    'fail',
    /\/dev\/null is no folder/,
  ],
  [
    'recordings-space',
    { yaml: 'version: 1\nrig: { recordings: ., minFree: 900TB }\n' },
    'fail',
    /minFree is 900 TB/,
  ],
  ['under-voltage', throttled('50005'), 'fail', /too low now/],
  ['under-voltage-history', throttled('50000'), 'warn', /too low since the start/],
  ['throttling', throttled('40004'), 'warn', /slowed down now/],
  ['throttling', throttled('40000'), 'warn', /since the start/],
  [
    'supply',
    { files: { 'proc/device-tree/chosen/power/max_current': '\0\0\u000b\u0078' } },
    'warn',
    /^2936 mA$/,
  ],
  ['temperature', { files: { 'sys/class/thermal/thermal_zone0/temp': '81500' } }, 'fail', /82 °C/],
  ['temperature', { files: { 'sys/class/thermal/thermal_zone0/temp': '72000' } }, 'warn', /72 °C/],
  ['memory', { files: { 'proc/meminfo': 'MemAvailable: 40000 kB\n' } }, 'fail', /41 MB/],
  ['memory', { files: { 'proc/meminfo': 'MemAvailable: 100000 kB\n' } }, 'warn', /102 MB/],
  [
    'memory-ended',
    { files: { 'proc/vmstat': 'oom_kill 3\n' } },
    'warn',
    /^3 programs were ended for want of memory since the machine was started$/,
  ],
  ['disk-errors', { files: { 'sys/fs/ext4/sda1/errors_count': '2\n' } }, 'fail', /errors on sda1/],
  ['card-wear', { files: { 'sys/block/mmcblk0/device/life_time': '0x02 0x0a' } }, 'fail', /100 %/],
  ['card-wear', { files: { 'sys/block/mmcblk0/device/life_time': '0x08 0x01' } }, 'warn', /80 %/],
  ['card-only', {}, 'warn', /on the card of the system/],
  ['watchdog', { files: { 'etc/systemd/system.conf': '[Manager]\n' } }, 'warn', /not used/],
  [
    'clock',
    {
      programs: { timedatectl: 'echo NTPSynchronized=no' },
      files: { 'run/systemd/timesync/synchronized': null },
    },
    'warn',
    /no source yet/,
  ],
  ['time-sources', { files: { 'proc/303/comm': 'chronyd\n' } }, 'warn', /both run/],
  ['time-sources', { files: { 'proc/301/comm': null } }, 'warn', /nobody keeps/],
  ['rtc', { files: { 'sys/class/rtc/rtc0/name': null } }, 'warn', /there is none/],
  ['time-kept', { files: { 'sys/class/rtc/rtc0/name': null } }, 'warn', /nobody keeps it/],
  ['kernel', { files: { 'proc/sys/kernel/osrelease': '5.4.83-v7+' } }, 'warn', /5\.4\.83/],
  [
    'swap',
    { files: { 'proc/swaps': 'Filename\n/var/swap file 102396 0 -2\n' } },
    'warn',
    /on \/var\/swap/,
  ],
  ['dirty-ratio', { files: { 'proc/sys/vm/dirty_ratio': '80' } }, 'warn', /80 %/],
  [
    'journal',
    {
      files: { 'var/log/journal/x': '' },
      programs: {
        journalctl: 'echo "Archived and active journals take up 1.2G in the file system."',
      },
    },
    'warn',
    /^1200 MB$/,
  ],
  [
    'console-blanking',
    { files: { 'sys/module/kernel/parameters/consoleblank': '600' } },
    'warn',
    /after 600 s/,
  ],
  [
    'serial-console',
    { files: { 'proc/cmdline': 'console=serial0,115200 console=tty1' } },
    'warn',
    /serial0/,
  ],
  ['root-read-only', mount('ext4', '/', '/dev/mmcblk0p2', true), 'fail', /read-only/],
  ['hostname', { files: { 'proc/sys/kernel/hostname': 'raspberrypi' } }, 'warn', /raspberrypi/],
  ['ssh', { files: { 'proc/302/comm': null } }, 'warn', /no SSH server/],
  [
    'gpio-chip',
    { yaml: withLines, files: { 'sys/class/gpio/gpiochip0/label': 'raspberrypi-exp-gpio' } },
    'fail',
    /no chip of the header/,
  ],
  [
    'gpio-numbering',
    { files: { 'sys/class/gpio/gpiochip0/base': '512' } },
    'warn',
    /GPIO17 is 529/,
  ],
  [
    'gpio-taken',
    { yaml: withLines, files: { 'sys/class/gpio/gpio17/value': '1' } },
    'warn',
    /GPIO17 exported/,
  ],
  [
    'gpio-taken',
    held('/dev/gpiochip0', 'pigpiod'),
    'warn',
    /pigpiod \(pid 812\) has \/dev\/gpiochip0/,
  ],
  ['tools', { yaml: withDevices }, 'fail', /cam needs rpicam-vid; mic needs arecord/],
  [
    'tools',
    { yaml: withDevices, programs: { arecord: 'exit 0' } },
    'warn',
    /^cam needs rpicam-vid$/,
  ],
  ['camera-held', held('/dev/video0'), 'warn', /motion \(pid 812\) has \/dev\/video0/],
  ['camera-held', { ...held('/dev/video0'), yaml: withDevices }, 'fail', /motion/],
  ['sound-held', held('/dev/snd/pcmC1D0c', 'pipewire'), 'warn', /pipewire/],
  ['serial-held', held('/dev/ttyUSB0', 'minicom'), 'warn', /minicom/],
];

/** Checks whose other answer needs another Node, another disk or another user than the one that tests. */
const ofThisProcess = ['node-version', 'node-build', 'word-size', 'koffi', 'onoff'];
const tested = new Set(ills.map(([id]) => id));
const elsewhere = ['tmp-cleaning', 'damaged-files', 'gpio-access', 'system-space'];

async function answerTo(id: string, ill: Ill) {
  const patient = await patientOn(ill);
  const check = checks.find((one) => one.id === id);
  if (check === undefined) throw new Error(`there is no check ${id}`);
  return await check.look(patient);
}

test.each(ills)('%s speaks up where it should (%#)', async (id, ill, level, words) => {
  const answer = await answerTo(id, ill);
  expect(answer).toMatchObject({ level, words: expect.stringMatching(words) });
  expect(answer.fix).toMatch(/\S{2}/);
});

test('a machine without a header that is to have buttons is told how it goes without', async () => {
  const label = { 'sys/class/gpio/gpiochip0/label': 'raspberrypi-exp-gpio' };
  const { fix } = await answerTo('gpio-chip', { yaml: withLines, files: label });
  expect(fix).toContain('`backend: simulated` to try it out, or `backend: none`');
});

test('on a Pi on which nothing bites, nothing is said but that it records to its card', async () => {
  const patient = await patientOn({ patient: { status: statusOf(living()) } });
  const loud = (await examine(patient, 30_000)).filter(({ level }) => level !== 'ok');
  expect(loud.filter(({ id }) => !ofThisProcess.includes(id)).map(({ id }) => id)).toEqual([
    'card-only',
  ]);
});

function living() {
  const identity = processIdentity(process.pid);
  if (identity === null) throw new Error('this process does not run');
  return identity;
}

test('there are at least 30 checks, each with a name of its own, and each is tested', () => {
  const ids = checks.map(({ id }) => id);
  expect(ids.length).toBeGreaterThanOrEqual(30);
  expect(new Set(ids).size).toBe(ids.length);
  const untested = ids.filter((id) => ![...tested, ...ofThisProcess, ...elsewhere].includes(id));
  expect(untested).toEqual([]);
});

test('the cleaning of /tmp is told of, and what a living daemon does against it', async () => {
  const files = { 'usr/lib/tmpfiles.d/tmp.conf': 'q /tmp 1777 root root 10d\n' };
  const runDir = '/tmp/rigdeck-1000';
  const idle = await answerTo('tmp-cleaning', { files, patient: { runDir } });
  expect(idle).toMatchObject({ level: 'ok', words: expect.stringContaining('after 10d') });
  const held = await answerTo('tmp-cleaning', {
    files,
    patient: { runDir, status: statusOf(gone) },
  });
  expect(held.words).toContain('holds its folder with a lock');
});

test('what a module of this rig has open is no trouble', async () => {
  const holder = held('/dev/video0', 'ffmpeg');
  const patient = await patientOn(holder);
  const own = await patientOn({
    ...holder,
    files: { ...holder.files, [`${patient.runDir.slice(1)}/cam/pid`]: '812 (ffmpeg) S 1 812' },
    patient: { runDir: patient.runDir },
  });
  expect(await checks.find(({ id }) => id === 'camera-held')?.look(own)).toMatchObject({
    level: 'ok',
  });
});

test('a machine that says nothing makes no check fall over', async () => {
  const patient = await patientOn();
  const { MachineFiles } = await import('../../../src/daemon/host/machine-files.ts');
  const findings = await examine({ ...patient, files: new MachineFiles('/nowhere') }, 30_000);
  expect(findings.filter(({ words }) => words.includes('could not be looked at'))).toEqual([]);
});

test('a check that hangs is said to hang, and keeps nobody waiting', async () => {
  const patient = await patientOn({ files: { 'var/log/journal/x': '' } });
  const ask = () => new Promise<string | null>(() => undefined);
  const findings = await examine({ ...patient, ask }, 2_000);
  expect(findings.find(({ id }) => id === 'journal')).toMatchObject({
    level: 'warn',
    words: expect.stringContaining('no answer in time'),
  });
  expect(findings).toHaveLength(checks.length);
});

test('a power button is in order where sudo lets the user switch the machine off, and for root', async () => {
  const lets = { sudo: 'echo /usr/bin/systemctl poweroff', systemctl: 'exit 0' };
  for (const ill of [
    { yaml: bySudo, programs: lets },
    { yaml: withPower(), patient: { user: root } },
  ]) {
    const findings = await examine(await patientOn(ill));
    expect(findings.find(({ id }) => id === 'power-off')).toMatchObject({ level: 'ok' });
  }
});
