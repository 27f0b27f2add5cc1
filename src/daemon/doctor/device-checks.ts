import { accessSync, constants } from 'node:fs';
import { chipRemedy, listSysfsChips, pickChip, type SysfsChip } from '../../gpio/backends/chips.ts';
import { LineError } from '../../gpio/lines.ts';
import { capital } from '../../protocol/text.ts';
import { findProgram } from '../runs/find-program.ts';
import { type Check, fail, ok, warn } from './check.ts';
import { holdersOf, sayHolders } from './holders.ts';
import { enabledModules, type Patient } from './patient.ts';
import { usesGpio } from './user-checks.ts';

/** Header, cameras, sound cards, and the programs that modules need. */
export const deviceChecks: readonly Check[] = [
  {
    id: 'gpio-chip',
    looks: 'the chip of the 40-pin header, by its label',
    bites: 'buttons and LEDs of `gpio:` are dead',
    look: (patient) => {
      const chip = headerChip(patient);
      if (chip !== null) return ok(chip.label);
      const hasDevice = patient.files.names('dev', /^gpiochip\d+$/).length > 0;
      const remedy = chipRemedy(chipLabel(patient));
      if (!usesGpio(patient)) return ok(hasDevice ? 'no header by sysfs' : 'no header');
      return hasDevice
        ? warn(
            'sysfs has no chip of the header',
            `rigdeck gpio list. Where that has none either: ${remedy}`,
          )
        : fail('there is no chip of the header, and this rig has buttons or LEDs', capital(remedy));
    },
  },
  {
    id: 'gpio-access',
    looks: 'whether /dev/gpiochip* opens for this user',
    bites: 'buttons and LEDs of `gpio:` are dead',
    look: (patient) => {
      const { files } = patient;
      const closed = files
        .names('dev', /^gpiochip\d+$/)
        .filter((name) => !mayUse(files.place(`dev/${name}`)));
      if (closed.length === 0) return ok('open, or none');
      const words = `/dev/${closed.join(', /dev/')} may not be opened`;
      const fix = 'sudo usermod -aG gpio "$USER", then log in again';
      return usesGpio(patient) ? fail(words, fix) : warn(words, fix);
    },
  },
  {
    id: 'gpio-numbering',
    looks: 'where sysfs begins to number the lines of the header',
    bites:
      'scripts and tools that write `17` into /sys/class/gpio/export hit nothing, or another line (Rigdeck counts by the chip)',
    look: (patient) => {
      const chip = headerChip(patient);
      if (chip === null) return ok('no header by sysfs');
      return chip.base === 0
        ? ok('GPIO17 is 17')
        : warn(
            `GPIO17 is ${chip.base + 17} there`,
            `In scripts of your own: pinctrl, gpiod, or ${chip.base} + the number`,
          );
    },
  },
  {
    id: 'gpio-taken',
    looks: 'lines of `gpio:` that sysfs holds, and daemons that hold the chip',
    bites: 'the line is busy: that button or LED is dead',
    look: (patient) => {
      const chip = headerChip(patient);
      const exported = linesOf(patient).filter(
        (line) => chip !== null && patient.files.has(`sys/class/gpio/gpio${chip.base + line}`),
      );
      if (chip !== null && exported.length > 0) {
        const [first = 0] = exported;
        return warn(
          `GPIO${exported.join(', GPIO')} exported in sysfs`,
          `echo ${chip.base + first} | sudo tee /sys/class/gpio/unexport, unless the daemon of this rig uses sysfs`,
        );
      }
      const daemon = patient.status?.daemon.pid;
      const others = holdersOf(patient, /^\/dev\/(gpiochip\d+|gpiomem)/).filter(
        ({ pid }) => pid !== daemon,
      );
      return others.length === 0
        ? ok('nobody')
        : warn(sayHolders(others), 'sudo systemctl disable --now pigpiod, or end what it is');
    },
  },
  {
    id: 'tools',
    looks:
      'the programs that enabled modules need: arecord, ffmpeg, rpicam-vid, gpsd, and your own',
    bites: 'the module is in error, and a recording that requires it does not begin',
    look: (patient) => {
      const missing = enabledModules(patient).flatMap(([name, module]) => {
        const lacks = lacksOf(patient, name, module.use);
        return lacks === null ? [] : [{ name, lacks, isRequired: module.required }];
      });
      const [first] = missing;
      if (first === undefined) return ok('all there');
      const words = missing.map(({ name, lacks }) => `${name} needs ${lacks}`).join('; ');
      const fix = `sudo apt install ${packageOf[first.lacks] ?? first.lacks}`;
      return missing.some(({ isRequired }) => isRequired) ? fail(words, fix) : warn(words, fix);
    },
  },
  heldCheck(
    'camera-held',
    'cameras (/dev/video*, /dev/media*)',
    /^\/dev\/(video|media)\d+/,
    'camera',
  ),
  heldCheck(
    'sound-held',
    'sound cards for recording (/dev/snd/pcm*c)',
    /^\/dev\/snd\/pcmC\d+D\d+c/,
    'audio',
  ),
  heldCheck(
    'serial-held',
    'serial ports of USB and header, but for gpsd',
    /^\/dev\/tty(USB|ACM|AMA)\d+/,
    'gps',
  ),
];

/** A daemon that shares a device on purpose. */
const sharers = ['gpsd'];

function heldCheck(id: string, what: string, device: RegExp, bundled: string): Check {
  return {
    id,
    looks: `who else has ${what} open`,
    bites: 'the device is busy when a recording begins',
    look: (patient) => {
      const holders = holdersOf(patient, device).filter(({ name }) => !sharers.includes(name));
      if (holders.length === 0) return ok('nobody');
      const fix = `End it: sudo kill ${holders[0]?.pid}, or disable the service that starts it`;
      const isUsed = enabledModules(patient).some(([, { use }]) => use === bundled);
      return isUsed ? fail(sayHolders(holders), fix) : warn(sayHolders(holders), fix);
    },
  };
}

/** What a bundled module needs: one of these programs. */
const needs: Readonly<Record<string, readonly string[]>> = {
  audio: ['arecord', 'ffmpeg'],
  camera: ['rpicam-vid', 'libcamera-vid', 'ffmpeg'],
  gps: ['gpsd'],
};

const packageOf: Readonly<Record<string, string>> = {
  arecord: 'alsa-utils',
  'rpicam-vid': 'rpicam-apps',
};

/** The program that a module lacks; null where it lacks none. */
function lacksOf(
  { files, config, env }: Patient,
  name: string,
  use: string | undefined,
): string | null {
  const wanted = needs[use ?? ''];
  if (wanted !== undefined) return files.program(...wanted) === null ? (wanted[0] ?? null) : null;
  const run = config.kind === 'good' ? config.loaded.modules[name]?.run : undefined;
  const [program] = run?.command ?? [];
  if (program === undefined || run === undefined || use !== undefined) return null;
  const found = program.includes('/')
    ? findProgram(program, run.cwd, { PATH: env['PATH'] ?? '' })
    : files.program(program);
  return found === null ? program : null;
}

function chipLabel({ config }: Patient): string | undefined {
  return config.kind === 'good' ? config.loaded.config.gpio?.chip : undefined;
}

function headerChip(patient: Patient): SysfsChip | null {
  try {
    return pickChip(listSysfsChips(patient.files.place('/')), chipLabel(patient));
  } catch (error) {
    if (error instanceof LineError) return null; // no header that sysfs knows
    throw error;
  }
}

/** The lines that rig.yaml names, by their numbers. */
function linesOf({ config }: Patient): number[] {
  const gpio = config.kind === 'good' ? config.loaded.config.gpio : undefined;
  return [...(gpio?.buttons ?? []), ...(gpio?.leds ?? [])].map(({ line }) => Number(line.slice(4)));
}

function mayUse(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false; // not for this user
  }
}
