import { wordsOf } from '../../protocol/words-of.ts';
import { LineError, testConsumer } from '../lines.ts';
import { errnoOf } from './kernel.ts';

/** What everybody of the group may touch on Raspberry Pi OS. */
const groupRemedy =
  'add the user of the daemon to the group gpio (`sudo usermod -aG gpio $USER`), log in again, and start the daemon anew';

/** @param what a line, or the file that stands for it or for the chip */
export function permissionError(what: string): LineError {
  return new LineError('permission', `this user may not use ${what}`, groupRemedy);
}

/** What the kernel says of a chip that was unplugged; of one that is there, when it cannot give an interrupt. */
const goneCodes: ReadonlySet<string> = new Set(['ENODEV', 'ENXIO']);

/** Says what the system refused in words, with what to do; what is a LineError already stays as it is. */
export function lineErrorOf(error: unknown, what: string): LineError {
  if (error instanceof LineError) return error;
  const code = errnoOf(error);
  if (code === 'EACCES' || code === 'EPERM') {
    return permissionError(what);
  }
  if (code !== null && goneCodes.has(code)) {
    return new LineError(
      'lost',
      `${what}: the chip is gone`,
      'plug it in again, or look at `dmesg` for why; it is tried again by itself',
    );
  }
  return failedError(what, error);
}

/**
 * What a line fails with that was open. A chip that still answers is not gone, whatever is said of the line: then it is this one alone.
 */
export function lineFaultOf(error: unknown, line: number, isChipThere: () => boolean): LineError {
  const what = `GPIO${line}`;
  const fault = lineErrorOf(error, what);
  return fault.code === 'lost' && isChipThere() ? failedError(what, error) : fault;
}

function failedError(what: string, error: unknown): LineError {
  const message = `${what} does not work: ${wordsOf(error)}`;
  return new LineError('failed', message, 'look at `dmesg` for why; it is tried again by itself');
}

/** @param holder what the kernel calls the one that has the line; null where it does not say */
export function busyError(line: number, holder: string | null): LineError {
  const remedy = busyRemedy(holder);
  return new LineError('busy', `GPIO${line} is held by ${holder ?? 'something else'}`, remedy);
}

/**
 * Why a chip that is there refuses a line.
 *
 * @param holder what the kernel calls the one that has it; null where nobody has
 */
export function refusedError(error: unknown, line: number, holder: string | null): LineError {
  const code = errnoOf(error);
  if (code === 'EBUSY') return busyError(line, holder);
  if (code === null || !goneCodes.has(code)) return lineErrorOf(error, `GPIO${line}`);
  const message = `GPIO${line} cannot tell when it changes: its chip has no interrupt for it`;
  return new LineError('failed', message, 'use a line of the header, or another chip');
}

/** Sysfs says of it what it says of a chip that was unplugged. */
export function unexportedError(line: number): LineError {
  const message = `GPIO${line} is gone from sysfs: another program has unexported it`;
  return new LineError('failed', message, 'end that program; it is tried again by itself');
}

/** All that a line of sysfs refuses once it is open: what is written to an input. */
export function turnedError(line: number): LineError {
  const message = `GPIO${line} cannot be lit: another program has turned it into an input`;
  return new LineError('failed', message, 'end that program; it is tried again by itself');
}

function busyRemedy(holder: string | null): string {
  if (holder === testConsumer)
    return 'somebody tests it: wait until that is over, or press Ctrl-C there';
  if (holder === 'sysfs')
    return 'some program has exported it: end that, or write its number to /sys/class/gpio/unexport';
  if (holder?.startsWith('rigdeck ') === true)
    return 'another daemon has it: take that down, or name it with --run-dir';
  return 'end that program, or free the pin in /boot/firmware/config.txt, or use another line';
}

export function closedError(line: number): LineError {
  return new LineError('failed', `GPIO${line} has been given back`, 'it is tried again by itself');
}

export function noLineError(line: number, chip: string, count: number): LineError {
  return new LineError(
    'no-line',
    `${chip} has no GPIO${line}: it has ${count} lines`,
    'use a line of the header, GPIO0 to GPIO27',
  );
}

/** @throws a LineError for whatever the system says against it */
export function attempt<T>(work: () => T, what: string): T {
  try {
    return work();
  } catch (error) {
    throw lineErrorOf(error, what);
  }
}
