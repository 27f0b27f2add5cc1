import type { Command } from 'commander';
import type { Finish } from './command-parts.ts';
import { does, parent, waitTime } from './command-parts.ts';

/** Commands that change something: the daemon, wishes, recordings, sessions. */
export function addActingCommands(program: Command, finish: Finish): void {
  addRigCommands(program, finish);
  addWishCommands(program, finish);
  addRecordCommands(program, finish);
  addSessionCommands(program, finish);
}

function addRigCommands(program: Command, finish: Finish): void {
  program
    .command('demo')
    .description('a throw-away rig in a temporary folder, with real modules; no hardware needed')
    .option('--keep', 'leave the folder and what was recorded')
    .action(
      does<{ keep?: true }>(finish, async ({ context, options }) =>
        (await import('./commands/demo.ts')).demo(context, options),
      ),
    );
  program
    .command('daemon')
    .description('the daemon in the foreground (what systemd runs)')
    .action(
      does(finish, async ({ context }) =>
        (await import('./commands/daemon.ts')).runInForeground(context),
      ),
    );
  program
    .command('up')
    .description('start the daemon in the background and wait until start-up is complete')
    .action(does(finish, async ({ context }) => (await import('./commands/up.ts')).up(context)));
  program
    .command('down')
    .description('controlled stop of modules and daemon; asks while the rig records')
    .option('-y, --yes', 'do not ask')
    .action(
      does<{ yes?: true }>(finish, async ({ context, options }) =>
        (await import('./commands/down.ts')).down(context, options),
      ),
    );
}

function addWishCommands(program: Command, finish: Finish): void {
  const verbs = {
    enable: 'want these modules to run',
    disable: 'want these modules off',
    restart: 'end these modules and start them again',
    retry: 'try failed modules now instead of after their pause',
  } as const;
  for (const [verb, words] of Object.entries(verbs)) {
    program
      .command(`${verb} [module...]`)
      .description(words)
      .option('--all', 'all modules')
      .option('--wait <time>', 'until it is so, else take the wish back: 30 or 30s', waitTime)
      .action(
        does<{ all?: true; wait?: number }>(finish, async ({ context, words: names, options }) => {
          const { wish } = await import('./commands/wish.ts');
          return wish(context, verb as keyof typeof verbs, names, options);
        }),
      );
  }
  program
    .command('log-level <words...>')
    .usage('[module] error|warn|info|debug')
    .description('how much the daemon, or a module, logs from now on')
    .action(
      does(finish, async ({ context, words }) =>
        (await import('./commands/log-level.ts')).logLevel(context, words),
      ),
    );
}

function addRecordCommands(program: Command, finish: Finish): void {
  const record = parent(
    program,
    'record',
    'start, stop, pause, resume or toggle the recording',
    'refused',
  );
  record
    .command('start')
    .description('record a trial with all wanted modules; waits until data lands')
    .option('--label <text>', 'what this trial is')
    .option('--at <time>', 'when to go: +10s, 14:02 or ISO-8601')
    .option('--no-wait', 'only submit')
    .action(
      does<{ label?: string; at?: string; wait: boolean }>(finish, async ({ context, options }) =>
        (await import('./commands/record.ts')).recordStart(context, options),
      ),
    );
  for (const [verb, words] of [
    ['stop', 'stop and finish the files; asks'],
    ['toggle', 'start or stop, by what the rig does now'],
  ] as const) {
    record
      .command(verb)
      .description(words)
      .option('-y, --yes', 'do not ask')
      .option('--no-wait', 'only submit')
      .action(
        does<{ yes?: true; wait: boolean }>(finish, async ({ context, options }) =>
          (await import('./commands/record.ts')).recordStop(context, verb, options),
        ),
      );
  }
  for (const verb of ['pause', 'resume'] as const) {
    record
      .command(verb)
      .description(`${verb} the trial`)
      .option('--no-wait', 'only submit')
      .action(
        does<{ wait: boolean }>(finish, async ({ context, options }) =>
          (await import('./commands/record.ts')).recordPause(context, verb, options),
        ),
      );
  }
  program
    .command('mark [text...]')
    .description('a marker now')
    .action(
      does(finish, async ({ context, words }) =>
        (await import('./commands/session.ts')).mark(context, words.join(' ')),
      ),
    );
}

function addSessionCommands(program: Command, finish: Finish): void {
  const session = parent(program, 'session', 'name the session that trials go into', 'refused');
  session
    .command('start <name>')
    .description('open a session of this name')
    .action(
      does(finish, async ({ context, words }) =>
        (await import('./commands/session.ts')).sessionStart(context, words[0] ?? ''),
      ),
    );
  session
    .command('end')
    .description('close the open session')
    .action(
      does(finish, async ({ context }) =>
        (await import('./commands/session.ts')).sessionEnd(context),
      ),
    );
}
