import { type Command, Option } from 'commander';
import type { Finish } from './command-parts.ts';
import { count, does, parent, waitTime } from './command-parts.ts';
import { conditionWords } from './conditions.ts';
import { usageFailure } from './failure.ts';

/** Commands that look: at the rig, at its recordings, at files. */
export function addLookingCommands(program: Command, finish: Finish): void {
  addLookCommands(program, finish);
  addKioskCommand(program, finish);
  addConditionCommands(program, finish);
  addRecordingCommands(program, finish);
  addFileCommands(program, finish);
}

function addLookCommands(program: Command, finish: Finish): void {
  program
    .command('status')
    .description('how the rig is: one row a module, and what is wrong')
    .option('-w, --watch', 'draw it again at every change, until Ctrl-C')
    .action(
      does<{ watch?: true }>(finish, async ({ context, options }) =>
        options.watch === true
          ? (await import('./commands/status-watch.ts')).watchStatus(context)
          : (await import('./commands/status.ts')).status(context),
      ),
    );
  program
    .command('logs <module>')
    .description('what a module has printed; also works without a daemon')
    .option('-f, --follow', 'print what comes, until Ctrl-C')
    .option('-n, --lines <n>', 'how many of the newest lines', count, 50)
    .action(
      does<{ follow?: true; lines: number }>(finish, async ({ context, words, options }) =>
        (await import('./commands/logs.ts')).logs(context, words[0] ?? '', options),
      ),
    );
  program
    .command('history [module]')
    .description('who did what and what became of it, and every change of the rig')
    .option('--since <time>', 'from then on: 10m (ago), 14:02 or ISO-8601')
    .option('-n, --lines <n>', 'how many of the newest entries', count, 50)
    .action(
      does<{ since?: string; lines: number }>(finish, async ({ context, words, options }) =>
        (await import('./commands/history.ts')).history(context, words[0], options),
      ),
    );
  program
    .command('preflight')
    .description('can I record now: what blocks it, what to know, and what to do')
    .action(
      does(finish, async ({ context }) =>
        (await import('./commands/preflight.ts')).preflight(context),
      ),
    );
  program
    .command('watch')
    .description('for programs: the state, then every change, one JSON object a line')
    .action(
      does(finish, async ({ context }) => (await import('./commands/watch.ts')).watch(context)),
    );
}

function addKioskCommand(program: Command, finish: Finish): void {
  program
    .command('kiosk')
    .description('the rig in large figures, for a screen that nobody sits at: only SIGTERM ends it')
    .option('--control', 'its keys record, stop, pause and mark; without it they do nothing')
    .option('--pin-file <file>', 'with --control: ask for the PIN in this file before each wish')
    .action(
      does<{ control?: true; pinFile?: string }>(finish, async ({ context, options }) =>
        (await import('./commands/kiosk.ts')).kiosk(context, options),
      ),
    );
}

function addConditionCommands(program: Command, finish: Finish): void {
  program
    .command('is <condition>')
    .summary('exit 0 when a condition is true, 8 when it is false: `rigdeck help conditions`')
    .description(`exit 0 when it is so, 8 when not: ${conditionWords}`)
    .action(
      does(finish, async ({ context, words }) =>
        (await import('./commands/condition.ts')).is(context, words[0] ?? ''),
      ),
    );
  program
    .command('wait <condition>')
    .description('wait until a condition is true: `rigdeck help conditions`')
    .requiredOption(
      '--timeout <time>',
      'how long at most (30, 30s or 2m); then it ends with 6',
      waitTime,
    )
    .action(
      does<{ timeout: number }>(finish, async ({ context, words, options }) =>
        (await import('./commands/condition.ts')).wait(context, words[0] ?? '', options.timeout),
      ),
    );
}

function addRecordingCommands(program: Command, finish: Finish): void {
  const sessions = parent(
    program,
    'sessions',
    'what was recorded: list, show or verify it; needs no daemon',
    'default',
  );
  for (const [words, about] of [
    ['list', 'all sessions'],
    ['show [id]', 'what one session holds; the newest unless named'],
  ] as const) {
    const verb = words.split(' ')[0] as 'list' | 'show';
    sessions
      .command(words, { isDefault: verb === 'list' })
      .description(about)
      .action(
        does(finish, async ({ context, words: [id] }) =>
          (await import('./commands/sessions.ts')).sessions(context, verb, id),
        ),
      );
  }
  sessions
    .command('verify [id]')
    .description('check sizes and checksums of its files')
    .option('--all', 'every session, the oldest first')
    .action(
      does<{ all?: true }>(finish, async ({ context, words: [id], options }) => {
        if (options.all !== true)
          return (await import('./commands/sessions.ts')).sessions(context, 'verify', id);
        if (id !== undefined) throw usageFailure('`--all` is every session: name none');
        return (await import('./commands/verify-all.ts')).verifyAll(context);
      }),
    );
  sessions
    .command('recover [id]')
    .description(
      'repair what a power cut left, and say what was done; nothing that was recorded is deleted',
    )
    .option('--dry-run', 'only say what would be done')
    .action(
      does<{ dryRun?: true }>(finish, async ({ context, words: [id], options }) =>
        (await import('./commands/recover.ts')).recover(context, id, options),
      ),
    );
}

function addFileCommands(program: Command, finish: Finish): void {
  const module = parent(
    program,
    'module',
    'the modules that came with Rigdeck, and those of this rig',
    'default',
  );
  module
    .command('list', { isDefault: true })
    .description('all of them')
    .action(
      does(finish, async ({ context }) =>
        (await import('./commands/module-list.ts')).listModules(context),
      ),
    );
  addModuleMaking(module, finish);
  const config = parent(
    program,
    'config',
    'the configuration, rig.yaml: write a first one, check it, show it or take it over',
    'default',
  );
  for (const [verb, about] of [
    ['check', 'whether it is in order; faults as FILE:LINE:COLUMN: words'],
    ['show', 'what it says, with the defaults filled in'],
    ['schema', 'JSON Schema for editors'],
  ] as const) {
    config
      .command(verb, { isDefault: verb === 'check' })
      .description(about)
      .action(
        does(finish, async ({ context }) =>
          (await import('./commands/config.ts')).config(context, verb),
        ),
      );
  }
  config
    .command('init')
    .description(
      'write a commented first file from what is plugged in, to --config or ./rig.yaml; overwrites nothing',
    )
    .action(
      does(finish, async ({ context }) =>
        (await import('./commands/config-init.ts')).initConfig(context),
      ),
    );
  config
    .command('apply')
    .description(
      'take over a changed file while the daemon runs: modules are added, removed and started anew; refused for what records',
    )
    .option('--dry-run', 'only say what it would do')
    .option('--no-wait', 'do not wait until changed modules are ready and removed ones are gone')
    .action(
      does<{ dryRun?: true; wait: boolean }>(finish, async ({ context, options }) =>
        (await import('./commands/config-apply.ts')).applyConfig(context, options),
      ),
    );
}

function addModuleMaking(module: Command, finish: Finish): void {
  module
    .command('new <name>')
    .description('a folder with a new module that records, to be changed')
    .option('--lang <language>', 'python, node or sh', 'python')
    .action(
      does<{ lang: string }>(finish, async ({ words, context, options }) =>
        (await import('./commands/module-new.ts')).newModule(context, words[0] ?? '', options),
      ),
    );
  module
    .command('test <path>')
    .description('put a module to the test: its folder, or its program')
    .option('--options <json>', 'its options, as under options: in rig.yaml')
    .addOption(
      new Option('--timeout <time>', 'until it has to be ready')
        .argParser(waitTime)
        .default(30_000, '30s'),
    )
    .action(
      does<{ options?: string; timeout: number }>(finish, async ({ words, context, options }) =>
        (await import('./commands/module-test.ts')).testModule(context, words[0] ?? '', options),
      ),
    );
}
