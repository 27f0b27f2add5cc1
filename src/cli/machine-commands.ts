import { Argument, type Command } from 'commander';
import type { Finish } from './command-parts.ts';
import { does } from './command-parts.ts';

/** Commands about the machine and the shell, not about the rig. */
export function addMachineCommands(program: Command, finish: Finish): void {
  program
    .command('doctor')
    .description('look over this machine: what will bite, each with the line that mends it')
    .option('--all', 'also what is in order')
    .action(
      does<{ all?: true }>(finish, async ({ context, options }) =>
        (await import('./commands/doctor.ts')).doctor(context, options),
      ),
    );
  program
    .command('completion')
    .description('print the completion of a shell, with live names of modules and sessions')
    .addArgument(new Argument('<shell>', 'which').choices(['bash', 'zsh', 'fish']))
    .action(
      does(finish, async ({ words }) =>
        (await import('./commands/completion.ts')).completion(words[0] ?? ''),
      ),
    );
}
