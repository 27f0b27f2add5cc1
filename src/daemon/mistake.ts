import type { StateManager } from '../core/state-manager.ts';
import { exitCodes } from '../protocol/exit-codes.ts';
import type { Place } from './parts.ts';
import { writeDump } from './state-dump.ts';

/**
 * Ends this process at once because of a mistake of ours: what was true is written down for whoever finds it out, and lights are left
 * as rig.yaml wants them.
 *
 * @param leaveLines gives the lines back; what goes wrong there changes nothing any more
 */
export function endByMistake(
  error: unknown,
  { log, stateDir }: Pick<Place, 'log' | 'stateDir'>,
  manager: StateManager,
  leaveLines: () => void,
): never {
  log.write('error', `a mistake of ours, please report it: ${wordsOf(error)}`);
  writeDump(stateDir, manager, wordsOf(error));
  try {
    leaveLines();
  } catch (another) {
    log.write('error', `the lines could not be given back: ${wordsOf(another)}`);
  }
  process.exit(exitCodes.failed);
}

/** With the place it came from. */
function wordsOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
