import { readSync } from 'node:fs';
import { constants } from 'node:os';
import { wordsOf } from '../../protocol/words-of.ts';
import { LineError } from '../lines.ts';

/** The two things that Node cannot ask of Linux by itself. */
export type Kernel = {
  /** @throws an error with the `code` of the system, such as `EBUSY` */
  ioctl(fd: number, request: number, argument: Uint8Array): void;
  /** Tells when there may be something to read, until it is closed. Also tells when the device is gone. */
  whenReadable(fd: number, tell: () => void): { close(): void };
};

const codes = new Map(Object.entries(constants.errno).map(([name, number]) => [number, name]));
const remedy = '`rigdeck doctor` has the line that installs koffi';

let loaded: Promise<Kernel> | undefined;

/**
 * System calls through koffi, which brings its native part prebuilt for every Raspberry Pi: no compiler is needed.
 *
 * @throws a LineError `no-addon` where koffi is not installed or not made for this machine
 */
export function loadKernel(): Promise<Kernel> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Kernel> {
  const koffi = await import('koffi').catch((error: unknown) => {
    throw addonError('koffi', error, remedy);
  });
  if (typeof koffi.node?.poll !== 'function') {
    throw new LineError('no-addon', `koffi ${koffi.version} is too old to hear of a press`, remedy);
  }
  // Of the running program, so that it does not matter whose libc that is. Variadic calls of integers are as plain ones.
  const ioctl: (fd: number, request: number, argument: Uint8Array) => number = koffi
    .load(null)
    .func('int ioctl(int fd, unsigned long request, _Inout_ uint8_t *argument)');
  return {
    ioctl(fd, request, argument) {
      if (ioctl(fd, request, argument) >= 0) return;
      const code = codes.get(koffi.errno()) ?? 'EIO';
      throw Object.assign(new Error(`${code}: ioctl 0x${request.toString(16)}`), { code });
    },
    whenReadable(fd, tell) {
      // Koffi calls back outside of Node's own frame, where no promise goes on and no throw is caught: at once after it.
      return koffi.node.poll(fd, { readable: true }, () => void setImmediate(tell));
    },
  };
}

/** Why a package that works the pins is not there: npm leaves out what does not fit the machine. */
export function addonError(name: string, error: unknown, remedy: string): LineError {
  const isMissing = errnoOf(error) === 'ERR_MODULE_NOT_FOUND';
  const why = isMissing
    ? 'is not installed'
    : `cannot be loaded: ${wordsOf(error).split('\n')[0] ?? ''}`;
  return new LineError('no-addon', `the package ${name}, which works the pins, ${why}`, remedy);
}

/** @returns how many bytes could be read now from a descriptor that does not block; an error of the system other than that */
export function readNow(fd: number, into: Uint8Array): number | Error {
  try {
    return readSync(fd, into);
  } catch (error) {
    if (errnoOf(error) === 'EAGAIN') return 0;
    if (errnoOf(error) === null) throw error;
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** The system's name for what went wrong, such as `ENODEV`; null for what the system did not say. */
export function errnoOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error ? String(error.code) : null;
}
