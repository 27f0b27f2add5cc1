import { readFileSync, statSync } from 'node:fs';
import { createRemoteRig } from '../../client/remote-rig.ts';
import { type ExitCode, exitCodes } from '../../protocol/exit-codes.ts';
import { pinPattern } from '../../protocol/kiosk-record.ts';
import type { Context } from '../context.ts';
import { runDirOf } from '../daemon-link.ts';
import { usageFailure } from '../failure.ts';
import { monotonicMs } from '../monotonic.ts';

/** Free space and temperature move slowly, and nobody works with them here. In ms. */
const telemetryMs = 10_000;

/**
 * Shows the rig on this terminal until SIGTERM. It starts no daemon: it waits for one, for as long as it takes.
 *
 * @throws CommandFailure exit 2 where there is no terminal, or a PIN file that cannot be used
 */
export async function kiosk(
  context: Context,
  options: { readonly control?: true; readonly pinFile?: string },
): Promise<ExitCode> {
  const pin = options.pinFile === undefined ? null : readPin(options.pinFile);
  const control = options.control === true;
  if (pin !== null && !control) {
    throw usageFailure('--pin-file needs --control: what only shows asks for no PIN');
  }
  if (context.json) throw usageFailure('a kiosk is for eyes', 'For programs: rigdeck watch');
  if (!context.terminal.isTty) {
    throw usageFailure('a kiosk needs a terminal to draw on', 'For programs: rigdeck watch');
  }
  if (context.telling !== 'drawn') {
    throw usageFailure('a kiosk is drawn, not told in lines', 'In lines: rigdeck status --watch');
  }
  const { startKiosk } = await import('../../tui/kiosk/start-kiosk.tsx');
  const rig = createRemoteRig(runDirOf(context), {
    name: 'kiosk',
    telemetryMs,
    viewOnly: !control,
  });
  try {
    await startKiosk(rig, {
      theme: context.terminal.screenTheme,
      clocks: { nowMs: Date.now, monoMs: monotonicMs },
      control,
      ownPin: pin === null ? null : async (typed) => typed === pin,
    });
  } finally {
    rig.close();
  }
  return exitCodes.done;
}

const othersMayRead = 0o044;

/** The PIN in a file that nobody else can read. Its digits are in no message. */
function readPin(file: string): string {
  const fix = `echo 2580 > ${file}; chmod 600 ${file}`;
  try {
    if ((statSync(file).mode & othersMayRead) !== 0) {
      throw usageFailure(`others may read ${file}`, `Run: chmod 600 ${file}`);
    }
    const pin = readFileSync(file, 'utf8').trim();
    if (!pinPattern.test(pin)) {
      throw usageFailure(`${file} holds no PIN of 4 to 12 digits`, `For example: ${fix}`);
    }
    return pin;
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) throw error;
    const why =
      error.code === 'ENOENT'
        ? `there is no file ${file}`
        : `${file} cannot be read: ${error.message}`;
    throw usageFailure(why, `For example: ${fix}`);
  }
}
