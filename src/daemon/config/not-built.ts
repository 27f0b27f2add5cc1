import type { Config } from '../../protocol/config.ts';

export type NotBuilt = { readonly message: string; readonly remedy: string };

/** What a correct configuration asks for and this version does not have yet, in words for people. */
export function notBuiltParts(config: Config): readonly NotBuilt[] {
  const { gpio } = config;
  const lines = (gpio?.buttons.length ?? 0) + (gpio?.leds.length ?? 0);
  return [
    ...when(
      gpio !== undefined && gpio.backend !== 'none' && lines > 0,
      'buttons and LEDs (`gpio:`) do not work yet',
      '`gpio: { backend: none }`',
    ),
  ];
}

function when(isAsked: boolean, message: string, instead: string): NotBuilt[] {
  const remedy = `write ${instead} or wait for a later version; everything else works`;
  return isAsked ? [{ message, remedy }] : [];
}
