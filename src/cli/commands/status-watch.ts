import { createRemoteRig } from '../../client/remote-rig.ts';
import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import type { RemoteRig } from '../../protocol/rig.ts';
import type { Snapshot } from '../../protocol/snapshot.ts';
import type { Context } from '../context.ts';
import { runDirOf, withDaemon } from '../daemon-link.ts';
import { linePrinter, type Painter } from '../line-printer.ts';
import { stopSignal } from '../line-screen.ts';
import { monotonicMs } from '../monotonic.ts';
import { print } from '../output.ts';
import { statusLines } from '../status-screen.ts';
import { openWatchScreen } from '../watch-screen.ts';

/** Changes that come closer together are drawn as one. */
const leastPauseMs = 100;
/** Clocks and countdowns move once a second. */
const tickMs = 1_000;

/**
 * Shows the status until Ctrl-C, drawn again on change. Without a terminal: the status again at each change, or with
 * `--json` each snapshot on a line.
 *
 * @throws CommandFailure exit 3 when no daemon answers at the beginning; later it waits for it to come back
 */
export async function watchStatus(context: Context): Promise<ExitCode> {
  await withDaemon(context, 'status', async () => undefined);
  const rig = createRemoteRig(runDirOf(context), { name: 'status', telemetryMs: 1_000 });
  const isDrawn = context.terminal.isTty && context.telling === 'drawn' && !context.json;
  const stopped = stopSignal();
  const looks = lookAgain(rig, isDrawn);
  let leaves = (): void => undefined;
  const left = new Promise<void>((resolve) => {
    leaves = resolve;
  });
  const painter = isDrawn
    ? await openWatchScreen(context, { leaves, wantsAll: looks.plan })
    : printerFor(context);
  try {
    looks.begin(painter);
    await Promise.race([stopped, left]);
  } finally {
    looks.end();
    painter.end();
    rig.close();
  }
  return exitCodes.done;
}

/** Paints what is as often as it changes, and each second where that counts. */
function lookAgain(rig: RemoteRig, ticks: boolean) {
  let painter: Painter | null = null;
  let drawnMs = 0;
  let planned: NodeJS.Timeout | undefined;
  const draw = () => {
    planned = undefined;
    drawnMs = performance.now();
    const view = rig.view();
    if (view.snapshot !== null) painter?.draw({ ...view, snapshot: view.snapshot });
  };
  const plan = () => {
    planned ??= setTimeout(draw, Math.max(0, drawnMs + leastPauseMs - performance.now()));
  };
  const ticking = ticks ? setInterval(plan, tickMs) : undefined;
  const stop = rig.subscribe(plan);
  return {
    plan,
    begin: (paints: Painter) => {
      painter = paints;
      plan();
    },
    end: () => {
      stop();
      clearInterval(ticking);
      clearTimeout(planned);
    },
  };
}

function printerFor(context: Context): Painter {
  const { json, telling } = context;
  return json || telling === 'drawn' ? printer(context) : linePrinter(context, telling);
}

function printer({ json, terminal }: Context): Painter {
  let printed: Snapshot | null = null;
  return {
    draw: ({ snapshot, link }) => {
      if (snapshot === printed || link.state !== 'live') return;
      const now = { wallMs: Date.now(), monoMs: monotonicMs() };
      if (json) print(JSON.stringify(snapshot));
      else {
        if (printed !== null) print('');
        const scene = { snapshot, telemetry: null, now, stale: null };
        for (const line of statusLines(scene, terminal)) print(line);
      }
      printed = snapshot;
    },
    end: () => undefined,
  };
}
