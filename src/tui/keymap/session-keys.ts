import type { Situation } from '../situation.ts';
import { chosenSession, sessionPage } from '../view/session-screens.ts';
import { back, type Deed, scroll, show } from './deeds.ts';
import { type KeyRow, key } from './key-row.ts';
import type * as reasons from './reasons.ts';

/** The keys of what is on the disk: sessions, and one of them. */
export const sessionKeys: readonly KeyRow[] = [
  key(['sessions'], ['up', 'k'], ['↑↓', 'jk'], 'move', 4, {
    help: 'one session up: a newer one',
    offers: ({ screen }) =>
      screen.kind === 'sessions' &&
      screen.list.state === 'known' &&
      screen.list.value.sessions.length > 1,
    commands: [],
    does: () => scroll(-1),
  }),
  key(['sessions'], ['down', 'j'], ['↓', 'j'], 'down', 0, {
    help: 'one session down: an older one',
    commands: [],
    does: () => scroll(1),
  }),
  key(['sessions'], ['enter', 'right'], ['⏎', 'Enter'], 'open', 2, {
    help: 'all about the selected session',
    refuses: cannotOpen,
    commands: [],
    does: openSession,
  }),
  key(['session'], ['v'], ['v', 'v'], verifyWord, 2, {
    help: 'verify the session: read every file and compare it with its checksum, while this page is open',
    refuses: cannotVerify,
    does: () => ({ kind: 'view', action: { type: 'verify-toggle' } }),
  }),
];

function cannotOpen({ screen }: Situation): reasons.Reason {
  if (screen.kind !== 'sessions') return 'there is no session to open';
  if (screen.list.state === 'asked') return 'the daemon still looks at the disk: press again';
  const chosen = chosenSession(screen);
  if (chosen === null) return 'there is no session to open';
  return 'unread' in chosen ? chosen.unread : null;
}

function openSession({ screen }: Situation): Deed {
  const chosen = screen.kind === 'sessions' ? chosenSession(screen) : null;
  return chosen === null ? back : show(sessionPage(chosen.folder));
}

function verifyWord({ screen }: Situation): string {
  const isOn = screen.kind === 'session' && screen.verify.state === 'under-way';
  return isOn ? 'stop verifying' : 'verify';
}

function cannotVerify({ screen, remote }: Situation): reasons.Reason {
  if (remote.link.state !== 'live') return 'the daemon does not answer; nothing is verified';
  if (screen.kind !== 'session' || screen.facts.state !== 'known')
    return 'nothing is known of it yet';
  return null;
}
