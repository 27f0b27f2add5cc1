import { sanitize } from '../../protocol/sanitize.ts';
import { askProgram } from '../host/ask-program.ts';
import type { MachineFiles } from '../host/machine-files.ts';

/** A camera on the ribbon, or one that the kernel knows as /dev/video*. */
export type Camera = {
  readonly source: 'rpicam' | 'v4l2';
  /** How the module `camera` is told which one: a number, or a path. */
  readonly device: string;
  readonly name: string;
};

/** Parts of a Pi that are video devices and no cameras one could ask for a picture. */
const noCamera = /^(bcm2835-|rpi-?vid|rpi-hevc|rpi-?isp|pispbe|rp1-cfe|unicam)/i;

/** Cameras on the ribbon first. */
export async function findCameras(files: MachineFiles): Promise<Camera[]> {
  return [...(await ribbonCameras(files)), ...webcams(files)];
}

/** Whether the chip of this machine makes H.264 itself, as those of a Pi up to 4 do. */
export function hasEncoder(files: MachineFiles): boolean {
  const folder = 'sys/class/video4linux';
  return files
    .names(folder)
    .some((name) => files.text(`${folder}/${name}/name`) === 'bcm2835-codec-encode');
}

/** `0 : imx708 [4608x2592 10-bit RGGB] (/base/soc/i2c0mux/i2c@1/imx708@1a)` */
async function ribbonCameras(files: MachineFiles): Promise<Camera[]> {
  const program = files.program('rpicam-hello', 'libcamera-hello');
  if (program === null) return [];
  const said = (await askProgram(program, ['--list-cameras'])) ?? '';
  return [...said.matchAll(/^\s*(\d+) : (\S+) \[/gm)].map(([, device = '', name = '']) => {
    return { source: 'rpicam', device, name: sanitize(name, 60) };
  });
}

/** A webcam's second device, for metadata, is none. */
function webcams(files: MachineFiles): Camera[] {
  const folder = 'sys/class/video4linux';
  return files.names(folder, /^video\d+$/).flatMap((entry): Camera[] => {
    const name = files.text(`${folder}/${entry}/name`) ?? '';
    const index = files.text(`${folder}/${entry}/index`) ?? '0';
    if (index !== '0' || noCamera.test(name)) return [];
    return [{ source: 'v4l2', device: steadyPath(files, entry), name: sanitize(name, 60) }];
  });
}

/** The path that is the same whatever else is plugged in, where udev has made one. */
function steadyPath(files: MachineFiles, entry: string): string {
  const folder = 'dev/v4l/by-id';
  const id = files.names(folder).find((name) => files.linkName(`${folder}/${name}`) === entry);
  return id === undefined ? `/dev/${entry}` : `/${folder}/${id}`;
}
