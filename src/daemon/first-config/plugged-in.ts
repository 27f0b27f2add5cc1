import { listSysfsChips, pickChip } from '../../gpio/backends/chips.ts';
import { LineError } from '../../gpio/lines.ts';
import { sanitize } from '../../protocol/sanitize.ts';
import type { MachineFiles } from '../host/machine-files.ts';
import { type Camera, findCameras, hasEncoder } from './cameras.ts';
import { type Disk, findDisks } from './disks.ts';
import { findGps, type Gps } from './receivers.ts';
import { findSoundCards, type SoundCard } from './sound-cards.ts';

/** What a machine has that a rig can use. */
export type PluggedIn = {
  /** `Raspberry Pi 5 Model B Rev 1.0`; null where the machine does not say. */
  readonly model: string | null;
  readonly hostname: string | null;
  readonly sound: readonly SoundCard[];
  readonly cameras: readonly Camera[];
  /** Whether webcams can be encoded by the chip. */
  readonly hasEncoder: boolean;
  readonly gps: Gps;
  readonly disks: readonly Disk[];
  /** The label of the chip of the 40-pin header; null where there is no header. */
  readonly header: string | null;
  /** Programs that the modules need, and are not installed: the Debian packages that bring them. */
  readonly missing: readonly string[];
};

/** Looks at everything. Opens no device; takes up to 5 s where the program for cameras on the ribbon hangs. */
export async function findPluggedIn(files: MachineFiles): Promise<PluggedIn> {
  const sound = findSoundCards(files);
  const cameras = await findCameras(files);
  const gps = findGps(files);
  const found = { sound, cameras, gps };
  return {
    ...found,
    model: modelOf(files),
    hostname: files.text('proc/sys/kernel/hostname'),
    hasEncoder: hasEncoder(files),
    disks: findDisks(files),
    header: headerOf(files),
    missing: missingPackages(files, found),
  };
}

/** The device tree ends its words with a zero byte. */
function modelOf(files: MachineFiles): string | null {
  const model = files.text('proc/device-tree/model')?.replaceAll('\0', '').trim();
  return model ? sanitize(model, 60) : null;
}

function headerOf(files: MachineFiles): string | null {
  try {
    return pickChip(listSysfsChips(files.place('/')), undefined).label;
  } catch (error) {
    if (error instanceof LineError) return null; // no header of a Raspberry Pi
    throw error;
  }
}

function missingPackages(
  files: MachineFiles,
  { sound, cameras, gps }: Pick<PluggedIn, 'sound' | 'cameras' | 'gps'>,
): string[] {
  const hasWebcam = cameras.some(({ source }) => source === 'v4l2');
  const hasRibbon = cameras.some(({ source }) => source === 'rpicam');
  const needs: readonly (readonly [boolean, readonly string[], string])[] = [
    [sound.length > 0, ['arecord', 'ffmpeg'], 'alsa-utils'],
    [hasWebcam, ['ffmpeg'], 'ffmpeg'],
    [hasRibbon, ['rpicam-vid', 'libcamera-vid'], 'rpicam-apps'],
    [gps.receiver !== null && !gps.hasGpsd, ['gpsd'], 'gpsd'],
  ];
  return needs.flatMap(([isNeeded, programs, name]) =>
    isNeeded && files.program(...programs) === null ? [name] : [],
  );
}
