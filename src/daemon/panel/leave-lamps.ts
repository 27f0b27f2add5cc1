import { LineError } from '../../gpio/lines.ts';
import { type GpioConfig, outputWish } from '../../gpio/panel-record.ts';
import { configuredPanel, openConfigured } from './open-lines.ts';

/**
 * Brings every LED to where rig.yaml wants it left, for a daemon that could not do it itself.
 *
 * @returns the names of those that are there now, and why others are not; simulated ones are nowhere without their daemon
 */
export async function leaveLamps(
  configured: GpioConfig | undefined,
  runDir: string,
): Promise<{ readonly left: readonly string[]; readonly faults: readonly LineError[] }> {
  const gpio = configuredPanel(configured);
  if (gpio === null || gpio.backend === 'simulated') return { left: [], faults: [] };
  const left: string[] = [];
  const faults: LineError[] = [];
  const attempt = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      faults.push(error);
    }
  };
  await attempt(async () => {
    const lines = await openConfigured(gpio, runDir);
    for (const led of gpio.leds) {
      await attempt(async () => {
        const level = led.exit === 'on' ? 1 : 0;
        const output = await lines.drive({ ...outputWish(led), level });
        output.close(level);
        left.push(led.name);
      });
    }
    lines.close();
  });
  return { left, faults };
}
