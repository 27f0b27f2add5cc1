import { LineError } from '../../gpio/lines.ts';
import { type GpioConfig, listUnopened, notesOf, sayWhole } from '../../gpio/panel-record.ts';
import type { GpioList } from '../../protocol/gpio-record.ts';
import { noLines, noLinesOf } from './no-panel.ts';
import { configuredPanel, openConfigured } from './open-lines.ts';

const ofRealLines =
  'no daemon answers: whether a button is pressed or an LED lit is not known. `rigdeck gpio test` tries them out, `rigdeck up` starts the rig';

/** What is not known without a daemon, and how to come to know it. */
const noDaemon: Readonly<Record<GpioList['backend'], string>> = {
  none: 'no daemon answers',
  off: 'no daemon answers: this is what rig.yaml says',
  simulated:
    'no daemon answers, and simulated buttons and LEDs live in one: `rigdeck up` starts it',
  cdev: ofRealLines,
  onoff: ofRealLines,
};

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
      const notes = [noDaemon[backend], ...notesOf(gpio, lines)];
      return { version: 1, backend, chip, problem: null, notes, lines: listUnopened(gpio, lines) };
    } finally {
      lines.close();
    }
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    const unopened = listUnopened(gpio, null);
    const problem = sayWhole([error]);
    return { ...noLines, backend: 'off', problem, notes: [noDaemon.off], lines: unopened };
  }
}
