import { readFileSync, statSync } from 'node:fs';
import { rigGroupIn } from '../protocol/rig-group.ts';

/**
 * What to do for somebody who may not open a socket of this rig: its group is that of `rigdeck` where that group existed when the
 * daemon began, and that of the daemon's user otherwise.
 *
 * @param path of the socket
 */
export function howToAct(path: string, groupFile = '/etc/group'): string {
  return isOfRigGroup(path, groupFile)
    ? 'join the group rigdeck (sudo usermod -aG rigdeck "$USER", then log in again)'
    : 'act as the user that the daemon runs as, or make a group of those who may: sudo groupadd --system rigdeck, join it, and start the daemon anew';
}

function isOfRigGroup(path: string, groupFile: string): boolean {
  try {
    return rigGroupIn(readFileSync(groupFile, 'utf8')) === statSync(path).gid;
  } catch {
    return true; // who may not even look at it is told what helps where Rigdeck was installed
  }
}
