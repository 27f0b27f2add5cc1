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
    .description(
      'try it: a throw-away rig in a temporary folder, with real modules; no hardware needed',
    )
    .option('--keep', 'do not remove the folder and what was recorded')
    .action(
      does<{ keep?: true }>(finish, async ({ context, options }) =>
        (await import('./commands/demo.ts')).demo(context, options),
      ),
    );
  program
    .command('daemon')
    .description(
      'run the daemon in the foreground, as a service does; `up` runs it in the background',
    )
    .action(
      does(finish, async ({ context }) =>
        (await import('./commands/daemon.ts')).runInForeground(context),
      ),
    );
  program
    .command('up')
    .description(
      'start the daemon in the background, and wait until every wanted module is ready or has failed',
    )
    .action(does(finish, async ({ context }) => (await import('./commands/up.ts')).up(context)));
  program
    .command('down')
    .description(
      'stop the recording, then all modules, then the daemon; asks first while something is recorded',
    )
    .option('-y, --yes', 'do not ask')
    .action(
      does<{ yes?: true }>(finish, async ({ context, options }) =>
        (await import('./commands/down.ts')).down(context, options),
      ),
    );
}

function addWishCommands(program: Command, finish: Finish): void {
  const verbs = {
    enable: 'want modules to run: they are started, and kept running',
    disable: 'want modules off: they are ended, and stay off; asks first while they record',
    restart: 'end modules and start them again; asks first while they record',
    retry: 'try failed modules now instead of after their pause',
  } as const;
  for (const [verb, words] of Object.entries(verbs)) {
    const command = program
      .command(`${verb} [module...]`)
      .description(words)
      .option('--all', 'all modules')
      .option(
        '--wait <time>',
        'wait until it is so; after this time (30, 30s or 2m) take the wish back',
        waitTime,
      )
      .action(
        does<{ all?: true; wait?: number; yes?: true }>(
          finish,
          async ({ context, words: names, options }) => {
            const { wish } = await import('./commands/wish.ts');
            return wish(context, verb as keyof typeof verbs, names, options);
          },
        ),
      );
    if (verb === 'disable' || verb === 'restart') command.option('-y, --yes', 'do not ask');
  }
  program
    .command('log-level <words...>')
    .usage('[module] error|warn|info|debug')
    .description('how much the daemon logs, or a module, from now on')
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
    .description(
      'record a trial with all wanted modules, and wait until their data lands on the disk',
    )
    .option('--label <text>', 'words for this trial: "maze left"')
    .option('--at <time>', 'go at this time instead of now: +10s, 14:02 or ISO-8601')
    .option('--no-wait', 'only ask for it, and do not wait for what becomes of it')
    .action(
      does<{ label?: string; at?: string; wait: boolean }>(finish, async ({ context, options }) =>
        (await import('./commands/record.ts')).recordStart(context, options),
      ),
    );
  for (const [verb, words] of [
    ['stop', 'stop the trial and finish its files; the modules go on running; asks first'],
    ['toggle', 'start a trial, or stop the one that is recorded; asks before it stops'],
  ] as const) {
    record
      .command(verb)
      .description(words)
      .option('-y, --yes', 'do not ask')
      .option('--no-wait', 'only ask for it, and do not wait for what becomes of it')
      .action(
        does<{ yes?: true; wait: boolean }>(finish, async ({ context, options }) =>
          (await import('./commands/record.ts')).recordStop(context, verb, options),
        ),
      );
  }
  for (const [verb, words] of [
    ['pause', 'pause the trial; its files stay open'],
    ['resume', 'go on with the paused trial, in the same files'],
  ] as const) {
    record
      .command(verb)
      .description(words)
      .option('--no-wait', 'only ask for it, and do not wait for what becomes of it')
      .action(
        does<{ wait: boolean }>(finish, async ({ context, options }) =>
          (await import('./commands/record.ts')).recordPause(context, verb, options),
        ),
      );
  }
  program
    .command('mark [text...]')
    .description('put a marker at this instant into the open session, with or without words')
    .action(
      does(finish, async ({ context, words }) =>
        (await import('./commands/session.ts')).mark(context, words.join(' ')),
      ),
    );
}

function addSessionCommands(program: Command, finish: Finish): void {
  const session = parent(
    program,
    'session',
    'open or close the session: the folder that trials go into',
    'refused',
  );
  session
    .command('start <name>')
    .description('open a session of this name; the one before is closed')
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
