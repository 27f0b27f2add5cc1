import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { dirname } from 'node:path';
import type { HookEvent } from '../../protocol/hook-event.ts';
import { sanitize } from '../../protocol/sanitize.ts';
import { wordsOf } from '../../protocol/words-of.ts';
import type { ResolvedHook } from '../config/load-config.ts';
import { isErrno } from '../errno.ts';

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
  const child = begin([program, words], event, file);
  if (typeof child === 'string') return { fault: child, tookMs: 0, output: '' };
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      if (output.length < maxOutput) output += chunk.toString();
    });
  }
  calm(child.pid);
  const ladder = endOnTime(child.pid, timeoutMs, over);
  const how = await endOf(child);
  const ended = ladder.close();
  const tookMs = Math.round(performance.now() - beganMs);
  const fault = ended ?? faultOf(how);
  return { fault, tookMs, output: sanitizeLines(output) };
}

/** @returns in words why there is no such process, where that is known at once */
function begin(
  [program, words]: readonly [string, readonly string[]],
  event: HookEvent,
  file: string,
): ChildProcessWithoutNullStreams | string {
  const env = { RIGDECK_EVENT: event.event, RIGDECK_EVENT_MODULE: event.module ?? '' };
  try {
    const child = spawn(program, words, {
      cwd: dirname(file),
      env: { ...process.env, ...env },
      detached: true,
    });
    child.stdin.on('error', () => undefined); // a command need not read what it is told
    child.stdin.end(`${JSON.stringify(event)}\n`);
    return child;
  } catch (error) {
    return wordsOf(error);
  }
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

type Ended = {
  readonly code: number | null;
  readonly signal: string | null;
  readonly error: unknown;
};

/** When it has ended and nobody holds its outputs any more. */
function endOf(child: ChildProcess): Promise<Ended> {
  let error: unknown = null;
  child.once('error', (why) => {
    error = why;
  });
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, error }));
  });
}

function faultOf({ code, signal, error }: Ended): string | null {
  if (isErrno(error, 'ENOENT')) return 'there is no such program';
  if (isErrno(error, 'EACCES')) return 'it may not be executed';
  if (error !== null) return wordsOf(error);
  if (signal !== null) return `it was ended by ${signal}`;
  return code === 0 ? null : `it ended with exit code ${code}`;
}

function sanitizeLines(output: string): string {
  const lines = output.slice(0, maxOutput).split('\n');
  return lines
    .map((line) => sanitize(line))
    .join('\n')
    .trimEnd();
}
