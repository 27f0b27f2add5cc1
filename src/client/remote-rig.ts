import type { HistoryEntry } from '../protocol/frames.ts';
import type { ModuleDetail } from '../protocol/module-detail.ts';
import type { Preflight } from '../protocol/preflight.ts';
import type { Link, RemoteRig, RemoteView } from '../protocol/rig.ts';
import { protocolVersion } from '../protocol/rpc.ts';
import type { Change, Telemetry } from '../protocol/snapshot.ts';
import { frozen } from './apply-change.ts';
import { type Connection, connect } from './connection.ts';
import { NoDaemonError, sayError } from './errors.ts';
import { createLogFollows, type LogFollows } from './log-follows.ts';
import { withLook } from './rate-history.ts';
import { reconnect } from './reconnect.ts';
import { howToStart, readStatusFile } from './run-dir.ts';
import { createSessionQuestions, type SessionQuestions } from './session-questions.ts';
import { createStateSync } from './state-sync.ts';
import { pressButton, submitIntent } from './submit-intent.ts';
import { createViewStore, type ViewStore } from './view-store.ts';
import { watchSilence } from './watch-silence.ts';

export type RemoteRigOptions = {
  readonly name: string;
  /** How often telemetry is wanted, in ms. None is asked for without it. */
  readonly telemetryMs?: number;
  readonly viewOnly?: boolean;
  /** Given what listeners throw. Nobody is told otherwise: a screen must not be written over. */
  readonly fault?: (error: unknown) => void;
};

/** A disk that hangs is said by the daemon itself, after 10 s. */
const preflightMs = 30_000;
/** A line on which nothing is said for so long is asked whether somebody is there. */
const silentMs = 5_000;
/** The same where figures are told at their intervals: so many of them may be missed. */
const missedFigures = 2.5;
const pingTimeoutMs = 3_000;

/**
 * The rig of a run dir across the socket. It connects by itself, again and again, until it is closed; while the line is down
 * `link` says so and the last snapshot stays.
 */
export function createRemoteRig(runDir: string, options: RemoteRigOptions): RemoteRig {
  const fault = options.fault ?? (() => undefined);
  const store = createViewStore(fault);
  const follows = createLogFollows(fault);
  let line: Connection | null = null;
  let isClosed = false;
  const liveLine = (): Connection => {
    const { link } = store.view();
    if (line !== null && link.state === 'live') return line;
    const why = link.state === 'lost' ? link.words : `not connected to ${runDir} yet`;
    throw new NoDaemonError(why, howToStart(runDir));
  };
  const known: Rooms['known'] = { untilMs: null };
  const sessions = createSessionQuestions(liveLine, fault);

  const stop = reconnect(
    async () => {
      const opened = await connect(runDir, options);
      if (isClosed) opened.close();
      line = opened;
      try {
        return await live(opened, { store, follows, sessions, options, known });
      } finally {
        line = null;
        sessions.cutOff();
      }
    },
    (why, retryMs) => {
      const last = lastWord(runDir, store.view());
      const link = lostLink(store.view().link, why, retryMs, known.untilMs ?? Date.now());
      if (last === null) store.set({ link });
      else store.set({ ...last.facts, link: { ...link, downBy: last.by } });
    },
  );

  return {
    view: store.view,
    subscribe: store.subscribe,
    submit: async (intent) => submitIntent(liveLine(), intent),
    readLog: async (module, lines) => {
      const answer = await liveLine().call('log.read', { module, lines });
      return (answer as { lines: readonly string[] }).lines;
    },
    followLog: follows.follow,
    history: async (query) =>
      (await liveLine().call('history.get', query)) as readonly HistoryEntry[],
    preflight: async () => (await liveLine().call('preflight.get', {}, preflightMs)) as Preflight,
    press: async (button, holdMs) => pressButton(liveLine(), button, holdMs),
    sessions,
    module: async (module) => (await liveLine().call('module.show', { module })) as ModuleDetail,
    checkPin: async (pin) => ((await liveLine().call('kiosk.pin', { pin })) as { ok: boolean }).ok,
    close: () => {
      isClosed = true;
      stop();
      line?.close();
    },
  };
}

type Rooms = {
  readonly store: ViewStore;
  readonly follows: LogFollows;
  readonly sessions: SessionQuestions;
  readonly options: RemoteRigOptions;
  /** Until when what was said on the last line is known to have been true, wall clock in ms. */
  readonly known: { untilMs: number | null };
};

/** One connection from its beginning to its end; gives why it ended. */
async function live(
  line: Connection,
  { store, follows, sessions, options, known }: Rooms,
): Promise<unknown> {
  let why: unknown;
  const fail = (error: unknown) => {
    why ??= error; // what follows from closing says less than what came first
    line.close();
  };
  const { telemetryMs: intervalMs } = options;
  const quietMs =
    intervalMs === undefined ? silentMs : Math.min(silentMs, missedFigures * intervalMs);
  const ask = () => line.call('hello', { protocol: protocolVersion }, pingTimeoutMs);
  const watch = watchSilence(ask, quietMs, fail);
  const sync = createStateSync({
    watch: (since) => line.call('state.watch', { since }),
    publish: (snapshot) => store.set({ snapshot }),
    fail,
  });
  line.onNotification((method, params) => {
    watch.heard();
    try {
      if (method === 'state.change') sync.hear(params as Change);
      else if (method === 'telemetry') hearTelemetry(store, params as Telemetry);
      else if (method === 'log') follows.hear(params);
      else if (method === 'sessions.verify') sessions.hear(params);
    } catch (error) {
      fail(error); // it has not the shape it should have: whoever speaks here is no daemon of ours
    }
  });
  try {
    await sync.begin(store.view().snapshot);
    // Looks before the line was lost are no neighbours of those that come now.
    store.set({ rates: {}, link: { state: 'live', role: line.hello.role, words: line.note } });
    follows.use(line);
    if (intervalMs !== undefined) line.call('telemetry.watch', { intervalMs }).catch(fail);
  } catch (error) {
    fail(error);
  }
  await line.closed;
  known.untilMs = watch.knownMs();
  watch.end();
  sync.end();
  follows.use(null);
  return why ?? line.farewell() ?? new Error('the daemon closed the connection');
}

function hearTelemetry(store: ViewStore, telemetry: Telemetry): void {
  const { snapshot, rates } = store.view();
  store.set({
    telemetry,
    rates: snapshot === null ? rates : withLook(rates, telemetry, snapshot),
  });
}

/**
 * What a daemon said last that was stopped in order: who asked for it, and how the rig was then. Of one that we had seen
 * only: what another left is not ours to show.
 */
function lastWord(runDir: string, { snapshot, link }: RemoteView) {
  const status = readStatusFile(runDir);
  if (status?.stoppedBy === undefined || status.epoch !== snapshot?.epoch) return null;
  const isShown = link.state === 'lost' && link.downBy !== undefined;
  const facts = isShown ? {} : { snapshot: frozen(status), telemetry: null };
  return { by: status.stoppedBy, facts };
}

function lostLink(
  before: Link,
  why: unknown,
  retryMs: number,
  knownMs: number,
): Extract<Link, { state: 'lost' }> {
  const nowMs = Date.now();
  const sinceMs = before.state === 'lost' ? before.sinceMs : knownMs;
  return { state: 'lost', sinceMs, retryAtMs: nowMs + retryMs, words: sayError(why) };
}
