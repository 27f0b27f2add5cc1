import { environment } from '../protocol/names.ts';
import type { Terminal } from './terminal.ts';
import { lookAtTerminal } from './terminal.ts';

/** The options that every command has, as they were typed. */
export type GlobalOptions = {
  readonly config?: string;
  readonly stateDir?: string;
  readonly runDir?: string;
  readonly json?: boolean;
  readonly color: boolean;
};

/** What a command needs to know of how it was called. Paths are of the flag, else of the environment, else undefined. */
export type Context = {
  readonly config: string | undefined;
  readonly stateDir: string | undefined;
  readonly runDir: string | undefined;
  readonly json: boolean;
  readonly terminal: Terminal;
};

/** Joins the flags with the environment and the terminal of this process. */
export function contextOf(options: GlobalOptions): Context {
  const fromEnvironment = (name: string) => process.env[name] || undefined;
  return {
    config: options.config ?? fromEnvironment(environment.config),
    stateDir: options.stateDir ?? fromEnvironment(environment.stateDir),
    runDir: options.runDir ?? fromEnvironment(environment.runDir),
    json: options.json === true,
    terminal: lookAtTerminal({ colour: options.color }),
  };
}
