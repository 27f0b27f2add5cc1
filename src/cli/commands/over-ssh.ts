import { spawn } from 'node:child_process';
import { exitCodes } from '../../protocol/exit-codes.ts';
import { environment, farHost } from '../../protocol/names.ts';
import { themeNames } from '../../protocol/theme.ts';
import { CommandFailure } from '../failure.ts';
import { withLifeline } from '../lifeline.ts';
import { tellFailure } from '../tell-failure.ts';

/** ssh(1): it ends as the command did, or with this where it failed itself. */
const ownFailure = 255;
/** sh(1): there is no such program. */
const noProgram = 127;
const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs the words as a command of Rigdeck on another machine, over plain ssh. Who sits at a terminal has one there, too.
 *
 * @returns the exit code that the command had there
 * @throws CommandFailure exit 3 where ssh did not get there, or lost the connection
 */
export async function overSsh(far: {
  readonly host: string;
  readonly words: readonly string[];
}): Promise<number> {
  const { host } = far;
  const hasTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const words = hasTerminal ? [...wishesOf(process.env), ...far.words] : withLifeline(far.words);
  // That a connection was closed in order is no news. What goes wrong is still said.
  const terminal = hasTerminal ? ['-t', '-o', 'LogLevel=ERROR'] : ['-T'];
  const code = await runSsh([...terminal, '--', host, remoteLine(words, host)], hasTerminal);
  if (code === ownFailure) {
    if (hasTerminal) process.stdout.write((await import('../../tui/terminal.ts')).giveBackCodes);
    throw notThere(host);
  }
  if (code === noProgram) tellFailure(noRigdeck(host), words.includes('--json'));
  return code;
}

/**
 * One line for the shell of the other machine, whichever that is: sh, bash, zsh and fish give back the same words. The command is told
 * what the machine is called here; one of an older version does not listen.
 */
export function remoteLine(words: readonly string[], host: string): string {
  return ['env', quote(`${farHost}=${host}`), 'rigdeck', ...words.map(quote)].join(' ');
}

/** In single quotes; what one of the shells does not take literally in there stands outside, behind a backslash. */
function quote(word: string): string {
  return `'${word.replace(/['\\!]/g, (sign) => `'\\${sign}'`)}'`;
}

/** How a person wants to be told is said by the environment here; ssh does not take it along. */
function wishesOf(env: NodeJS.ProcessEnv): string[] {
  const theme = themeNames.find((name) => name === env[environment.theme]);
  const reader = env[environment.screenReader] ?? '';
  return [
    ...(env['NO_COLOR'] ? ['--no-color'] : []),
    ...(theme === undefined ? [] : ['--theme', theme]),
    ...(['', '0', 'false'].includes(reader) ? [] : ['--screen-reader']),
  ];
}

/** Without a terminal its input is empty and stays open: it would eat that of a loop over machines, and its end is told over there. */
function runSsh(words: readonly string[], hasTerminal: boolean): Promise<number> {
  const child = spawn('ssh', words, {
    stdio: [hasTerminal ? 'inherit' : 'pipe', 'inherit', 'inherit'],
  });
  // It gives the terminal back before it ends, so that it has to end first.
  let ending: NodeJS.Signals | null = null;
  const end = (signal: NodeJS.Signals) => {
    ending = signal;
    child.kill(signal);
  };
  for (const signal of passedOn) process.on(signal, end);
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'ENOENT' ? noSsh() : error);
    });
    child.once('exit', (code) => {
      for (const signal of passedOn) process.off(signal, end);
      if (ending !== null) process.kill(process.pid, ending);
      else resolve(code ?? ownFailure);
    });
  });
}

function notThere(host: string): CommandFailure {
  return new CommandFailure(
    exitCodes.noDaemon,
    'no-connection',
    `ssh did not get to ${host}, or lost the connection; the rig there goes on as it is`,
    `See what this says: ssh ${host} true`,
  );
}

function noRigdeck(host: string): CommandFailure {
  return new CommandFailure(
    exitCodes.failed,
    'no-program',
    `the shell of ${host} finds no program rigdeck, or one without its Node`,
    `Have both in /usr/local/bin there: what ~/.profile adds to the PATH does not count over ssh`,
  );
}

function noSsh(): CommandFailure {
  const remedy = 'sudo apt install openssh-client';
  return new CommandFailure(exitCodes.failed, 'no-ssh', 'there is no program ssh here', remedy);
}
