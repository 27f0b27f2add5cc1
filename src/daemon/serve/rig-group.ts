import { readFileSync } from 'node:fs';
import { rigGroupIn } from '../../protocol/rig-group.ts';

/**
 * The number of the group that the control socket is given to: `rigdeck`, where it exists and this process may give a file to it
 * (chown(2): root, or a member).
 *
 * @param members the groups of this process; null where it is root
 */
export function rigGroup(groups = groupsFile(), members = ownGroups()): number | undefined {
  const id = rigGroupIn(groups);
  if (id === null) return undefined;
  return members === null || members.includes(id) ? id : undefined;
}

function ownGroups(): readonly number[] | null {
  return process.getuid?.() === 0 ? null : (process.getgroups?.() ?? []);
}

function groupsFile(): string {
  try {
    return readFileSync('/etc/group', 'utf8');
  } catch {
    return ''; // a machine that keeps its groups elsewhere: the socket is its owner's alone
  }
}
