import type { RemoteSessions } from '../protocol/rig.ts';
import type { SessionDetail, SessionsPage, VerifyNews } from '../protocol/sessions.ts';
import type { Connection } from './connection.ts';
import { sayError } from './errors.ts';
import { tellAll } from './view-store.ts';

/** A page of manifests on a slow card, one read after the other, and perhaps after the questions of others. */
const answerMs = 30_000;

type Listener = (news: VerifyNews) => void;

/** Questions about recordings on disk, whichever connection they go over. */
export type SessionQuestions = RemoteSessions & {
  /** A notification `sessions.verify` as it came. */
  hear(params: unknown): void;
  /** The connection is over, and what was being verified over it. */
  cutOff(): void;
};

/**
 * @param line the connection; throws where there is none
 * @param fault is given what a listener throws
 */
export function createSessionQuestions(
  line: () => Connection,
  fault: (error: unknown) => void,
): SessionQuestions {
  let verifying: { session: string; tell: Listener } | null = null;

  const tell = (news: VerifyNews) => {
    const to = verifying;
    if (to === null) return;
    if (!('work' in news)) verifying = null;
    tellAll([to.tell], (listener) => listener(news), fault);
  };

  /** @throws Error in words that say what to do, too */
  const ask = async (method: string, params: object): Promise<unknown> => {
    try {
      return await line().call(method, params, answerMs);
    } catch (error) {
      throw new Error(sayError(error), { cause: error });
    }
  };

  return {
    list: async (query) => (await ask('sessions.list', query)) as SessionsPage,
    show: async (session) => (await ask('sessions.show', { session })) as SessionDetail,
    verify: (session, listener) => {
      const mine = { session, tell: listener };
      verifying = mine;
      const failed = (error: unknown) => {
        if (verifying !== mine) return;
        tell({ session, failed: sayError(error) });
      };
      ask('sessions.verify', { session }).catch(failed);
      return () => {
        if (verifying !== mine) return;
        verifying = null;
        // Without a line it has ended by itself.
        ask('sessions.verify', { session, stop: true }).catch(() => undefined);
      };
    },
    hear: (params) => tell(params as VerifyNews),
    cutOff: () => {
      if (verifying !== null)
        tell({ session: verifying.session, failed: 'the daemon went away meanwhile' });
    },
  };
}
