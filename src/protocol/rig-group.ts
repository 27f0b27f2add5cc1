/** Whose members may act on the rig of a service. */
const groupName = 'rigdeck';

/**
 * The number of the group `rigdeck`; null where it does not exist.
 *
 * @param groups the text of group(5)
 */
export function rigGroupIn(groups: string): number | null {
  const line = groups.split('\n').find((one) => one.startsWith(`${groupName}:`));
  const id = Number.parseInt(line?.split(':')[2] ?? '', 10);
  return Number.isNaN(id) ? null : id;
}
