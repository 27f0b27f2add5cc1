import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { plainEnvironment } from '../../support/program.ts';
import { mark } from './processes.ts';

type Ending = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** A daemon in the foreground, as systemd runs it. */
export type DaemonProcess = {
  readonly pid: number;
  readonly ended: Promise<Ending>;
  signal(signal: NodeJS.Signals): void;
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>;
  /** What it said on stderr. */
  said(): string;
};

export type Where = {
  readonly program: string;
  readonly folder: string;
  readonly config: string;
  readonly story: string;
  readonly places: Readonly<Record<string, string>>;
  /** For the daemon and what it starts only. */
  readonly env?: Readonly<Record<string, string>>;
};

let daemons = 0;

export function startDaemon(where: Where): DaemonProcess {
  daemons += 1;
  const logFile = join(where.folder, `daemon-${daemons}.log`);
  const log = openSync(logFile, 'a');
  const child = spawn(process.execPath, [where.program, '--config', where.config, 'daemon'], {
    cwd: where.folder,
    env: { ...storyEnvironment(where), ...where.env },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const ended = new Promise<Ending>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  return {
    pid: child.pid ?? 0,
    ended,
    signal: (signal) => child.kill(signal),
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    said: () => readFileSync(logFile, 'utf8'),
  };
}

/** Marks all that is started for a story, however deep down, so that all of it is found again. */
export function storyEnvironment({ story, places }: Where): Record<string, string> {
  return { ...plainEnvironment(), ...places, [mark]: story };
}
