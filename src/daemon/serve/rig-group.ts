import { readFileSync } from 'node:fs';

/** Whose members may act on the rig of a service. */
const groupName = 'rigdeck';

/**
 * The number of the group that the control socket is given to: `rigdeck`, where it exists and this process may give a file to it
 * (chown(2): root, or a member).
 *
 * @param members the groups of this process; null where it is root
 */
export function rigGroup(groups = groupsFile(), members = ownGroups()): number | undefined {
  const line = groups.split('\n').find((one) => one.startsWith(`${groupName}:`));
  const id = Number.parseInt(line?.split(':')[2] ?? '', 10);
  if (Number.isNaN(id)) return undefined;
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
