import type { HelloResult } from '../protocol/frames.ts';
import { protocolVersion } from '../protocol/rpc.ts';
import { createCalls } from './calls.ts';
import { NoDaemonError, type RemoteError } from './errors.ts';
import { openSocket } from './open-socket.ts';
import { readMessages } from './read-messages.ts';
import { howToStart } from './run-dir.ts';
import { whoAmI } from './who-am-i.ts';

/** A line to a daemon that has greeted us. */
export type Connection = {
  readonly hello: HelloResult;
  /** Why less is allowed than was asked for, and which group to join. Null when nothing is missing. */
  readonly note: string | null;
  /**
   * Asks one thing. Rejects with RemoteError when the daemon says no, with NoDaemonError when it does not answer in time
   * (10 s unless told) or goes away.
   */
  call(method: string, params?: object, timeoutMs?: number): Promise<unknown>;
  /**
   * Tells notifications from now on, in the order they came. Those that come in one piece with an answer are told before
   * whoever awaits that answer goes on.
   */
  onNotification(listener: (method: string, params: unknown) => void): void;
  readonly closed: Promise<void>;
  /** Why the daemon sent us away, in its words; null where it did not. */
  farewell(): RemoteError | null;
  close(): void;
};

export type ConnectOptions = {
  /** What the client calls itself: `status`, `tui`, `kiosk`. */
  readonly name: string;
  /** For the greeting. 2,000 unless told. */
  readonly timeoutMs?: number;
  readonly viewOnly?: boolean;
};

/** No command waits longer for an absent daemon. Connecting itself fails or is done at once. */
const greetingTimeoutMs = 2_000;
const callTimeoutMs = 10_000;

/**
 * Connects to the daemon of a run dir and greets it. Where control.sock may not be opened, view.sock is taken, and
 * `hello.role` and `note` say so.
 *
 * @throws NoDaemonError when nobody answers in time; RemoteError when the daemon refuses the greeting
 */
export async function connect(runDir: string, options: ConnectOptions): Promise<Connection> {
  const { socket, note } = await openSocket(runDir, options.viewOnly ? 'view' : 'control');
  const calls = createCalls((line) => socket.write(line), runDir);
  const listeners: ((method: string, params: unknown) => void)[] = [];
  socket.on('error', () => socket.destroy()); // 'close' follows and tells everybody who waits
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      const words = `the daemon in ${runDir} closed the connection`;
      calls.end(new NoDaemonError(words, howToStart(runDir)));
      resolve();
    });
  });
  readMessages(socket, (message) => {
    if (message.is === 'answer') calls.settle(message.answer);
    else for (const tell of listeners) tell(message.method, message.params);
  });
  try {
    const greeting = { protocol: protocolVersion, client: { name: options.name, ...whoAmI() } };
    const timeoutMs = options.timeoutMs ?? greetingTimeoutMs;
    const hello = asHello(await calls.ask('hello', greeting, timeoutMs), runDir);
    return {
      hello,
      note,
      call: (method, params, timeoutMs = callTimeoutMs) => calls.ask(method, params, timeoutMs),
      onNotification: (listener) => listeners.push(listener),
      closed,
      farewell: calls.farewell,
      close: () => socket.destroy(),
    };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function asHello(answer: unknown, runDir: string): HelloResult {
  const said = typeof answer === 'object' && answer !== null ? answer : {};
  if ('protocol' in said && said.protocol === protocolVersion) return said as HelloResult;
  throw new NoDaemonError(
    `what answers in ${runDir} speaks another protocol than this client (${protocolVersion})`,
    'Install the same version of rigdeck for the daemon and its clients, and restart the daemon.',
  );
}
