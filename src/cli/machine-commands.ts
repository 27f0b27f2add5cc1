import { Argument, type Command } from 'commander';
import type { Finish } from './command-parts.ts';
import { does, parent } from './command-parts.ts';

/** Commands about the machine and the shell, not about the rig. */
export function addMachineCommands(program: Command, finish: Finish): void {
  program
    .command('doctor')
    .description('look over the machine: what will bite, each with the line that mends it')
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
  addServiceCommands(program, finish);
}

function addServiceCommands(program: Command, finish: Finish): void {
  const service = parent(
    program,
    'service',
    'the system unit that starts this rig at boot: install it, remove it, look at it',
    'default',
  );
  service
    .command('status', { isDefault: true })
    .description('whether it is there, enabled and running, and what to do where not')
    .action(
      does(finish, async ({ context }) =>
        (await import('./commands/service.ts')).serviceStatus(context),
      ),
    );
  service
    .command('install')
    .description('write the unit, start it now and at every boot; run as root')
    .option(
      '--user <name>',
      'whom the daemon and its modules run as; the one behind sudo unless named',
    )
    .option('--kiosk', 'the unit of a kiosk on tty1, too')
    .option('--dry-run', 'only print what would be written')
    .action(
      does<{ user?: string; kiosk?: true; dryRun?: true }>(finish, async ({ context, options }) =>
        (await import('./commands/service-install.ts')).installService(context, options),
      ),
    );
  service
    .command('uninstall')
    .description('remove the unit; recordings, configuration and state stay; run as root')
    .option('--kiosk', 'that of the kiosk alone')
    .action(
      does<{ kiosk?: true }>(finish, async ({ context, options }) =>
        (await import('./commands/service-install.ts')).uninstallService(context, options),
      ),
    );
}
