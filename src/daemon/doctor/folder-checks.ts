import { lstatSync } from 'node:fs';
import { saySize } from '../../protocol/units.ts';
import { askProgram } from '../host/ask-program.ts';
import { isRunning } from '../store/process-identity.ts';
import { askDisk } from './ask-disk.ts';
import { type Answer, type Check, fail, ok, warn } from './check.ts';
import type { Patient } from './patient.ts';

const inMemory = ['tmpfs', 'ramfs'];

/** Run dir, state dir, and the disk that is recorded to. */
export const folderChecks: readonly Check[] = [
  {
    id: 'run-dir',
    looks: 'owner and mode of the run dir',
    bites: 'a folder of somebody else, or one that others may write in, is refused by the daemon',
    look: ({ runDir, status, user }) => {
      const stat = lstatSync(runDir, { throwIfNoEntry: false });
      if (stat === undefined) return ok(`${runDir} is made by the daemon`);
      const fix = `Move it away: sudo mv ${runDir} ${runDir}.old`;
      if (!stat.isDirectory()) return fail(`${runDir} is no folder`, fix);
      if (stat.uid !== user.id && runDir !== '/run/rigdeck' && user.id !== 0) {
        const words = `${runDir} belongs to another user (uid ${stat.uid})`;
        if (status === null || !isRunning(status.daemon)) return fail(words, fix);
        const act =
          'Act as that user, or join the group rigdeck (sudo usermod -aG rigdeck "$USER", then log in again)';
        return warn(`${words}, whose daemon lives there: this account may only look`, act);
      }
      return (stat.mode & 0o022) === 0
        ? ok(runDir)
        : fail(`${runDir} may be written in by others`, `chmod go-w ${runDir}`);
    },
  },
  {
    id: 'run-dir-memory',
    looks: 'whether the run dir is in memory',
    bites: 'logs and status of modules are written to the card all the time',
    look: (patient) => {
      const mount = patient.mountOf(patient.runDir);
      return mount === null || inMemory.includes(mount.fileSystem)
        ? ok(mount === null ? 'unknown' : 'in memory')
        : warn(
            `${patient.runDir} lies on ${mount.fileSystem}`,
            'sudo systemctl enable --now /usr/share/systemd/tmp.mount, or run Rigdeck as a service (/run/rigdeck)',
          );
    },
  },
  {
    id: 'state-dir',
    looks: 'whether the state dir can be written to and outlives a power cut',
    bites: 'the wish to record and the numbers of sessions are lost',
    look: async (patient) => {
      const { stateDir, mountOf } = patient;
      if (stateDir === null)
        return warn('nothing is kept (`--state-dir none`)', 'Leave out --state-dir none.');
      const mount = mountOf(stateDir);
      if (mount !== null && [...inMemory, 'overlay'].includes(mount.fileSystem) && isPi(patient))
        return fail(
          `${stateDir} lies on ${mount.fileSystem}: gone after a power cut`,
          'Name a folder on a disk: RIGDECK_STATE_DIR.',
        );
      const said = await askDisk(stateDir);
      if (said === null) return warn(`${stateDir} does not say how it is`, `ls -ld ${stateDir}`);
      return said.isWritable
        ? ok(stateDir)
        : fail(
            `${said.place} may not be written to by this user`,
            `sudo chown -R "$USER" ${said.place}`,
          );
    },
  },
  {
    id: 'tmp-cleaning',
    looks: 'what systemd-tmpfiles removes from /tmp',
    bites:
      'sockets and files of running modules that are older than 10 days vanish, unless a daemon holds them',
    look: ({ runDir, files, status }) => {
      if (!runDir.startsWith('/tmp/')) return ok('the run dir is not in /tmp');
      const text =
        files.text('etc/tmpfiles.d/tmp.conf') ?? files.text('usr/lib/tmpfiles.d/tmp.conf');
      const age = /^[dDqQ]!?\s+\/tmp\s+\S+\s+\S+\s+\S+\s+(\d\w*)/m.exec(text ?? '')?.[1];
      if (age === undefined) return ok('nothing is removed by age');
      return status !== null && status.stopped !== true
        ? ok(`after ${age}; the daemon holds its folder with a lock, and it is passed over`)
        : ok(`after ${age}; nothing that a daemon holds`);
    },
  },
  {
    id: 'recordings-mount',
    looks: 'whether the disk of `rig.recordings` is mounted, where `requireMount` demands it',
    bites: 'recordings land on the card of the system, or none begins',
    look: (patient) => {
      const rig = rigOf(patient);
      if (rig === null) return noConfig;
      const { folder, requireMount } = rig;
      const mount = patient.mountOf(folder);
      const isOwn = mount !== null && mount.point !== '/';
      if (requireMount && !isOwn)
        return fail(
          `no disk is mounted for ${folder}`,
          'lsblk, then mount the disk; by UUID in /etc/fstab, with nofail',
        );
      return ok(
        isOwn ? `${mount.source} at ${mount.point}` : `${folder} lies on the disk of the system`,
      );
    },
  },
  {
    id: 'recordings-format',
    looks: 'the format of that disk',
    bites:
      'vfat ends files at 4 GB and loses what was open in a power cut; memory forgets all; a network share hangs',
    look: (patient) => {
      const rig = rigOf(patient);
      const mount = rig === null ? null : patient.mountOf(rig.folder);
      return rig === null ? noConfig : formatOf(mount?.fileSystem ?? null);
    },
  },
  {
    id: 'recordings-write',
    looks: 'whether it takes writes from this user',
    bites: 'nothing can be recorded',
    look: async (patient) => {
      const rig = rigOf(patient);
      if (rig === null) return noConfig;
      if (patient.mountOf(rig.folder)?.isReadOnly === true)
        return fail(
          `the disk of ${rig.folder} is read-only`,
          'sudo dmesg | grep -i error; then sudo mount -o remount,rw on its mount point',
        );
      const said = await askDisk(rig.folder);
      if (said === null) return fail(`${rig.folder} does not say how it is`, 'sudo dmesg | tail');
      if (!said.isFolder)
        return fail(`${said.place} is no folder`, `mv ${said.place} ${said.place}.old`);
      return said.isWritable
        ? ok(said.place)
        : fail(
            `${said.place} may not be written to by this user`,
            `sudo chown "$USER" ${said.place}`,
          );
    },
  },
  {
    id: 'recordings-space',
    looks: 'the free space of that disk, against `rig.minFree`',
    bites: 'recordings end in order, and none begins',
    look: async (patient) => {
      const rig = rigOf(patient);
      if (rig === null) return noConfig;
      const said = await askDisk(rig.folder);
      if (said === null) return warn('free space unknown', 'df -h');
      const words = `${saySize(said.freeBytes)} free`;
      const fix = 'rigdeck sessions list; move old ones away';
      if (said.freeBytes < rig.minFree)
        return fail(`${words}, and minFree is ${saySize(rig.minFree)}`, fix);
      return said.freeBytes < 2 * rig.minFree ? warn(words, fix) : ok(words);
    },
  },
  {
    id: 'system-space',
    looks: 'the free space of the disk of the system',
    bites: 'state, journal and logs cannot be written',
    look: async () => {
      const said = await askDisk('/');
      if (said === null) return warn('unknown', 'df -h /');
      const words = `${saySize(said.freeBytes)} free`;
      return said.freeBytes < 200e6
        ? warn(words, 'sudo apt clean; sudo journalctl --vacuum-size=50M')
        : ok(words);
    },
  },
  {
    id: 'damaged-files',
    looks: 'files of the state dir that were set aside as damaged',
    bites: 'a disk that damages files does so with recordings, too',
    look: async ({ stateDir }) => {
      if (stateDir === null) return ok('nothing is kept');
      const said = (await askProgram('ls', [stateDir])) ?? '';
      const found = said.split('\n').filter((name) => /\.damaged-\d+$/.test(name));
      return found.length === 0
        ? ok('none')
        : warn(
            `${found.length}: ${found.join(', ')}`,
            `Look at them, then remove them: rm ${stateDir}/*.damaged-*`,
          );
    },
  },
];

const noConfig = ok('there is no configuration that says where');

type RigFolder = {
  readonly folder: string;
  readonly requireMount: boolean;
  readonly minFree: number;
};

function rigOf({ config }: Patient): RigFolder | null {
  if (config.kind !== 'good') return null;
  const { recordings, config: shown } = config.loaded;
  const { requireMount, minFree } = shown.rig;
  return { folder: recordings, requireMount, minFree };
}

function formatOf(fileSystem: string | null): Answer {
  const reformat = 'Copy what is on it, then: sudo mkfs.ext4 on that partition';
  if (fileSystem === null) return ok('unknown');
  if (inMemory.includes(fileSystem))
    return fail(`${fileSystem}: in memory only`, 'Set rig.recordings to a folder on a disk.');
  if (fileSystem === 'overlay')
    return warn(
      'overlay: gone after a restart where it lies in memory',
      'sudo raspi-config nonint disable_overlayfs, or record to another disk',
    );
  if (fileSystem === 'vfat' || fileSystem === 'msdos')
    return warn(`${fileSystem}: files end at 4 GB`, reformat);
  if (/^(nfs|cifs|smb|fuse\.sshfs)/.test(fileSystem))
    return warn(
      `${fileSystem}: a share over the network`,
      'Record to a disk, and copy the sessions afterwards.',
    );
  if (/^(ntfs|fuseblk|exfat)/.test(fileSystem))
    return warn(`${fileSystem} has no journal here`, reformat);
  return ok(fileSystem);
}

/** Containers and live systems keep everything in memory, and know it. */
function isPi({ files }: Patient): boolean {
  return files.has('proc/device-tree/model');
}
