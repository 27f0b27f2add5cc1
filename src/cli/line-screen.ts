import { createRemoteRig } from '../client/remote-rig.ts';
import type { RemoteRig } from '../protocol/rig.ts';
import { clean } from '../protocol/text.ts';
import type { Context } from './context.ts';
import { runDirOf } from './daemon-link.ts';
import { linePrinter, type Painter } from './line-printer.ts';
import type { Voice } from './line-words.ts';
import { print } from './output.ts';
import { obeyTypedCommands } from './typed-commands.ts';

/** Changes that come closer together are told as one look. */
const leastPauseMs = 250;

/**
 * The rig in lines instead of a screen, for terminals that only print and for screen readers: how it is, then one line a
 * change, until Ctrl-C. Where input is a terminal, commands may be typed.
 *
 * @param ending of a rig that ends with this: what that means, and the last line. Ctrl-C is the end of it, without a question: who
 * only reads lines would not see one among them
 */
export async function showLines(
  context: Context,
  voice: Voice,
  ending?: { readonly leaving: string; readonly goodbye: string },
): Promise<void> {
  if (ending !== undefined) print(`${ending.leaving} Ctrl-C ends it at once.`);
  const rig = createRemoteRig(runDirOf(context), { name: 'lines' });
  const end = follow(rig, linePrinter(context, voice));
  try {
    const typed = context.terminal.canAsk ? obeyTypedCommands(context) : stopSignal();
    await Promise.race([typed, stopSignal()]);
  } finally {
    end();
    const { snapshot } = rig.view();
    rig.close();
    const name = snapshot === null ? 'The rig' : clean(snapshot.rig.name, 64);
    print(ending?.goodbye ?? `${name} goes on without this.`);
  }
}

/** Tells each change, those that come together as one. Gives the end of it. */
function follow(rig: RemoteRig, painter: Painter): () => void {
  let planned: NodeJS.Timeout | undefined;
  const draw = () => {
    planned = undefined;
    const view = rig.view();
    if (view.snapshot !== null) painter.draw({ ...view, snapshot: view.snapshot });
  };
  const stop = rig.subscribe(() => {
    planned ??= setTimeout(draw, leastPauseMs);
  });
  return () => {
    stop();
    clearTimeout(planned);
    painter.end();
  };
}

/** Ctrl-C, or whoever else wants this to end. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => resolve());
    }
  });
}
