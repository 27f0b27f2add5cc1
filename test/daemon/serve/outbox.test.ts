import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { SentChange } from '../../../src/daemon/serve/feed.ts';
import { notification } from '../../../src/daemon/serve/lines.ts';
import { createOutbox } from '../../../src/daemon/serve/outbox.ts';
import type { Change } from '../../../src/protocol/snapshot.ts';
import { snapshotWith } from '../../support/sample-rig.ts';
import { lineClient } from './line-client.ts';

/** Somebody who watches, and what goes to him. */
async function watched() {
  const folder = mkdtempSync(join(tmpdir(), 'out-'));
  const server = createServer().listen(join(folder, 'socket'));
  await once(server, 'listening');
  const came = once(server, 'connection') as Promise<[Socket]>;
  const client = await lineClient(join(folder, 'socket'));
  const [socket] = await came;
  onTestFinished(() => {
    socket.destroy();
    server.close();
    rmSync(folder, { recursive: true });
  });
  const limits = { unreadBytes: 65_536, stuckMs: 30_000 };
  const nothing = () => undefined;
  const port = { ...limits, mayWaitMs: () => 0, drained: nothing, stuck: nothing };
  return { client, outbox: createOutbox(socket, port) };
}

function sent(seq: number, line?: SentChange['line']): SentChange {
  const change: Change = {
    ...{ ...snapshotWith({}), seq },
    ...{ monoMs: 1, actor: 'rig', cause: 'test', changed: {} },
  };
  return { change, line: line ?? (() => notification('state.change', change)) };
}

test('a change that cannot be put into a line is a mistake once, and none that comes later waits behind it', async () => {
  const { client, outbox } = await watched();
  const cannot = () => {
    throw new TypeError('not an integer: 0.5');
  };
  outbox.change(sent(1));
  expect(() => outbox.change(sent(2, cannot))).toThrow('0.5');
  outbox.change(sent(3));
  const told = () =>
    client.notifications('state.change').map(({ params }) => (params as Change).seq);
  await expect.poll(told, { timeout: 10_000, interval: 5 }).toEqual([1, 3]);
  outbox.close();
});
