import { environment, ownProgram } from '../protocol/names.ts';
import { type ThemeName, themeNames } from '../protocol/theme.ts';
import { type Address, nearest, speakOf } from '../protocol/typed-command.ts';
import type { Voice } from './line-words.ts';
import { note } from './output.ts';
import type { Terminal } from './terminal.ts';
import { lookAtTerminal } from './terminal.ts';
import { unknownWord } from './unknown-word.ts';

/** The options that every command has, as they were typed. */
export type GlobalOptions = {
  readonly config?: string;
  readonly stateDir?: string;
  readonly runDir?: string;
  readonly json?: boolean;
  readonly color: boolean;
  readonly theme?: string;
  readonly plain?: boolean;
  readonly screenReader?: boolean;
};

/** What a command needs to know of how it was called. Paths are of the flag, else of the environment, else undefined. */
export type Context = {
  readonly config: string | undefined;
  readonly stateDir: string | undefined;
  readonly runDir: string | undefined;
  readonly json: boolean;
  /** How what goes on is told where somebody looks on: drawn, or in lines. */
  readonly telling: 'drawn' | Voice;
  readonly terminal: Terminal;
};

/** Joins the flags with the environment and the terminal of this process. */
export function contextOf(options: GlobalOptions): Context {
  const fromEnvironment = (name: string) => process.env[name] || undefined;
  const theme = themeWished(options.theme, fromEnvironment(environment.theme));
  speakOf(addressOf(options));
  const terminal = lookAtTerminal({ colour: options.color, theme });
  return {
    config: options.config ?? fromEnvironment(environment.config),
    stateDir: options.stateDir ?? fromEnvironment(environment.stateDir),
    runDir: options.runDir ?? fromEnvironment(environment.runDir),
    json: options.json === true,
    telling: tellingOf(options, terminal),
    terminal,
  };
}

/** Only what was typed: whoever has it in the environment has it there for the next command, too. */
function addressOf({ config, stateDir, runDir }: GlobalOptions): Address {
  const program = process.env[ownProgram];
  if (program) return { ...nearest, program }; // it was that which gave the flags
  const flag = (name: string, value: string | undefined) =>
    value === undefined ? [] : [name, value];
  const toDaemon = flag('--run-dir', runDir);
  const files = [...flag('--config', config), ...flag('--state-dir', stateDir)];
  return { ...nearest, toDaemon, whole: [...files, ...toDaemon] };
}

function tellingOf(options: GlobalOptions, { isTty, isDumb }: Terminal): Context['telling'] {
  if (options.screenReader === true) return 'spoken';
  if (options.plain === true) return 'written';
  // What is set for good is for people: a script without a terminal gets what it always got.
  if (!isTty) return 'drawn';
  const { [environment.screenReader]: reader = '', INK_SCREEN_READER: ink } = process.env;
  // The second is that of the library that draws the screen: who has set it for other programs means us too.
  if (!['', '0', 'false'].includes(reader) || ink === 'true') return 'spoken';
  return isDumb ? 'written' : 'drawn';
}

// A wrong word in the environment must not keep anybody from stopping a recording.
function themeWished(typed: string | undefined, variable: string | undefined): ThemeName {
  const named = themeNames.find((name) => name === (typed ?? variable));
  if (named !== undefined) return named;
  const known = `there are ${themeNames.join(', ')}`;
  if (typed !== undefined) throw unknownWord('theme', typed, themeNames);
  if (variable !== undefined && process.stdout.isTTY === true)
    note(`${environment.theme} names no theme; ${known}`);
  return 'default';
}
