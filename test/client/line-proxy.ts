import { createConnection, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { temporaryRunDir } from '../daemon/serve/served-rig.ts';

export type LineProxy = {
  readonly runDir: string;
  /** Every line that the daemon sent, as it was passed on. */
  readonly passed: string[];
  /** What becomes of the next lines from the daemon; null loses one. */
  edit: (line: string) => string | null;
  cut(): void;
};

/** A bad line to a real daemon: it can be cut, and it can lose or change what goes over it. */
export async function lineProxy(daemonRunDir: string): Promise<LineProxy> {
  const runDir = temporaryRunDir();
  const sockets = new Set<Socket>();
  const proxy: LineProxy = {
    runDir,
    passed: [],
    edit: (line) => line,
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
  const server = createServer((client) => {
    const daemon = createConnection(`${daemonRunDir}/control.sock`);
    for (const [socket, other] of [
      [client, daemon],
      [daemon, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.pipe(daemon);
    let rest = '';
    daemon.setEncoding('utf8');
    daemon.on('data', (chunk: string) => {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines.map((one) => proxy.edit(one)).filter((one) => one !== null)) {
        proxy.passed.push(line);
        client.write(`${line}\n`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(`${runDir}/control.sock`, resolve));
  onTestFinished(() => {
    server.close();
    proxy.cut();
  });
  return proxy;
}
