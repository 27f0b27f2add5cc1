import type { Connection } from '../../client/connection.ts';
import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import type { GpioList, GpioPressed } from '../../protocol/gpio-record.ts';
import { clean } from '../../protocol/text.ts';
import { toAscii } from '../../protocol/theme.ts';
import { toType } from '../../protocol/typed-command.ts';
import { sayDuration } from '../../protocol/units.ts';
import { requireConfig } from '../config-file.ts';
import type { Context } from '../context.ts';
import { runDirOf, withDaemon } from '../daemon-link.ts';
import { CommandFailure } from '../failure.ts';
import { gpioListLines } from '../gpio-list.ts';
import { columnsOf, note, print, printJson } from '../output.ts';

/** After the button is let go: the daemon keeps its own deadline, this one is for a daemon that is frozen. In ms. */
const answerMs = 15_000;

/** Whoever waits for longer is told for what. In ms. */
const longHoldMs = 5_000;

/** Lists the lines of the panel: from the daemon; without one from rig.yaml and the kernel. */
export async function listGpio(
  context: Context,
  options: { readonly pinout?: true },
): Promise<ExitCode> {
  const list = (await fromDaemon(context)) ?? (await fromConfig(context));
  if (context.json) {
    printJson(list);
    return exitCodes.done;
  }
  for (const line of gpioListLines(list, options, columnsOf(context))) {
    print(context.terminal.theme.ascii ? toAscii(line) : line);
  }
  return exitCodes.done;
}

/**
 * Presses a button of the simulated backend, and gives when the press is over. The daemon lets go of it when this command is gone.
 *
 * @param which its line, or its name
 * @throws CommandFailure exit 5 when what it asks for is refused, 4 when there is no such button
 */
export async function pressGpio(
  context: Context,
  which: string,
  { hold }: { readonly hold: number },
): Promise<ExitCode> {
  return await withDaemon(context, 'gpio press', async (connection) => {
    const asked = { line: which, holdMs: hold, wait: true };
    if (hold >= longHoldMs && !context.json) {
      note(`${clean(which, 64)} is held for ${sayDuration(hold)}; Ctrl-C lets go of it.`);
    }
    const pressed = (await connection.call('gpio.press', asked, hold + answerMs)) as GpioPressed;
    if (context.json) printJson(pressed);
    else print(sayPressed(pressed));
    return exitCodes.done;
  });
}

function sayPressed({ name, line, holdMs, over, came }: GpioPressed): string {
  const what = came == null ? '' : `: ${clean(came, 1_000)}`;
  const words = `${clean(name)} (${line}) was pressed for ${holdMs / 1_000} s${what}`;
  return over === false
    ? `${words}; what it asks for is still under way: see ${toType('`rigdeck status`')}`
    : words;
}

async function fromDaemon(context: Context): Promise<GpioList | null> {
  const ask = async (connection: Connection) => (await connection.call('gpio.list')) as GpioList;
  try {
    return await withDaemon(context, 'gpio list', ask);
  } catch (error) {
    if (error instanceof CommandFailure && error.exitCode === exitCodes.noDaemon) return null;
    throw error;
  }
}

async function fromConfig(context: Context): Promise<GpioList> {
  const loaded = await requireConfig(context);
  const { lookAtLines } = await import('../../daemon/panel/look-at-lines.ts');
  return await lookAtLines(loaded.config.gpio, runDirOf(context));
}
