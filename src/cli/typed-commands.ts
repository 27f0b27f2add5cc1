import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { farHost } from '../protocol/names.ts';
import { calledFrom } from '../protocol/typed-command.ts';
import type { Context } from './context.ts';
import { runDirOf } from './daemon-link.ts';
import { note, print } from './output.ts';

/** What may be typed, and the words of the command line that it stands for. */
const commands: Readonly<Record<string, readonly string[] | undefined>> = {
  status: ['status'],
  record: ['record', 'start'],
  stop: ['record', 'stop'],
  pause: ['record', 'pause'],
  resume: ['record', 'resume'],
  mark: ['mark'],
  enable: ['enable'],
  disable: ['disable'],
  restart: ['restart'],
  retry: ['retry'],
  logs: ['logs'],
  history: ['history'],
  preflight: ['preflight'],
  sessions: ['sessions'],
  verify: ['sessions', 'verify'],
};

const known = `${Object.keys(commands).join(', ')} and quit`;

/**
 * Takes commands, a line each, until `quit` or the end of input. They are those of the command line, and their questions are
 * asked as there.
 */
export async function obeyTypedCommands(context: Context): Promise<void> {
  print(`Type ${known}, each with Enter.`);
  const typed: string[] = [];
  for (;;) {
    const line = typed.shift() ?? (await readLines(typed));
    if (line === null || /^\s*(q|quit|exit)\s*$/.test(line)) return;
    await obey(line.trim(), context);
  }
}

/** The next line that is typed; what came with it in one piece goes into `more`. Null at the end of input. */
function readLines(more: string[]): Promise<string | null> {
  return new Promise((resolve) => {
    // Without keys of its own: editing and Ctrl-C are the terminal's. It is let go of between two lines, for questions.
    const reader = createInterface({ input: process.stdin, terminal: false });
    let first: string | null = null;
    reader.on('line', (line) => {
      if (first === null) first = line;
      else more.push(line);
      setImmediate(() => reader.close());
    });
    reader.once('close', () => resolve(first));
  });
}

async function obey(line: string, context: Context): Promise<void> {
  const [name = '', ...words] = line.split(/\s+/);
  if (name === '') return;
  const command = commands[name.toLowerCase()];
  if (command === undefined) {
    print(
      name === 'help' || name === '?' ? `Type ${known}.` : `There is no "${name}" here: ${known}.`,
    );
    return;
  }
  const said = command[1] === 'start' && words.length > 0 ? ['--label', words.join(' ')] : words;
  await runHere([...placesOf(context), ...toldAs(context), ...command, ...said]);
}

/** What makes a command mean the same rig: its socket, and the files that some of them read. */
function placesOf(context: Context): string[] {
  const { config, stateDir } = context;
  return [
    ...(config === undefined ? [] : ['--config', config]),
    ...(stateDir === undefined ? [] : ['--state-dir', stateDir]),
    ...['--run-dir', runDirOf(context)],
  ];
}

/** In lines here, in lines there: nothing is drawn between them. */
function toldAs({ telling, terminal }: Context): string[] {
  const voice = { drawn: [], written: ['--plain'], spoken: ['--screen-reader'] }[telling];
  return [...voice, ...(terminal.theme.colours === 'plain' ? ['--no-color'] : [])];
}

/** The program itself on this terminal, to its end: what it says is the answer. */
function runHere(words: readonly string[]): Promise<void> {
  const [node = process.execPath, program = ''] = process.argv;
  const host = calledFrom();
  const env = host === null ? process.env : { ...process.env, [farHost]: host };
  const child = spawn(node, [...process.execArgv, program, ...words], { stdio: 'inherit', env });
  return new Promise((resolve) => {
    child.once('error', (error) => {
      note(`this cannot be done here: ${error.message}`);
      resolve();
    });
    child.once('exit', () => resolve());
  });
}
