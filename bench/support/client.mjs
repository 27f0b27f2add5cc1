import { createConnection } from 'node:net';

/** CLOCK_MONOTONIC in ms, which is the same in all processes. */
export function monoMs() {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** A client of the socket that does no more than it must, so that what is measured is the daemon. */
export class Client {
  #socket;
  #rest = '';
  #nextId = 1;
  #calls = new Map();
  #listeners = new Set();

  /** @param {string} path of a socket. Rejects when nobody listens there. */
  static open(path) {
    return new Promise((resolve, reject) => {
      const socket = createConnection(path);
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Client(socket));
      });
    });
  }

  constructor(socket) {
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (text) => this.#take(text));
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      for (const { reject } of this.#calls.values()) reject(new Error('the connection ended'));
    });
  }

  /** Sends a request and gives its result. */
  call(method, params = {}) {
    const id = this.#nextId;
    this.#nextId += 1;
    this.write({ jsonrpc: '2.0', id, method, params });
    return new Promise((resolve, reject) => this.#calls.set(id, { resolve, reject }));
  }

  /** Sends one line. */
  write(message) {
    this.#socket.write(`${JSON.stringify(message)}\n`);
  }

  hello(name = 'bench') {
    return this.call('hello', { protocol: 1, client: { name } });
  }

  /** Tells every notification. Gives the function that ends it. */
  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close() {
    this.#socket.destroy();
  }

  #take(text) {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#hear(JSON.parse(line));
  }

  #hear(message) {
    const call = this.#calls.get(message.id);
    if (call === undefined) {
      for (const tell of this.#listeners) tell(message);
      return;
    }
    this.#calls.delete(message.id);
    if (message.error) call.reject(new Error(message.error.message));
    else call.resolve(message.result);
  }
}
