import { readFileSync } from 'node:fs';
import type { StatusFile } from '../protocol/snapshot.ts';

type Identity = StatusFile['daemon'];

/** Whether that very process lives: same boot, same pid, same start time (field 22 of proc_pid_stat(5)), no zombie. */
export function isAlive({ pid, startTicks, bootId }: Identity): boolean {
  if (isOtherBoot(bootId)) return false;
  const stat = read(`/proc/${pid}/stat`);
  // The second field is the name in brackets and may hold anything; the fields after it are plain.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[19] === String(startTicks) && fields[0] !== 'Z' && fields[0] !== 'X';
}

/** Whether this machine was started again since. */
export function isOtherBoot(bootId: string): boolean {
  const present = read('/proc/sys/kernel/random/boot_id').trim();
  return present !== '' && present.replaceAll('-', '') !== bootId.replaceAll('-', '');
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // no such process any more
  }
}
