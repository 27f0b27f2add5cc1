import { join } from 'node:path';
import { parseStat } from '../runs/process-eye.ts';
import type { Patient } from './patient.ts';

/** A process that has a device open. */
export type Holder = { readonly pid: number; readonly name: string; readonly device: string };

/** Who has such a device open, as far as this user may see; what modules of this rig have open is theirs to have. */
export function holdersOf({ files, runDir }: Patient, device: RegExp): Holder[] {
  const own = new Set(
    files.names(runDir).flatMap((name) => pidIn(files.text(join(runDir, name, 'pid')))),
  );
  return files.names('proc', /^\d+$/).flatMap((pid) => {
    const open = files
      .names(`proc/${pid}/fd`)
      .map((fd) => files.link(`proc/${pid}/fd/${fd}`) ?? '');
    const held = open.find((path) => device.test(path));
    if (held === undefined) return [];
    // A module leads a session of its own, in which its ffmpeg is, too.
    const session = parseStat(files.text(`proc/${pid}/stat`) ?? '')?.session;
    if (session !== undefined && own.has(session)) return [];
    return [
      { pid: Number(pid), name: files.text(`proc/${pid}/comm`) ?? 'a program', device: held },
    ];
  });
}

/** `ffmpeg (pid 812) has /dev/video0`, and so on for up to three. */
export function sayHolders(holders: readonly Holder[]): string {
  const words = holders
    .slice(0, 3)
    .map(({ name, pid, device }) => `${name} (pid ${pid}) has ${device}`);
  return `${words.join(', ')}${holders.length > 3 ? ` and ${holders.length - 3} more` : ''}`;
}

function pidIn(text: string | null): number[] {
  const pid = Number.parseInt(text ?? '', 10);
  return pid > 0 ? [pid] : [];
}
