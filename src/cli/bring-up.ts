import { toType } from '../protocol/typed-command.ts';
import { requireConfig } from './config-file.ts';
import type { Context } from './context.ts';
import { note } from './output.ts';
import { refuseBesideService } from './service.ts';
import { startDaemon } from './start-daemon.ts';

/** Starts a daemon in the background for somebody who wants to look at it, and waits until it answers. */
export async function bringUp(context: Context): Promise<void> {
  refuseBesideService(context);
  const { file } = await requireConfig(context);
  note(toType('starting the daemon in the background; `rigdeck down` ends it'));
  const daemon = await startDaemon(context, file);
  (await daemon.answers('tui')).close();
}
