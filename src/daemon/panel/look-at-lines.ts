import { LineError } from '../../gpio/lines.ts';
import { type GpioConfig, listUnopened, notesOf, sayWhole } from '../../gpio/panel-record.ts';
import type { GpioList } from '../../protocol/gpio-record.ts';
import { noLines, noLinesOf } from './no-panel.ts';
import { configuredPanel, openConfigured } from './open-lines.ts';

const noDaemon =
  'no daemon answers, so nothing is known of levels: this is rig.yaml, and who holds each line';

/** The lines of a rig without its daemon: what rig.yaml says, and what the kernel tells of each. Opens none of them. */
export async function lookAtLines(
  configured: GpioConfig | undefined,
  runDir: string,
): Promise<GpioList> {
  const gpio = configuredPanel(configured);
  if (gpio === null) return noLinesOf(configured);
  try {
    const lines = await openConfigured(gpio, runDir);
    try {
      const { backend, chip } = lines;
      const notes = [noDaemon, ...notesOf(gpio, lines)];
      return { version: 1, backend, chip, problem: null, notes, lines: listUnopened(gpio, lines) };
    } finally {
      lines.close();
    }
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    const unopened = listUnopened(gpio, null);
    const problem = sayWhole([error]);
    return { ...noLines, backend: 'off', problem, notes: [noDaemon], lines: unopened };
  }
}
