import {
  type HelloResult,
  helloSchema,
  historySchema,
  kioskPinSchema,
  logSchema,
  moduleShowSchema,
  type Request,
  telemetrySchema,
  watchSchema,
} from '../../protocol/frames.ts';
import { intentSchema } from '../../protocol/intent.ts';
import { nearest } from '../../protocol/nearest.ts';
import type { Verdict } from '../../protocol/rig.ts';
import { protocolVersion, rpcCodes } from '../../protocol/rpc.ts';
import { sanitize } from '../../protocol/sanitize.ts';
import type { Feed } from './feed.ts';
import { gpioMethods } from './gpio-methods.ts';
import { identityOf } from './identity.ts';
import { fault, type Reply } from './lines.ts';
import { type Method, taking, viewOnly } from './method.ts';
import { type Peer, stateKey, telemetryKey } from './peer.ts';
import { newestThatFit, readLog } from './read-log.ts';
import type { ServePort } from './serve-port.ts';
import { sessionMethods } from './session-methods.ts';
import type { TelemetryFeed } from './telemetry-feed.ts';

export type MethodsPort = {
  readonly port: ServePort;
  readonly feed: Feed;
  readonly telemetry: TelemetryFeed;
  /** Somebody began to watch, or a watcher gave another name. */
  watchersChanged(): void;
};

const usualIntervalMs = 1_000;
const usualLines = 100;
const usualEntries = 1_000;

/** Answers any request by the table of methods. */
export function createMethods(
  room: MethodsPort,
): (request: Request, peer: Peer) => ReturnType<Method> {
  const methods: ReadonlyMap<string, Method> = new Map([
    ['hello', hello(room)],
    ['state.get', () => ({ result: room.port.rig.snapshot() })],
    ['state.watch', watchState(room)],
    ['telemetry.watch', watchTelemetry(room)],
    ['intent', intent(room)],
    ['history.get', history(room)],
    ['log.read', log(room)],
    ['module.show', showModule(room)],
    ['preflight.get', async () => ({ result: await room.port.preflight() })],
    ...gpioMethods(room.port),
    ...sessionMethods(room.port),
    ['kiosk.pin', pin(room)],
  ]);
  return ({ method, params }, peer) => {
    const known = methods.get(method);
    if (known !== undefined) return known(params ?? {}, peer);
    const all = [...methods.keys()].join(', ');
    const daemon = `this daemon (rigdeck ${room.port.version})`;
    const words = `${daemon} has no method ${sanitize(method, 64)}; there are ${all}`;
    // A client that was updated, and a daemon that was not started again.
    const remedy = 'After an update start the new daemon; modules record on meanwhile.';
    return fault(rpcCodes.noMethod, words, { reason: 'no-method', remedy });
  };
}

function hello({ port, watchersChanged }: MethodsPort): Method {
  return taking(helloSchema, ({ protocol, client }, peer) => {
    if (protocol !== protocolVersion) {
      return fault(
        rpcCodes.invalid,
        `this daemon (rigdeck ${port.version}) speaks protocol ${protocolVersion}, this client protocol ${protocol}`,
        { reason: 'protocol', remedy: 'Use the same version of rigdeck for both.' },
      );
    }
    const before = peer.identity;
    if (client) peer.identity = identityOf(client);
    const isOther = peer.identity.name !== before.name || peer.identity.actor !== before.actor;
    const { epoch, seq } = port.rig.snapshot();
    const greeting: HelloResult = {
      protocol: 1,
      version: port.version,
      epoch,
      seq,
      role: peer.role,
    };
    return {
      result: greeting,
      after: () => {
        if (isOther && peer.watches(stateKey)) watchersChanged();
      },
    };
  });
}

// Snapshot and subscription are taken in one go, and nothing is sent between the answer and what follows it: no change
// can slip through.
function watchState({ port, feed, watchersChanged }: MethodsPort): Method {
  return taking(watchSchema, ({ since }, peer) => {
    const missed = since ? feed.after(since) : null;
    const snapshot = port.rig.snapshot();
    peer.outbox.forgetChanges();
    return {
      result: missed === null ? { snapshot } : { resumed: true, seq: snapshot.seq },
      after: () => {
        for (const sent of missed ?? []) peer.outbox.change(sent);
        const isNew = !peer.watches(stateKey);
        const end = feed.watch((sent) => peer.outbox.change(sent));
        peer.keep(stateKey, end);
        if (isNew) watchersChanged();
      },
    };
  });
}

function watchTelemetry({ telemetry }: MethodsPort): Method {
  return taking(telemetrySchema, ({ intervalMs }, peer) => {
    const everyMs = intervalMs ?? usualIntervalMs;
    return {
      result: { intervalMs: everyMs },
      after: () => {
        const end = telemetry.watch(everyMs, (line) => peer.outbox.offer(line));
        peer.keep(telemetryKey, end);
      },
    };
  });
}

function intent({ port }: MethodsPort): Method {
  const submit = taking(intentSchema, (wish, peer) =>
    port.rig.submit(wish, { actor: peer.identity.actor }).then(sayVerdict),
  );
  return (params, peer) => (peer.role === 'view' ? viewOnly : submit(params, peer));
}

function pin({ port }: MethodsPort): Method {
  const judge = taking(kioskPinSchema, ({ pin: typed }) => ({ result: { ok: port.isPin(typed) } }));
  return (params, peer) => (peer.role === 'view' ? viewOnly : judge(params, peer));
}

function sayVerdict(verdict: Verdict): Reply {
  if (!verdict.ok) {
    const { reason, message, remedy } = verdict.refusal;
    return fault(rpcCodes.refused, message, { reason, remedy, seq: verdict.seq });
  }
  const { ok: _, ...result } = verdict;
  return { result };
}

function history({ port }: MethodsPort): Method {
  return taking(historySchema, async ({ module, since, limit }) => {
    const query = { module: module ?? null, since: since ?? null, limit: limit ?? usualEntries };
    return { result: newestThatFit(await port.history(query)) };
  });
}

// Through view.sock comes everybody, and an address with a password may be among the options.
function showModule({ port }: MethodsPort): Method {
  return taking(moduleShowSchema, async ({ module }, { role }): Promise<Reply> => {
    const detail = await port.module(module, role === 'view' ? 'kept-back' : 'told');
    return detail === null ? noSuchModule(port, module) : { result: detail };
  });
}

function log({ port }: MethodsPort): Method {
  return taking(logSchema, ({ module, lines, follow }, peer) => {
    if (!port.logs.exists(module)) return noSuchModule(port, module);
    const wish = follow ? 'begin' : follow === false ? 'end' : 'keep';
    return readLog(port.logs, peer, { module, lines: lines ?? usualLines, follow: wish });
  });
}

function noSuchModule({ rig }: ServePort, module: string): Reply {
  const known = Object.keys(rig.snapshot().modules);
  const near = nearest(module, known);
  const all = known.length === 0 ? 'There are no modules.' : `There are: ${known.join(', ')}.`;
  const remedy = near === null ? all : `Did you mean ${near}?`;
  return fault(rpcCodes.refused, `there is no module "${sanitize(module, 64)}"`, {
    reason: 'no-such-module',
    remedy,
  });
}
