import type { Socket } from 'node:net';
import type { Request } from '../../protocol/frames.ts';
import { maxFrameBytes, rpcCodes } from '../../protocol/rpc.ts';
import { sayCount } from '../../protocol/units.ts';
import { monoMs } from '../clock.ts';
import { type Identity, unnamed } from './identity.ts';
import type { Limits } from './limits.ts';
import { createLineCutter, type LineCutter } from './line-cutter.ts';
import { answer, fault, type Reply } from './lines.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { readRequest } from './requests.ts';

export type PeerPort = {
  readonly id: number;
  readonly role: 'control' | 'view';
  readonly limits: Limits;
  /** How long what changed may be held back now, in ms. */
  mayWaitMs(): number;
  /** What is asked is begun before this returns, so that the requests of one peer keep their order. */
  reply(request: Request, peer: Peer): Reply | Promise<Reply>;
  gone(peer: Peer): void;
  log(level: 'warn' | 'error', message: string): void;
};

/** The subscription that makes a peer a client that others see. */
export const stateKey = 'state';
export const telemetryKey = 'telemetry';
export const logKey = (module: string) => `log ${module}`;

export type Need = {
  readonly for: 'never-asked' | 'nothing' | 'watching';
  readonly ms: number;
};

/**
 * One connection: what it asks is answered, what it watches is sent to it.
 *
 * It is not read while as many of its questions wait as may, or while it does not read itself: the pressure stays in its own
 * socket. `open` -> `asked-all` (it closed its direction and waits for answers) -> `leaving`.
 */
export class Peer {
  readonly id: number;
  readonly role: 'control' | 'view';
  readonly since: string = new Date().toISOString();
  readonly outbox: Outbox;
  identity: Identity = unnamed;
  readonly #socket: Socket;
  readonly #port: PeerPort;
  readonly #cutter: LineCutter = createLineCutter(maxFrameBytes);
  readonly #subscriptions = new Map<string, () => void>();
  readonly #closed: Promise<void>;
  readonly #silent: NodeJS.Timeout;
  #farewell: NodeJS.Timeout | undefined;
  /** The rest of one chunk: nothing more is read while it lasts. */
  #backlog: string[] = [];
  #inFlight = 0;
  #badLines = 0;
  #stage: 'open' | 'asked-all' | 'leaving' = 'open';
  #hasAsked = false;
  /** Since when it waits for nothing. */
  #doneMonoMs: number = monoMs();

  constructor(socket: Socket, port: PeerPort) {
    this.id = port.id;
    this.role = port.role;
    this.#socket = socket;
    this.#port = port;
    const { unreadBytes, stuckMs, silentMs } = port.limits;
    this.outbox = createOutbox(socket, {
      unreadBytes,
      stuckMs,
      mayWaitMs: () => port.mayWaitMs(),
      drained: () => this.#work(),
      stuck: () => socket.destroy(),
    });
    this.#silent = setTimeout(() => this.#sendAway('nothing was asked in time'), silentMs);
    socket.on('data', (chunk: Buffer) => this.#hear(chunk));
    socket.on('end', () => this.#hearEnd());
    socket.on('error', () => socket.destroy()); // resets and broken pipes: 'close' follows
    this.#closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#forget();
        resolve();
      });
    });
  }

  /** Remembers how a subscription ends: when another takes its key, when it is dropped, or with the connection. */
  keep(key: string, end: () => void): void {
    this.drop(key);
    if (this.#stage === 'leaving') end();
    else this.#subscriptions.set(key, end);
  }

  drop(key: string): void {
    const end = this.#subscriptions.get(key);
    this.#subscriptions.delete(key);
    end?.();
  }

  watches(key: string): boolean {
    return this.#subscriptions.has(key);
  }

  /** What it needs its place for, and for how many ms it has asked nothing; null while something is done for it. */
  need(): Need | null {
    const isServed = [...this.#subscriptions.keys()].some((key) => !isWatching(key));
    if (this.#inFlight > 0 || isServed) return null;
    const ms = monoMs() - this.#doneMonoMs;
    if (this.#subscriptions.size > 0) return { for: 'watching', ms };
    if (this.outbox.isBehind()) return null;
    return { for: this.#hasAsked ? 'nothing' : 'never-asked', ms };
  }

  /** Its place is needed. */
  giveWay(): void {
    if (this.#subscriptions.size === 0)
      return this.#sendAway('others wait for this place, and nothing was asked');
    this.outbox.answer(answer(null, fault(rpcCodes.refused, tooMany.message, tooMany.data)));
    void this.leave();
  }

  /** Sends what is still to be sent and closes. Resolves when the connection is gone. */
  leave(): Promise<void> {
    if (this.#stage === 'leaving') return this.#closed;
    this.#stage = 'leaving';
    this.#backlog = [];
    this.#endSubscriptions();
    this.outbox.release();
    this.#socket.end();
    // What it still says is read and thrown away: closing over unread bytes could cost it our last words.
    this.#socket.resume();
    this.#farewell = setTimeout(() => this.#socket.destroy(), this.#port.limits.farewellMs);
    return this.#closed;
  }

  #hear(chunk: Buffer): void {
    if (this.#stage !== 'open') return;
    this.#backlog = this.#backlog.concat(this.#cutter.push(chunk));
    this.#work();
  }

  #hearEnd(): void {
    if (this.#stage === 'open') this.#stage = 'asked-all';
    this.#work();
  }

  #work(): void {
    while (this.#stage !== 'leaving' && !this.#isFull()) {
      const line = this.#backlog.shift();
      if (line === undefined) break;
      this.#take(line);
    }
    this.#goOn();
  }

  #goOn(): void {
    if (this.#stage === 'leaving') return;
    if (this.#backlog.length > 0 || this.#isFull()) this.#socket.pause();
    else if (this.#cutter.isOverfull()) this.#refuseLine();
    else if (this.#stage === 'asked-all' && this.#inFlight === 0) void this.leave();
    else this.#socket.resume();
  }

  #isFull(): boolean {
    return this.#inFlight >= this.#port.limits.inFlight || this.outbox.isBehind();
  }

  #take(line: string): void {
    const read = readRequest(line);
    if (!read.ok) {
      this.#badLines += 1;
      this.outbox.answer(answer(read.id, read.reply));
      return;
    }
    clearTimeout(this.#silent);
    this.#hasAsked = true;
    this.#doneMonoMs = monoMs();
    const reply = this.#port.reply(read.request, this);
    if (reply instanceof Promise) this.#await(read.request, reply);
    else this.#finish(read.request, reply);
  }

  #await(request: Request, reply: Promise<Reply>): void {
    this.#inFlight += 1;
    const settle = (settled: Reply) => {
      this.#inFlight -= 1;
      this.#doneMonoMs = monoMs();
      this.#finish(request, settled);
      this.#work();
    };
    reply.then(settle, (error: unknown) => {
      this.#port.log('error', `${request.method} could not be answered: ${error}`);
      settle(fault(rpcCodes.internal, 'the daemon could not answer this: its log says why'));
    });
  }

  #finish(request: Request, reply: Reply): void {
    // A request without an id is a notification (JSON-RPC 2.0, section 4.1): done, and not answered.
    if (request.id !== undefined) this.outbox.answer(answer(request.id, reply));
    if ('result' in reply) reply.after?.();
  }

  #refuseLine(): void {
    this.#badLines += 1;
    this.#sendAway(tooLong);
  }

  #sendAway(words: string): void {
    this.outbox.answer(answer(null, fault(rpcCodes.invalid, words)));
    void this.leave();
  }

  #forget(): void {
    this.#stage = 'leaving';
    clearTimeout(this.#silent);
    clearTimeout(this.#farewell);
    this.outbox.close();
    this.#endSubscriptions();
    if (this.#badLines > 0) {
      const words = `client ${this.id} (${this.identity.name}) sent ${sayCount(this.#badLines, 'line that is no request', 'lines that are no requests')}`;
      this.#port.log('warn', words);
    }
    this.#port.gone(this);
  }

  #endSubscriptions(): void {
    for (const key of [...this.#subscriptions.keys()]) this.drop(key);
  }
}

/** Who is subscribed to anything else has something done for him. */
function isWatching(key: string): boolean {
  return key === stateKey || key === telemetryKey || key.startsWith(logKey(''));
}

const tooMany = {
  message: 'too many clients watch this rig: this place went to somebody who came',
  data: { reason: 'busy', remedy: 'Close some: `rigdeck status --json` names those that watch.' },
} as const;

const tooLong = `a line may have at most ${maxFrameBytes} bytes`;
