import { exitCodes } from '../protocol/exit-codes.ts';
import { systemRunDir } from '../protocol/names.ts';
import type { Context } from './context.ts';
import { runDirOf } from './daemon-link.ts';
import { CommandFailure } from './failure.ts';

/**
 * Refuses to start a daemon beside the one of the service.
 *
 * @throws CommandFailure exit 5 where this machine has that service and no other run dir was named
 */
export function refuseBesideService(context: Context): void {
  if (context.runDir !== undefined || runDirOf(context) !== systemRunDir) return;
  const message = 'rigdeck is a service on this machine and does not run';
  const remedy = 'Start it with `systemctl start rigdeck`.';
  throw new CommandFailure(exitCodes.refused, 'service', message, remedy);
}
