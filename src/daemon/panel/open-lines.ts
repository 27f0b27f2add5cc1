import { SimulatedLines } from '../../gpio/backends/simulated.ts';
import type { Lines } from '../../gpio/lines.ts';
import type { GpioConfig } from '../../gpio/panel-record.ts';
import { monoMs } from '../clock.ts';

/** Opens the lines that rig.yaml asks for; nothing native is loaded before. @throws LineError */
export async function openConfigured(gpio: GpioConfig, runDir: string): Promise<Lines> {
  const { backend, chip } = gpio;
  if (backend === 'simulated' || backend === 'none') return new SimulatedLines(monoMs);
  const { openLines } = await import('../../gpio/backends/choose.ts');
  return await openLines({ backend, chip, runDir });
}

/** The panel that a configuration asks for; null where it asks for none. */
export function configuredPanel(gpio: GpioConfig | undefined): GpioConfig | null {
  if (gpio === undefined || gpio.backend === 'none') return null;
  return gpio.buttons.length + gpio.leds.length === 0 ? null : gpio;
}
