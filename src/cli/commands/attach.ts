import { createRemoteRig } from '../../client/remote-rig.ts';
import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import type { TuiOptions } from '../../tui/start.tsx';
import { requireConfig } from '../config-file.ts';
import type { Context } from '../context.ts';
import { runDirOf, withDaemon } from '../daemon-link.ts';
import { CommandFailure } from '../failure.ts';
import { showLines } from '../line-screen.ts';
import { monotonicMs } from '../monotonic.ts';
import { note } from '../output.ts';
import { refuseBesideService } from '../service.ts';
import { startDaemon } from '../start-daemon.ts';
import { status } from './status.ts';

/** Attaches the terminal UI, starting a daemon where none runs; without a terminal prints the status. */
export async function attach(
  context: Context,
  options: { readonly daemon: boolean },
): Promise<ExitCode> {
  const { json, terminal, telling } = context;
  // Lines that are asked for need no terminal.
  if (json || !(terminal.canAsk || telling !== 'drawn')) return await status(context);
  try {
    await withDaemon(context, 'tui', async () => undefined);
  } catch (error) {
    const absent = error instanceof CommandFailure && error.code === 'no-daemon';
    if (!absent || !options.daemon) throw error;
    refuseBesideService(context);
    const { file } = await requireConfig(context);
    note('starting the daemon in the background; `rigdeck down` ends it');
    const daemon = await startDaemon(context, file);
    (await daemon.answers('tui')).close();
  }
  await showScreen(context);
  return exitCodes.done;
}

/**
 * The terminal UI on the daemon of this run dir, until the person leaves.
 *
 * @param ending for a rig that ends with its screen: what leaving ends, and the line that then stays on the terminal
 */
export async function showScreen(context: Context, ending?: TuiOptions['ending']): Promise<void> {
  if (context.telling !== 'drawn')
    return await showLines(context, context.telling, ending?.goodbye);
  const { startTui } = await import('../../tui/start.tsx');
  const rig = createRemoteRig(runDirOf(context), { name: 'tui', telemetryMs: 1_000 });
  const { theme } = context.terminal;
  try {
    await startTui(rig, {
      color: theme.colours === 'plain' ? 'none' : 'auto',
      ascii: theme.ascii,
      themeName: context.themeName,
      now: Date.now,
      mono: monotonicMs,
      ...(ending === undefined ? {} : { ending }),
    });
  } finally {
    rig.close();
  }
}
