import type { Config } from '../../protocol/config.ts';

export type NotBuilt = { readonly message: string; readonly remedy: string };

/** Bundled modules that the contract names and that this version does not have yet. */
export const plannedModules: readonly string[] = ['gps'];

/** What a correct configuration asks for and this version does not have yet, in words for people. */
export function notBuiltParts(config: Config, bundled: readonly string[]): readonly NotBuilt[] {
  const { gpio, modules } = config;
  const lines = (gpio?.buttons.length ?? 0) + (gpio?.leds.length ?? 0);
  const limited = Object.keys(modules).filter(
    (name) => Object.keys(modules[name]?.limits ?? {}).length > 0,
  );
  const missing = Object.values(modules).flatMap(({ use }) =>
    use === undefined || bundled.includes(use) ? [] : [use],
  );
  return [
    ...when(
      missing.length > 0,
      `the bundled module ${[...new Set(missing)].join(', ')} is not in this version yet`,
      '`command:` with a program of your own',
    ),
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
