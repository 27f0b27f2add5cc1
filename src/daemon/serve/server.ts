import type { Socket } from 'node:net';
import { fileNames } from '../../protocol/names.ts';
import { rpcCodes } from '../../protocol/rpc.ts';
import type { ClientRecord } from '../../protocol/snapshot.ts';
import { createFeed } from './feed.ts';
import { type Limits, usualLimits } from './limits.ts';
import { answer, fault } from './lines.ts';
import { type Listening, listen } from './listen.ts';
import { createMethods } from './methods.ts';
import { type Need, Peer, stateKey } from './peer.ts';
import type { ServePort } from './serve-port.ts';
import { createTelemetryFeed } from './telemetry-feed.ts';

type Role = Peer['role'];

/**
 * Serves the rig on control.sock (who may act) and view.sock (who may look) of the run dir, whose lock the caller holds.
 *
 * @throws Error in words when the sockets cannot be made there
 */
export async function serve(
  port: ServePort,
  limits: Limits = usualLimits,
): Promise<{ close(): Promise<void> }> {
  const peers = new Set<Peer>();
  const feed = createFeed(port.rig);
  const telemetry = createTelemetryFeed((listener) => port.startTelemetry(listener));
  const log: ServePort['log'] = (level, message) => port.log(level, message);
  const mayWaitMs = () => port.mayWaitMs?.() ?? 0;
  let lastId = 0;
  let told: readonly ClientRecord[] = [];
  let isClosing = false;

  const watchersChanged = () => {
    if (isClosing) return;
    const now = [...peers].filter((peer) => peer.watches(stateKey)).map(record);
    if (JSON.stringify(now) === JSON.stringify(told)) return;
    told = now;
    port.clients(now);
  };
  const reply = createMethods({ port, feed, telemetry, watchersChanged });

  const accept = (role: Role) => (socket: Socket) => {
    if (!hasRoom(peers, role, limits) && !makeRoom(peers, role, limits)) {
      turnAway(socket, limits);
      return;
    }
    lastId += 1;
    port.arrived?.();
    const gone = (peer: Peer) => {
      peers.delete(peer);
      watchersChanged();
    };
    peers.add(new Peer(socket, { id: lastId, role, limits, mayWaitMs, reply, gone, log }));
  };

  const listening: Listening[] = [];
  const close = async () => {
    isClosing = true;
    for (const socket of listening) socket.close();
    feed.close();
    await Promise.all([...peers].map((peer) => peer.leave()));
  };
  const complain = (error: Error) => log('error', `socket: ${error.message}`);
  const view = { mode: 0o666, accept: accept('view'), fault: complain };
  const control = { mode: 0o660, accept: accept('control'), fault: complain, group: port.group };
  try {
    listening.push(await listen(port.runDir, fileNames.viewSocket, view));
    listening.push(await listen(port.runDir, fileNames.controlSocket, control));
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}

function hasRoom(peers: ReadonlySet<Peer>, role: Role, limits: Limits): boolean {
  const viewers = [...peers].filter((peer) => peer.role === 'view').length;
  return peers.size < limits.connections && (role !== 'view' || viewers < limits.viewConnections);
}

/** In this order they make way. */
const order: readonly Need['for'][] = ['never-asked', 'nothing', 'watching'];

/**
 * Who has asked nothing yet makes way first, then who has been idle for longest, then who has only watched for longest; nobody who
 * acts makes way for one who looks.
 */
function makeRoom(peers: Set<Peer>, role: Role, { idleMs, watchMs }: Limits): boolean {
  const [first] = [...peers]
    .flatMap((peer) => {
      const need = role === 'control' || peer.role === 'view' ? peer.need() : null;
      const leastMs = need?.for === 'watching' ? watchMs : idleMs;
      return need === null || need.ms < leastMs ? [] : [{ peer, ...need }];
    })
    .sort((a, b) => order.indexOf(a.for) - order.indexOf(b.for) || b.ms - a.ms);
  if (first === undefined) return false;
  peers.delete(first.peer); // what it still has to read is no reason to wait
  first.peer.giveWay();
  return true;
}

function turnAway(socket: Socket, limits: Limits): void {
  const full = fault(rpcCodes.refused, 'too many clients are connected already', {
    reason: 'busy',
    remedy: 'Close one of them and try again.',
  });
  const farewell = setTimeout(() => socket.destroy(), limits.farewellMs);
  socket.once('close', () => clearTimeout(farewell));
  socket.on('error', () => socket.destroy());
  socket.resume();
  socket.end(answer(null, full));
}

function record(peer: Peer): ClientRecord {
  const { id, role, since, identity } = peer;
  return { id, name: identity.name, actor: identity.actor, role, since };
}
