import { LineError, type Lines } from '../lines.ts';
import { openCdev } from './cdev.ts';
import { ExportedLines } from './exported.ts';
import { lineErrorOf } from './line-errors.ts';
import { openOnoff, sysfsFolder } from './onoff.ts';

export type LinesWish = {
  readonly backend: 'auto' | 'cdev' | 'onoff';
  /** The label of the chip; undefined for the header of a Raspberry Pi. */
  readonly chip?: string | undefined;
  /** Where the lines that a killed daemon left exported are remembered. */
  readonly runDir: string;
};

/**
 * The header's lines by the wished backend; `auto` takes the character device, and sysfs only where that does not open.
 *
 * Nothing native is loaded before this is called.
 *
 * @throws a LineError; after `auto` it tells the reasons of both
 */
export async function openLines(wish: LinesWish): Promise<Lines> {
  const exported = new ExportedLines(wish.runDir, sysfsFolder);
  try {
    exported.unexportLeftovers();
    const open = { cdev: () => openCdev(wish.chip), onoff: () => openOnoff(wish.chip, exported) };
    if (wish.backend !== 'auto') return await open[wish.backend]();
    return await firstThatOpens(open.cdev, open.onoff);
  } catch (error) {
    throw lineErrorOf(error, 'GPIO');
  }
}

async function firstThatOpens(
  cdev: () => Promise<Lines>,
  onoff: () => Promise<Lines>,
): Promise<Lines> {
  try {
    return await cdev();
  } catch (first) {
    const why = lineErrorOf(first, 'cdev');
    try {
      return await onoff();
    } catch (second) {
      const and = lineErrorOf(second, 'onoff');
      // Two ways to say that this is no Raspberry Pi are one too many.
      if (and.code === why.code || and.code === 'no-chip') throw why;
      throw new LineError(why.code, `${why.message}; onoff: ${and.message}`, why.remedy);
    }
  }
}
