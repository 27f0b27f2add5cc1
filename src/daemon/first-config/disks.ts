import { accessSync, constants } from 'node:fs';
import { basename, join } from 'node:path';
import type { MachineFiles } from '../host/machine-files.ts';
import { type Mount, parseMounts } from '../host/mount-table.ts';

/** A disk of its own that a rig can record to. */
export type Disk = {
  /** Where it is mounted; null for one that is not. */
  readonly point: string | null;
  /** `/dev/sda1`. */
  readonly source: string;
  readonly fileSystem: string | null;
  readonly sizeBytes: number;
  /** Whether this user may make a folder on it. */
  readonly isWritable: boolean;
};

/** Where people and desktops mount what they plug in. */
const places = /^\/(media|mnt|srv|data)(\/|$)/;
/** Smaller ones hold a system's start, or nothing. */
const smallestBytes = 1e9;
const blockBytes = 512; // in /sys/class/block, whatever the disk's own blocks are

/** The disks beside the system's own, the largest that can be written to first. */
export function findDisks(files: MachineFiles): Disk[] {
  const mounts = parseMounts(files.text('proc/self/mountinfo') ?? '').filter(({ source }) =>
    source.startsWith('/dev/'),
  );
  const mounted = mounts
    .filter(({ point }) => places.test(point))
    .map((mount) => mountedDisk(files, mount));
  const all = [...mounted, ...unmounted(files, mounts)];
  return all.sort(
    (a, b) => Number(b.isWritable) - Number(a.isWritable) || b.sizeBytes - a.sizeBytes,
  );
}

function mountedDisk(files: MachineFiles, { point, source, fileSystem, isReadOnly }: Mount): Disk {
  const isWritable = !isReadOnly && mayWrite(files.place(point));
  return { point, source, fileSystem, isWritable, sizeBytes: sizeOf(files, basename(source)) };
}

/** Partitions of disks of which nothing is mounted, and such disks without partitions. */
function unmounted(files: MachineFiles, mounts: readonly Mount[]): Disk[] {
  const inUse = new Set(mounts.map(({ source }) => diskOf(basename(source))));
  const names = files.names(
    'sys/class/block',
    /^(sd[a-z]+\d*|nvme\d+n\d+(p\d+)?|mmcblk\d+(p\d+)?)$/,
  );
  return names
    .filter((name) => !inUse.has(diskOf(name)))
    .filter((name) => !names.some((other) => other !== name && diskOf(other) === name))
    .map((name) => ({
      point: null,
      source: `/dev/${name}`,
      fileSystem: null,
      isWritable: false,
      sizeBytes: sizeOf(files, name),
    }))
    .filter(({ sizeBytes }) => sizeBytes >= smallestBytes);
}

/** `sda1` lies on `sda`, `mmcblk0p2` on `mmcblk0`. */
function diskOf(name: string): string {
  return name.replace(/^(nvme\d+n\d+|mmcblk\d+)p\d+$/, '$1').replace(/^(sd[a-z]+)\d+$/, '$1');
}

function sizeOf(files: MachineFiles, name: string): number {
  return (files.number(join('sys/class/block', name, 'size')) ?? 0) * blockBytes;
}

function mayWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false; // not for this user, or not there any more
  }
}
