import { wordsOf } from '../../protocol/words-of.ts';
import { type Answer, type Check, fail, warn } from './check.ts';
import { deviceChecks } from './device-checks.ts';
import { folderChecks } from './folder-checks.ts';
import { hardwareChecks } from './hardware-checks.ts';
import type { Patient } from './patient.ts';
import { powerOffCheck } from './power-off-check.ts';
import { programChecks } from './program-checks.ts';
import { rigChecks } from './rig-checks.ts';
import { systemChecks } from './system-checks.ts';
import { userChecks } from './user-checks.ts';

/** No check takes longer: all of them are done side by side, so this is what the whole run takes at most. In ms. */
const deadlineMs = 3_500;

/** Every check, by the room that it belongs to. */
export const rooms: readonly { readonly title: string; readonly checks: readonly Check[] }[] = [
  { title: 'Rig', checks: rigChecks },
  { title: 'Program', checks: programChecks },
  { title: 'User', checks: [...userChecks, powerOffCheck] },
  { title: 'Folders and disks', checks: folderChecks },
  { title: 'Board', checks: hardwareChecks },
  { title: 'System', checks: systemChecks },
  { title: 'Devices', checks: deviceChecks },
];

export type Finding = Answer & { readonly id: string };

/**
 * Does every check. None waits for another, and one that hangs (a mount that does not answer, a program that says nothing) is
 * left behind at its deadline: it costs nothing but its own answer.
 */
export async function examine(patient: Patient, withinMs = deadlineMs): Promise<Finding[]> {
  const checks = rooms.flatMap((room) => room.checks);
  return await Promise.all(
    checks.map(async (check) => ({ id: check.id, ...(await answerOf(check, patient, withinMs)) })),
  );
}

async function answerOf(check: Check, patient: Patient, withinMs: number): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Answer>((resolve) => {
    timer = setTimeout(() => resolve(hung(check)), withinMs);
  });
  try {
    return await Promise.race([Promise.resolve(patient).then(check.look), late]);
  } catch (error) {
    return warn(`could not be looked at: ${wordsOf(error)}`, 'rigdeck doctor, as root');
  } finally {
    clearTimeout(timer);
  }
}

/** What hangs for a look hangs for a recording: that of a disk is a failure. */
function hung({ looks, id }: Check): Answer {
  const words = `no answer in time (${looks})`;
  return id.startsWith('recordings') || id === 'state-dir'
    ? fail(words, 'sudo dmesg | tail; umount -l the disk that hangs')
    : warn(words, 'sudo dmesg | tail');
}
