import { sayCount, saySize } from '../../protocol/units.ts';
import { powerOf } from '../host/power.ts';
import { parseThrottled, Sensors } from '../host/sensors.ts';
import { type Check, fail, ok, warn } from './check.ts';
import type { Patient } from './patient.ts';
import { settingOf } from './setting.ts';

const betterSupply =
  "Use the board's own power supply and a short cable; a hub with its own for the rest.";

/** The board: power, temperature, memory, card. */
export const hardwareChecks: readonly Check[] = [
  {
    id: 'under-voltage',
    looks: 'whether the supply is too low now',
    bites: 'USB devices drop out, cards are damaged, the board restarts',
    look: async (patient) => {
      const { underVoltage } = await powerNow(patient);
      if (underVoltage === null) return ok('the machine does not say');
      return underVoltage ? fail('too low now', betterSupply) : ok('not now');
    },
  },
  {
    id: 'under-voltage-history',
    looks: "the firmware's memory of the supply since the start",
    bites: 'what happened once under load happens again in the field',
    look: async (patient) => {
      const { sinceBoot } = await powerNow(patient);
      if (sinceBoot === null) return ok('the machine does not say');
      return sinceBoot.underVoltage
        ? warn('it was too low since the start', betterSupply)
        : ok('never since the start');
    },
  },
  {
    id: 'throttling',
    looks: 'whether the processor is slowed down, now or since the start',
    bites: 'frames and samples are dropped',
    look: async (patient) => {
      const { throttled, sinceBoot } = await powerNow(patient);
      if (throttled === null) return ok('the machine does not say');
      if (throttled)
        return warn('slowed down now', 'vcgencmd get_throttled; cool it, or feed it better');
      return sinceBoot?.throttled === true
        ? warn('it was slowed down since the start', 'Cool it: shade, air, a heat sink.')
        : ok('never');
    },
  },
  {
    id: 'supply',
    looks: 'what the supply of a Pi 5 can give (/proc/device-tree/chosen/power/max_current)',
    bites: 'below 5 A all USB devices together get 600 mA',
    look: ({ files }) => {
      const said = files.bytes('proc/device-tree/chosen/power/max_current');
      if (said === null || said.length !== 4) return ok('the machine does not say');
      const mA = said.readUInt32BE();
      return mA < 5_000
        ? warn(
            `${mA} mA`,
            'Use the 27 W supply; or usb_max_current_enable=1 in /boot/firmware/config.txt for one that gives 5 A without saying so',
          )
        : ok(`${mA} mA`);
    },
  },
  {
    id: 'temperature',
    looks: 'the hottest place that is measured',
    bites: 'from 80 °C on a Pi slows down',
    look: ({ files }) => {
      const { temperatureC } = new Sensors(files.place('/')).read();
      if (temperatureC === null) return ok('the machine does not say');
      const words = `${Math.round(temperatureC)} °C`;
      if (temperatureC >= 80) return fail(words, 'Cool it: shade, air, a heat sink.');
      return temperatureC >= 70 ? warn(words, 'Cool it: shade, air, a heat sink.') : ok(words);
    },
  },
  {
    id: 'memory',
    looks: 'the memory that is available',
    bites: 'the kernel ends a module, or the daemon',
    look: ({ files }) => {
      const { memoryAvailableBytes: bytes } = new Sensors(files.place('/')).read();
      if (bytes === null) return ok('unknown');
      const words = `${saySize(bytes)} available`;
      const fix =
        'ps -eo rss,args --sort=-rss | head; end what is not needed, such as the desktop: sudo systemctl set-default multi-user';
      if (bytes < 50e6) return fail(words, fix);
      return bytes < 120e6 ? warn(words, fix) : ok(words);
    },
  },
  {
    id: 'memory-ended',
    looks: 'programs that the kernel ended for want of memory since the start',
    bites: 'it may be a module the next time',
    look: ({ files }) => {
      const { oomKills } = new Sensors(files.place('/')).read();
      return (oomKills ?? 0) > 0
        ? warn(sayOomKills(oomKills ?? 0), "sudo dmesg | grep -i 'out of memory'")
        : ok('none');
    },
  },
  {
    id: 'disk-errors',
    looks: 'errors that ext4 has counted, on every disk',
    bites: 'the next one makes the disk read-only in the middle of a recording',
    look: ({ files }) => {
      const folder = 'sys/fs/ext4';
      const bad = files
        .names(folder)
        .filter((name) => (files.number(`${folder}/${name}/errors_count`) ?? 0) > 0);
      return bad.length === 0
        ? ok('none')
        : fail(
            `errors on ${bad.join(', ')}`,
            `Copy what is on it; sudo touch /forcefsck and restart, or sudo e2fsck -f /dev/${bad[0]} while it is not mounted`,
          );
    },
  },
  {
    id: 'card-wear',
    looks: 'how worn the memory is, by its own word (eMMC: life_time, pre_eol_info)',
    bites: 'a worn card turns read-only or forgets',
    look: ({ files }) => {
      const cards = files.names('sys/block', /^mmcblk\d+$/);
      const worst = Math.max(0, ...cards.map((card) => wearOf(files, card)));
      if (worst === 0)
        return ok(cards.length === 0 ? 'no card' : 'the card does not say (an SD card never does)');
      const words = `up to ${worst * 10} % of its life is used`;
      if (worst >= 10) return fail(words, 'Copy it and change it now.');
      return worst >= 8 ? warn(words, 'Have a new one ready.') : ok(words);
    },
  },
  {
    id: 'card-only',
    looks: 'whether it is recorded to the SD card of the system',
    bites: 'a full, slow or worn card stops the system with the recording',
    look: ({ config, mountOf }) => {
      if (config.kind !== 'good') return ok('there is no configuration that says where');
      const { source = 'unknown', point } = mountOf(config.loaded.recordings) ?? {};
      return /^\/dev\/mmcblk/.test(source) && point === '/'
        ? warn(
            'recordings lie on the card of the system',
            'Record to a stick or SSD: set rig.recordings, and requireMount: true',
          )
        : ok(source);
    },
  },
  {
    id: 'watchdog',
    looks: 'whether systemd feeds the watchdog of the board',
    bites: 'a kernel that hangs stays so until somebody pulls the plug',
    look: (patient) => {
      const { files } = patient;
      if (files.names('sys/class/watchdog', /^watchdog\d+$/).length === 0)
        return ok('the machine has none');
      const set = settingOf(files, 'etc/systemd/system.conf', 'RuntimeWatchdogSec');
      return set === null || /^(0|off|)$/.test(set)
        ? warn(
            'it is there and not used',
            "sudo mkdir -p /etc/systemd/system.conf.d; printf '[Manager]\\nRuntimeWatchdogSec=15\\n' | sudo tee /etc/systemd/system.conf.d/watchdog.conf; sudo systemctl daemon-reexec",
          )
        : ok(`after ${set}`);
    },
  },
];

/** In tenths of the life, the worse of both kinds of cells: `0x02 0x01` (JESD84-B51, EXT_CSD 268 and 269). */
function wearOf(files: Patient['files'], card: string): number {
  const device = `sys/block/${card}/device`;
  const tenths = (files.text(`${device}/life_time`) ?? '').split(' ').map(Number);
  const isEnding = Number(files.text(`${device}/pre_eol_info`)) >= 2;
  return Math.max(isEnding ? 10 : 0, ...tenths.filter((tenth) => tenth > 0 && tenth <= 11));
}

async function powerNow({ files, ask }: Patient) {
  const { throttled, voltageAlarm } = new Sensors(files.place('/')).read();
  if (throttled !== null || voltageAlarm !== null) return powerOf({ throttled, voltageAlarm });
  const said = await ask('vcgencmd', 'get_throttled');
  return powerOf({ throttled: parseThrottled(said), voltageAlarm });
}

function sayOomKills(count: number): string {
  const ended = `${sayCount(count, 'program')} ${count === 1 ? 'was' : 'were'} ended`;
  return `${ended} for want of memory since the machine was started`;
}
