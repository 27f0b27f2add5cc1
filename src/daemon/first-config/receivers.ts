import type { MachineFiles } from '../host/machine-files.ts';

/** What there is of a GPS. */
export type Gps = {
  /** Where a receiver is: by gpsd's own configuration, by its name on USB, or by the name that udev gave it. */
  readonly receiver: string | null;
  /** Whether gpsd listens, or systemd for it. */
  readonly hasGpsd: boolean;
};

/** Names of receivers on USB. A bare converter (PL2303, CP210x) may be anything, and is not taken for one. */
const receiverName = /u-?blox|gps|gnss|globalsat|sirf|quectel_l\d|navilock/i;

/** Looks for a GPS without opening a port: opening one resets many a board. */
export function findGps(files: MachineFiles): Gps {
  const named = /^DEVICES="?([^"\s]+)/m.exec(files.text('etc/default/gpsd') ?? '')?.[1];
  const onUsb = files.names('dev/serial/by-id').find((name) => receiverName.test(name));
  const byUdev = files.names('dev', /^gps\d+$/)[0];
  const found = onUsb === undefined ? byUdev : `serial/by-id/${onUsb}`;
  const receiver = named ?? (found === undefined ? null : `/dev/${found}`);
  return { receiver, hasGpsd: files.has('run/gpsd.sock') };
}
