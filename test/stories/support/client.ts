import { followState } from '../../../src/cli/follow-state.ts';
import { type Connection, connect } from '../../../src/client/connection.ts';
import { NoDaemonError } from '../../../src/client/errors.ts';
import { submitIntent } from '../../../src/client/submit-intent.ts';
import type { Intent } from '../../../src/protocol/intent.ts';
import type { Verdict } from '../../../src/protocol/rig.ts';
import type { Change, ModuleRecord, Snapshot } from '../../../src/protocol/snapshot.ts';
import { patiently, until } from '../../support/until.ts';

/** Somebody who watches a rig and wishes things of it, through the real client. */
export type Client = {
  readonly connection: Connection;
  /** Every change that was told, in order. */
  readonly changes: readonly Change[];
  now(): Snapshot;
  module(name: string): ModuleRecord;
  /** Waits for a state, also one that lasts for a moment only. */
  until(what: string, isSo: (now: Snapshot) => unknown, withinMs?: number): Promise<Snapshot>;
  wish(intent: Intent): Promise<Verdict>;
  /** A wish that must come true. */
  insist(intent: Intent): Promise<Extract<Verdict, { readonly ok: true }>>;
  close(): void;
};

/** Connects as soon as a daemon answers. */
export async function openClient(
  runDir: string,
  name = 'story',
  withinMs = 15_000,
): Promise<Client> {
  const connection = await until('a daemon answers', () => tryConnect(runDir, name), withinMs);
  const changes: Change[] = [];
  connection.onNotification((method, params) => {
    if (method === 'state.change') changes.push(params as Change);
  });
  const state = await followState(connection);
  const wish = (intent: Intent) => submitIntent(connection, intent);
  return {
    connection,
    changes,
    now: state.present,
    module: (module) => {
      const record = state.present().modules[module];
      if (record === undefined) throw new Error(`there is no module ${module}`);
      return record;
    },
    until: async (what, isSo, ms = 15_000) => {
      let seen: Snapshot | null = null;
      const look = (now: Snapshot) => {
        if (isSo(now)) seen = now;
        return seen !== null;
      };
      if (await state.until(look, patiently(ms))) return seen ?? state.present();
      throw new Error(`never seen: ${what}; it is ${sayState(state.present())}`);
    },
    wish,
    insist: async (intent) => {
      const verdict = await wish(intent);
      if (verdict.ok) return verdict;
      throw new Error(`${intent.kind} was refused: ${verdict.refusal.message}`);
    },
    close: () => connection.close(),
  };
}

async function tryConnect(runDir: string, name: string): Promise<Connection | null> {
  try {
    return await connect(runDir, { name });
  } catch (error) {
    if (error instanceof NoDaemonError) return null;
    throw error;
  }
}

/** A rig in one line, for whoever reads why a story failed. */
function sayState({ rig, modules }: Snapshot): string {
  const each = Object.entries(modules).map(
    ([name, { state, phase, health, problem }]) =>
      `${name} ${state}/${phase ?? '-'}/${health}${problem === null ? '' : ` (${problem.message})`}`,
  );
  const problems = rig.problems.map((problem) => problem.message);
  return [`${rig.status}, ${rig.state}, wished ${rig.desired}`, ...each, ...problems].join('; ');
}
