import type { Config } from '../../protocol/config.ts';

export type NotBuilt = { readonly message: string; readonly remedy: string };

/** What a correct configuration asks for and this version does not have yet, in words for people. */
export function notBuiltParts(config: Config): readonly NotBuilt[] {
  const { gpio, modules } = config;
  const lines = (gpio?.buttons.length ?? 0) + (gpio?.leds.length ?? 0);
  const limited = Object.keys(modules).filter(
    (name) => Object.keys(modules[name]?.limits ?? {}).length > 0,
  );
  return [
    ...when(
      gpio !== undefined && gpio.backend !== 'none' && lines > 0,
      'buttons and LEDs (`gpio:`) do not work yet',
      '`gpio: { backend: none }`',
    ),
    ...when(
      limited.length > 0,
      `the limits of ${limited.join(', ')} (\`limits:\`) are not watched yet`,
      'no `limits:`',
    ),
  ];
}

function when(isAsked: boolean, message: string, instead: string): NotBuilt[] {
  const remedy = `write ${instead} or wait for a later version; everything else works`;
  return isAsked ? [{ message, remedy }] : [];
}
