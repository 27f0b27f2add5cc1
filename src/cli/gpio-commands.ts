import { type Command, InvalidArgumentError, Option } from 'commander';
import { longestHoldMs } from '../protocol/gpio-record.ts';
import type { Finish } from './command-parts.ts';
import { does, parent } from './command-parts.ts';
import { parseWait } from './times.ts';

/** Commands about buttons and LEDs. */
export function addGpioCommands(program: Command, finish: Finish): void {
  const gpio = parent(program, 'gpio', 'buttons and LEDs: list them, or try them out', 'default');
  gpio
    .command('list', { isDefault: true })
    .description('every line: its pin, what it does, how it stands, and who holds it')
    .option('--pinout', 'with a picture of the header')
    .action(
      does<{ pinout?: true }>(finish, async ({ context, options }) =>
        (await import('./commands/gpio.ts')).listGpio(context, options),
      ),
    );
  gpio
    .command('test')
    .description(
      'light every LED in turn and tell of every press, until Ctrl-C or three minutes without a press; buttons do nothing else meanwhile',
    )
    .action(
      does(finish, async ({ context }) =>
        (await import('./commands/gpio-test.ts')).testGpio(context),
      ),
    );
  gpio
    .command('press <button>')
    .description(
      'press a button of the simulated backend, by its name or its line (GPIO17), and wait until it is up again; Ctrl-C lets go',
    )
    .addOption(
      new Option('--hold <time>', 'and hold it for so long: 2s, 10m at most')
        .argParser(holdTime)
        .default(100, '100ms'),
    )
    .action(
      does<{ hold: number }>(finish, async ({ context, words, options }) =>
        (await import('./commands/gpio.ts')).pressGpio(context, words[0] ?? '', options),
      ),
    );
  gpio
    .command('off')
    .description('bring LEDs to where they are left; for the service, when the daemon has crashed')
    .action(
      does(finish, async ({ context }) =>
        (await import('./commands/gpio-off.ts')).leaveGpio(context),
      ),
    );
}

/** For how long a button is held, in ms. */
function holdTime(text: string): number {
  const ms = parseWait(text);
  if (ms !== undefined && ms >= 1 && ms <= longestHoldMs) return ms;
  throw new InvalidArgumentError('Expected a time such as 500ms, 2s or 5m, 10m at most.');
}
