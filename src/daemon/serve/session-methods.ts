import {
  sessionsListSchema,
  sessionsShowSchema,
  sessionsVerifySchema,
} from '../../protocol/frames.ts';
import type { Refusal } from '../../protocol/problem.ts';
import { notification, type Reply } from './lines.ts';
import { type Method, refused, taking } from './method.ts';
import type { ServePort } from './serve-port.ts';

const verifyKey = 'sessions verify';
const usualPage = 50;

/** What can be asked of recordings on disk. All of it only looks, so everybody may. */
export function sessionMethods({ sessions }: ServePort): readonly (readonly [string, Method])[] {
  const answer = async (asked: Promise<object | Refusal>): Promise<Reply> => {
    const got = await asked;
    return 'reason' in got ? refused(got) : { result: got };
  };
  const list = taking(sessionsListSchema, ({ before, limit }) =>
    answer(sessions.list(before ?? null, limit ?? usualPage)),
  );
  const show = taking(sessionsShowSchema, ({ session }) => answer(sessions.show(session)));
  const verify = taking(sessionsVerifySchema, async ({ session, stop }, peer): Promise<Reply> => {
    peer.drop(verifyKey);
    if (stop === true) return { result: { session } };
    const began = await sessions.verify(session, peer.identity.actor, (news) =>
      peer.outbox.offer(notification('sessions.verify', news)),
    );
    if ('reason' in began) return refused(began);
    peer.keep(verifyKey, began.end);
    return { result: { session: began.session }, after: began.begin };
  });
  return [
    ['sessions.list', list],
    ['sessions.show', show],
    ['sessions.verify', verify],
  ];
}
