import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { until } from '../support/until.ts';

const hz = 5;
/** Debian keeps gpsd where only root looks for programs. */
const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` };

/** A GPS receiver that gpsd reads over TCP: it says NMEA sentences of now, as often as it is asked. */
export class GpsReceiver {
  hasFix = true;
  /** It lives, and says nothing. */
  isSilent = false;
  /** By how much its clock is behind ours. */
  behindMs = 0;
  readonly #sockets = new Set<net.Socket>();
  readonly #server = net.createServer((socket) => this.#feed(socket));

  static async plugIn(): Promise<GpsReceiver> {
    const receiver = new GpsReceiver();
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get device(): string {
    const address = this.#server.address();
    return `tcp://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  }

  #feed(socket: net.Socket): void {
    this.#sockets.add(socket);
    const timer = setInterval(() => {
      if (!this.isSilent) socket.write(this.#cycle());
    }, 1_000 / hz);
    socket.on('error', () => undefined); // gpsd was ended
    socket.on('close', () => {
      clearInterval(timer);
      this.#sockets.delete(socket);
    });
  }

  #cycle(): string {
    const now = new Date(Date.now() - this.behindMs).toISOString();
    const time = now.slice(11, 22).replaceAll(':', '');
    const date = `${now.slice(8, 10)}${now.slice(5, 7)}${now.slice(2, 4)}`;
    const place = this.hasFix ? '4807.038,N,01131.000,E' : ',,,';
    return [
      `GPRMC,${time},${this.hasFix ? 'A' : 'V'},${place},${this.hasFix ? '022.4,084.4' : ','},${date},,,A`,
      `GPGGA,${time},${place},${this.hasFix ? '1,03,0.9,545.4,M,46.9,M' : '0,00,99.9,,,,'},,`,
      `GPGSA,A,${this.hasFix ? '3,04,05,09' : '1,,,'},,,,,,,,,,2.5,1.3,2.1`,
      'GPGSV,1,1,04,04,40,083,46,05,17,308,41,09,07,344,39,12,02,120,',
    ]
      .map((sentence) => `$${sentence}*${checksum(sentence)}\r\n`)
      .join('');
  }

  async unplug(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await until('the receiver is unplugged', () => this.#sockets.size === 0);
  }
}

/** NMEA 0183: all characters between $ and *, exclusive-ored. */
function checksum(sentence: string): string {
  const sum = [...sentence].reduce((all, one) => all ^ one.charCodeAt(0), 0);
  return sum.toString(16).toUpperCase().padStart(2, '0');
}

/** A real gpsd of the test's own. */
export class Gpsd {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(port: number, child: ChildProcess) {
    this.port = port;
    this.#child = child;
  }

  /** Starts it and waits until it answers; somebody else may have taken the port meanwhile, then on another one. */
  static async start(device: string, wantedPort?: number): Promise<Gpsd> {
    return await until('gpsd answers', async () => {
      const port = wantedPort ?? (await freePort());
      const words = ['-N', '-n', '-S', `${port}`, device];
      const gpsd = new Gpsd(port, spawn('gpsd', words, { stdio: 'ignore', env }));
      if (await gpsd.#answers()) return gpsd;
      await gpsd.end();
      return undefined;
    });
  }

  async #answers(): Promise<boolean> {
    return await until('gpsd answers or ends', async () => {
      if (this.#hasEnded) return 'ended';
      return (await greets(this.port)) ? 'answers' : undefined;
    }).then((what) => what === 'answers');
  }

  get #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  async end(): Promise<void> {
    if (this.#hasEnded) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', () => resolve(false));
    socket.once('data', (text) => {
      socket.destroy();
      resolve(String(text).includes('"VERSION"'));
    });
  });
}
