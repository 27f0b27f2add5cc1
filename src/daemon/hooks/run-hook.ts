import { setPriority } from 'node:os';
import { dirname } from 'node:path';
import type { HookEvent } from '../../protocol/hook-event.ts';
import { sanitize } from '../../protocol/sanitize.ts';
import { wordsOf } from '../../protocol/words-of.ts';
import type { ResolvedHook } from '../config/load-config.ts';
import { isErrno } from '../errno.ts';
import { loadExeca } from '../load-execa.ts';

/** How a hook's command ended. `fault` in words; null when it ended with 0 in its time. */
export type HookEnd = {
  readonly fault: string | null;
  readonly tookMs: number;
  readonly output: string;
};

/** What of its prints is kept, in characters, and how long it may take to end when it is told to. */
const maxOutput = 4_000;
const graceMs = 2_000;
/** Niceness: whatever a hook does comes after the recording. */
const niceness = 10;

/**
 * Runs a hook's command with the event as one line of JSON on its standard input, in a process group of its own. It never
 * throws and always ends: at its deadline, or when `over` is aborted, SIGTERM and then SIGKILL go to the whole group.
 *
 * @param file rig.yaml: the command runs in its folder
 */
export async function runHook(
  { command, timeoutMs }: Pick<ResolvedHook, 'command' | 'timeoutMs'>,
  event: HookEvent,
  file: string,
  over: AbortSignal,
): Promise<HookEnd> {
  const [program = '', ...words] = command;
  const beganMs = performance.now();
  const execa = await loadExeca().then(({ execa }) => execa, wordsOf);
  if (typeof execa === 'string') return { fault: execa, tookMs: 0, output: '' };
  const child = execa(program, words, {
    cwd: dirname(file),
    input: `${JSON.stringify(event)}\n`,
    env: { RIGDECK_EVENT: event.event, RIGDECK_EVENT_MODULE: event.module ?? '' },
    all: true,
    buffer: false,
    reject: false,
    detached: true,
    cleanup: false,
  });
  child.stdin.on('error', () => undefined); // a command need not read what it is told
  let output = '';
  child.all.on('data', (chunk: Buffer) => {
    if (output.length < maxOutput) output += chunk.toString();
  });
  calm(child.pid);
  const ladder = endOnTime(child.pid, timeoutMs, over);
  const { exitCode, signal, cause } = await child;
  const ended = ladder.close();
  const tookMs = Math.round(performance.now() - beganMs);
  const fault = ended ?? faultOf(exitCode, signal, cause);
  return { fault, tookMs, output: sanitizeLines(output) };
}

function calm(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, niceness);
  } catch (error) {
    if (!isErrno(error, 'ESRCH')) throw error; // it has ended already
  }
}

/** Ends the group of `pid` when its time is over. `close` gives why it was ended, or null, and leaves nothing of the group. */
function endOnTime(pid: number | undefined, timeoutMs: number, over: AbortSignal) {
  let why: string | null = null;
  let kill: NodeJS.Timeout | null = null;
  const end = (reason: string) => {
    if (why !== null) return;
    why = reason;
    signalGroup(pid, 'SIGTERM');
    kill = setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs);
  };
  const late = setTimeout(() => end(`it took longer than ${timeoutMs / 1_000} s`), timeoutMs);
  const stop = () => end('the daemon ended');
  over.addEventListener('abort', stop, { once: true });
  return {
    close(): string | null {
      clearTimeout(late);
      if (kill !== null) clearTimeout(kill);
      over.removeEventListener('abort', stop);
      if (why !== null) signalGroup(pid, 'SIGKILL');
      return why;
    },
  };
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!isErrno(error, 'ESRCH')) throw error;
  }
}

function faultOf(
  code: number | undefined,
  signal: string | undefined,
  cause: unknown,
): string | null {
  if (code === 0) return null;
  if (signal !== undefined) return `it was ended by ${signal}`;
  if (code !== undefined) return `it ended with exit code ${code}`;
  if (isErrno(cause, 'ENOENT')) return 'there is no such program';
  if (isErrno(cause, 'EACCES')) return 'it may not be executed';
  return wordsOf(cause);
}

function sanitizeLines(output: string): string {
  const lines = output.slice(0, maxOutput).split('\n');
  return lines
    .map((line) => sanitize(line))
    .join('\n')
    .trimEnd();
}
