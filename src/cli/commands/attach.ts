import { createRemoteRig } from '../../client/remote-rig.ts';
import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import type { TuiOptions } from '../../tui/start.tsx';
import type { Context } from '../context.ts';
import { runDirOf, withDaemon } from '../daemon-link.ts';
import { CommandFailure } from '../failure.ts';
import { monotonicMs } from '../monotonic.ts';

/**
 * Attaches the terminal UI, starting a daemon where none runs; without a terminal prints the status. What few starts need is
 * loaded by those that do: people wait for the screen.
 */
export async function attach(
  context: Context,
  options: { readonly daemon: boolean },
): Promise<ExitCode> {
  const { json, terminal, telling } = context;
  // Lines that are asked for need no terminal.
  if (json || !(terminal.canAsk || telling !== 'drawn')) {
    return await (await import('./status.ts')).status(context);
  }
  try {
    await withDaemon(context, 'tui', async () => undefined);
  } catch (error) {
    const absent = error instanceof CommandFailure && error.code === 'no-daemon';
    if (!absent || !options.daemon || !terminal.canAsk) throw error;
    const { bringUp } = await import('../bring-up.ts');
    await bringUp(context);
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
  if (context.telling !== 'drawn') {
    const { showLines } = await import('../line-screen.ts');
    return await showLines(context, context.telling, ending);
  }
  const { startTui } = await import('../../tui/start.tsx');
  const rig = createRemoteRig(runDirOf(context), { name: 'tui', telemetryMs: 1_000 });
  try {
    await startTui(rig, {
      theme: context.terminal.screenTheme,
      clocks: { nowMs: Date.now, monoMs: monotonicMs },
      ...(ending === undefined ? {} : { ending }),
    });
  } finally {
    rig.close();
  }
}
