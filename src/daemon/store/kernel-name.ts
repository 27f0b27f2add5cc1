import { connect, createServer, type Server, type Socket } from 'node:net';
import { isErrno } from '../errno.ts';

/** So much of what a holder says is thrown away before he is not listened to any more: he may say whatever he likes. */
const maxBytes = 1_024;

/**
 * Takes a name in the kernel (unix(7), "Abstract sockets"): it is gone with the process however that ends.
 *
 * @param words what everybody is told who connects
 * @returns null where somebody else has that name
 * @throws what the system says where it knows no such names
 */
export function takeName(name: string, words: string): Promise<Server | null> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(words);
  });
  server.maxConnections = 8;
  server.unref();
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      if (isErrno(error, 'EADDRINUSE')) resolve(null);
      else reject(error);
    });
    server.listen(name, () => resolve(server));
  });
}

/** A name that somebody else holds: it is taken as soon as it is seen to be free. */
export class AwaitedName {
  readonly #name: string;
  readonly #words: string;
  /** Ends when the holder does: the kernel closes it then. */
  #ear: Socket | null = null;
  #server: Server | null = null;
  #isTrying = false;
  #isOver = false;
  #taken: () => void = () => undefined;

  constructor(name: string, words: string) {
    this.#name = name;
    this.#words = words;
  }

  /** Is called once the name is ours. */
  onTaken(taken: () => void): void {
    this.#taken = taken;
  }

  /** Tries once, and listens for the holder's end. To be called now and then: one who listens to nobody is not heard to end. */
  look(): void {
    void this.#try().then(() => this.#listen());
  }

  release(): void {
    this.#isOver = true;
    this.#ear?.destroy();
    this.#server?.close();
  }

  async #try(): Promise<void> {
    if (this.#isOver || this.#isTrying || this.#server !== null) return;
    this.#isTrying = true;
    const server = await takeName(this.#name, this.#words).catch(() => null);
    this.#isTrying = false;
    if (server === null) return;
    if (this.#isOver) return void server.close();
    this.#server = server;
    this.#ear?.destroy();
    this.#taken();
  }

  #listen(): void {
    if (this.#isOver || this.#server !== null || this.#ear !== null) return;
    let heard = 0;
    const ear = connect(this.#name).unref();
    this.#ear = ear;
    ear.on('data', (chunk) => {
      heard += chunk.length;
      if (heard > maxBytes) ear.destroy();
    });
    ear.on('error', () => ear.destroy());
    ear.once('close', () => {
      this.#ear = null;
      void this.#try();
    });
  }
}
