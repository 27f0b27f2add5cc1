import { createRemoteRig } from '../../client/remote-rig.ts';
import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import type { RemoteRig } from '../../protocol/rig.ts';
import { sayLink } from '../../protocol/rig-words.ts';
import type { Snapshot } from '../../protocol/snapshot.ts';
import type { Context } from '../context.ts';
import { runDirOf, withDaemon } from '../daemon-link.ts';
import { linePrinter, type Painter } from '../line-printer.ts';
import { stopSignal } from '../line-screen.ts';
import { monotonicMs } from '../monotonic.ts';
import { print } from '../output.ts';
import { statusLines } from '../status-screen.ts';
import { lookAtTerminal } from '../terminal.ts';

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
  const draw = isDrawn ? screenPainter(context) : printerFor(context);
  const stopped = stopSignal();
  try {
    await drawUntil(stopped, rig, draw, isDrawn);
  } finally {
    draw.end();
    rig.close();
  }
  return exitCodes.done;
}

async function drawUntil(
  stopped: Promise<void>,
  rig: RemoteRig,
  painter: Painter,
  ticks: boolean,
): Promise<void> {
  let drawnMs = 0;
  let planned: NodeJS.Timeout | undefined;
  const draw = () => {
    planned = undefined;
    drawnMs = performance.now();
    const view = rig.view();
    if (view.snapshot !== null) painter.draw({ ...view, snapshot: view.snapshot });
  };
  const plan = () => {
    planned ??= setTimeout(draw, Math.max(0, drawnMs + leastPauseMs - performance.now()));
  };
  const ticking = ticks ? setInterval(plan, tickMs) : undefined;
  const end = rig.subscribe(plan);
  process.stdout.on('resize', plan);
  plan();
  await stopped;
  process.stdout.off('resize', plan);
  end();
  clearInterval(ticking);
  clearTimeout(planned);
}

/** Draws over what stood there, on the alternate screen; what does not fit is cut off, never scrolled. */
function screenPainter(context: Context): Painter {
  process.stdout.write('\u001b[?1049h\u001b[?25l');
  return {
    draw: (view) => {
      const terminal = {
        ...context.terminal,
        columns: lookAtTerminal({ colour: true, theme: context.themeName }).columns,
      };
      const now = { wallMs: Date.now(), monoMs: monotonicMs() };
      const isLive = view.link.state === 'live';
      const stale = isLive ? null : sayLink(view.link, true, now.wallMs);
      const lines = statusLines({ ...view, now, stale }, terminal);
      const room = lines.slice(0, Math.max(1, (process.stdout.rows ?? 24) - 1));
      process.stdout.write(`\u001b[H${room.map((line) => `${line}\u001b[K`).join('\n')}\u001b[J`);
    },
    end: () => process.stdout.write('\u001b[?25h\u001b[?1049l'),
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
