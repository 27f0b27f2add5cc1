import type { Command } from 'commander';
import { addActingCommands } from './acting-commands.ts';
import type { Finish } from './command-parts.ts';
import { does } from './command-parts.ts';
import { addGpioCommands } from './gpio-commands.ts';
import { addLookingCommands } from './looking-commands.ts';
import { addMachineCommands } from './machine-commands.ts';

/** Adds every command to the program. The code of a command is loaded only when it runs. */
export function addCommands(program: Command, finish: Finish): void {
  program
    .option('--no-daemon', 'without a command: start no daemon')
    .action(
      does<{ daemon: boolean }>(finish, async ({ context, options }) =>
        (await import('./commands/attach.ts')).attach(context, options),
      ),
    );
  addActingCommands(program, finish);
  addLookingCommands(program, finish);
  addMachineCommands(program, finish);
  addGpioCommands(program, finish);
}
