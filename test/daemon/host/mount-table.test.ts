import { expect, test } from 'vitest';
import { mountOf, parseMounts } from '../../../src/daemon/host/mount-table.ts';

/** Of a Raspberry Pi with a stick, a network folder, and a disk over another one at the same place. */
const table = parseMounts(`
22 1 179:2 / / rw,noatime shared:1 - ext4 /dev/mmcblk0p2 rw
31 22 179:1 / /boot/firmware rw,relatime shared:14 - vfat /dev/mmcblk0p1 rw,fmask=0022
60 22 8:1 / /media/pi/My\\040Stick rw,nosuid shared:30 master:2 - exfat /dev/sda1 rw,uid=1000
61 22 0:50 / /data rw - nfs4 nas:/rigs rw,vers=4.2
62 61 8:17 / /data ro,relatime - ext4 /dev/sdb1 rw
63 22 8:33 / /database rw,relatime - ext4 /dev/sdc1 rw,abort,errors=remount-ro,emergency_ro
64 22 8:49 / /old rw,relatime - ext4 /dev/sdd1 ro,errors=remount-ro
`);

test.each([
  ['/home/pi/recordings', '/', 'ext4', '/dev/mmcblk0p2'],
  ['/media/pi/My Stick/rec', '/media/pi/My Stick', 'exfat', '/dev/sda1'],
  ['/media/pi/My Stick 2', '/', 'ext4', '/dev/mmcblk0p2'],
  ['/data', '/data', 'ext4', '/dev/sdb1'],
  ['/database/x', '/database', 'ext4', '/dev/sdc1'],
])('%s lies on what is mounted at %s', (path, point, fileSystem, source) => {
  expect(mountOf(path, table)).toMatchObject({ point, fileSystem, source });
});

test('a disk is read-only when its mount is, when the kernel made it so, and when it had errors', () => {
  const readOnly = table.filter((mount) => mount.isReadOnly).map((mount) => mount.source);
  expect(readOnly).toEqual(['/dev/sdb1', '/dev/sdc1', '/dev/sdd1']);
});

test('a table that says nothing leaves the mount unknown', () => {
  expect(mountOf('/data', parseMounts('nonsense\n\n - \n'))).toBeNull();
});
