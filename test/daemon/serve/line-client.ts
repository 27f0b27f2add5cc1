import { createConnection, type Socket } from 'node:net';
import { onTestFinished, vi } from 'vitest';

type Frame = {
  readonly id?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
  readonly method?: string;
  readonly params?: unknown;
};

export type LineClient = {
  readonly socket: Socket;
  /** Everything that came, in order. */
  readonly frames: Frame[];
  isClosed(): boolean;
  say(text: string | Buffer): void;
  /** Asks and waits for the answer. */
  ask(method: string, params?: object): Promise<Frame>;
  /** The first frame that fits, also one that came before. */
  frame(fits: (frame: Frame) => boolean): Promise<Frame>;
  notifications(method: string): Frame[];
};

/** What `nc -U` is: a socket and lines, and nothing that knows the protocol. */
export async function lineClient(path: string): Promise<LineClient> {
  const socket = createConnection(path);
  const frames: Frame[] = [];
  let rest = '';
  let asked = 0;
  let closed = false;
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) frames.push(JSON.parse(line));
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    closed = true;
  });
  onTestFinished(() => {
    socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  const frame: LineClient['frame'] = (fits) =>
    vi.waitFor(
      () => {
        const found = frames.find(fits);
        if (found === undefined) throw new Error(`not among ${frames.length} frames`);
        return found;
      },
      { timeout: 10_000, interval: 5 },
    );
  return {
    socket,
    frames,
    isClosed: () => closed,
    say: (text) => socket.write(text),
    ask: (method, params) => {
      asked += 1;
      const id = `q${asked}`;
      socket.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
      return frame((one) => one.id === id);
    },
    frame,
    notifications: (method) => frames.filter((one) => one.method === method),
  };
}
