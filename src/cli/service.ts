import { resolve } from 'node:path';
import { exitCodes } from '../protocol/exit-codes.ts';
import { systemRunDir } from '../protocol/names.ts';
import { thisMachine } from '../protocol/typed-command.ts';
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
  const message = `rigdeck is a service on ${thisMachine()} and does not run`;
  const remedy = 'Start it with `systemctl start rigdeck`.';
  throw new CommandFailure(exitCodes.refused, 'service', message, remedy);
}

/**
 * Refuses to take the service for a rig of another file.
 *
 * @throws CommandFailure exit 5 where the service of this machine goes by another rig.yaml than the one that was named
 */
export async function refuseOtherRig(context: Context): Promise<void> {
  if (context.config === undefined || runDirOf(context) !== systemRunDir) return;
  const { MachineFiles } = await import('../daemon/host/machine-files.ts');
  const { factsOf } = await import('../daemon/service/unit-text.ts');
  const unit = MachineFiles.of(process.env).text('etc/systemd/system/rigdeck.service');
  const config = unit === null ? null : (factsOf(unit)?.config ?? null);
  if (config === null || config === resolve(context.config)) return;
  const message = `the service of ${thisMachine()} runs ${config}, and not ${context.config}`;
  const remedy = `Have it run that one: sudo rigdeck --config ${resolve(context.config)} service install`;
  throw new CommandFailure(exitCodes.refused, 'service', message, remedy);
}
