import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listSysfsChips } from '../../../src/gpio/backends/chips.ts';
import type { Level } from '../../../src/gpio/lines.ts';

const tracing = '/sys/kernel/tracing';

/**
 * What programs have written to lines, by the kernel's own account (tracepoint `gpio_value`): the simulator lets go of a freed line, and
 * its level says nothing of what it was left at.
 */
export class WrittenLevels {
  constructor() {
    if (!existsSync(join(tracing, 'trace'))) {
      execFileSync('mount', ['-t', 'tracefs', 'tracefs', tracing]);
    }
    writeFileSync(join(tracing, 'events/gpio/gpio_value/enable'), '1');
    writeFileSync(join(tracing, 'trace'), '');
  }

  /** The last level of a line of this chip; null when none was written. */
  last(label: string, line: number): Level | null {
    const base = listSysfsChips().find((chip) => chip.label === label)?.base ?? 0;
    const trace = readFileSync(join(tracing, 'trace'), 'utf8');
    const written = [...trace.matchAll(/gpio_value: (\d+) set\s+(\d)/g)];
    const ofLine = written.filter(([, number]) => Number(number) === base + line);
    const last = ofLine.at(-1)?.[2];
    return last === undefined ? null : last === '1' ? 1 : 0;
  }
}
