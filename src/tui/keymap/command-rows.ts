import type { Intent } from '../../protocol/intent.ts';
import { toType } from '../../protocol/typed-command.ts';
import type { LogLevel } from '../../protocol/vocabulary.ts';
import { aboutModule, type Situation } from '../situation.ts';
import { complain } from '../view/notices.ts';
import { sessionPage, verifyingPage } from '../view/session-screens.ts';
import { type Deed, show } from './deeds.ts';
import { type Command, type KeyRow, key } from './key-row.ts';
import * as reasons from './reasons.ts';
import { retry, submit, toggle } from './wish-deeds.ts';

/** The daemon keeps the deadline: modules may take their time to end and to be ready again. In ms. */
const sessionWaitMs = 60_000;
const applyWaitMs = 90_000;

/** What can be done from the palette only, in the words of the command line. No key leads to it. */
const commands: readonly Command[] = [
  {
    words: 'session start',
    help: 'open a session of this name; the one before is closed',
    refuses: cannotChangeSession,
    takes: {
      name: 'NAME',
      does: (_, name) =>
        asked(
          { kind: 'session.start', name, waitMs: sessionWaitMs },
          `asked to open session "${name}"`,
          `session "${name}" is open`,
        ),
    },
  },
  {
    words: 'session end',
    help: 'close the open session',
    refuses: cannotEndSession,
    does: () =>
      asked(
        { kind: 'session.end', waitMs: sessionWaitMs },
        'asked to close the session',
        'the session is closed',
      ),
  },
  {
    words: 'verify',
    also: 'sessions verify',
    help: 'verify the session that is open: read every file and compare it with its checksum',
    refuses: cannotVerifyOpen,
    does: ({ snapshot }) => show(verifyingPage(snapshot?.rig.session?.id ?? '')),
  },
  {
    words: 'verify',
    also: 'sessions verify',
    help: 'verify a session by its number, id or folder (S lists them)',
    refuses: cannotLook,
    takes: { name: 'SESSION', does: (_, session) => show(verifyingPage(session)) },
  },
  {
    words: 'show',
    also: 'sessions show',
    help: 'all about a session by its number, id or folder (S lists them)',
    refuses: cannotLook,
    takes: { name: 'SESSION', does: (_, session) => show(sessionPage(session)) },
  },
  {
    words: 'retry all',
    also: 'retry --all',
    help: 'try every failed module again now',
    refuses: (now) => cannotAll(now, reasons.cannotRetry, 'no module waits to be tried again'),
    does: (now) => ofAll(now, reasons.cannotRetry, retry),
  },
  {
    words: 'enable all',
    also: 'enable --all',
    help: 'switch every module on',
    refuses: (now) => cannotAll(now, reasons.cannotEnable, 'all modules are on already'),
    does: (now) => ofAll(now, reasons.cannotEnable, toggle),
  },
  {
    words: 'config apply',
    help: 'take over a changed rig.yaml; refused for what is being recorded',
    refuses: reasons.cannotAct,
    does: () =>
      asked(
        { kind: 'config.apply', waitMs: applyWaitMs },
        'asked to take over rig.yaml',
        'rig.yaml is taken over',
      ),
  },
  {
    words: 'log-level',
    help: 'how much the daemon logs, or one module: error, warn, info or debug',
    refuses: reasons.cannotAct,
    takes: { name: '[MODULE] LEVEL', does: logLevel },
  },
  {
    words: 'down',
    help: 'the controlled stop of the whole rig, which this screen looks at',
    refuses: () => toType('not from a screen, which it ends too; in a shell: rigdeck down'),
  },
];

export const commandRows: readonly KeyRow[] = [
  key([], [], ['', ''], '', 0, { help: '', commands, does: () => ({ kind: 'redraw' }) }),
];

function asked(intent: Intent, words: string, done: string): Deed {
  return submit(intent, words, done, null);
}

function cannotChangeSession(now: Situation): reasons.Reason {
  const trial = now.snapshot?.rig.trial ?? null;
  const isInUse =
    trial === null ? null : `trial ${trial.number} goes into this session: s stops it`;
  return reasons.cannotAct(now) ?? isInUse;
}

function cannotEndSession(now: Situation): reasons.Reason {
  const none = now.snapshot?.rig.session === null ? 'no session is open' : null;
  return cannotChangeSession(now) ?? none;
}

function cannotLook({ remote }: Situation): reasons.Reason {
  return remote.link.state === 'live' ? null : 'the daemon does not answer';
}

function cannotVerifyOpen(now: Situation): reasons.Reason {
  const none = now.snapshot?.rig.session == null;
  return cannotLook(now) ?? (none ? 'no session is open: type its number behind it' : null);
}

/** Each module, as if keys were about it. */
function each(now: Situation): Situation[] {
  return Object.keys(now.snapshot?.modules ?? {}).map((name) => aboutModule(now, name));
}

function cannotAll(
  now: Situation,
  cannot: (now: Situation) => reasons.Reason,
  none: string,
): reasons.Reason {
  const isAny = each(now).some((one) => cannot(one) === null);
  return reasons.cannotAct(now) ?? (isAny ? null : none);
}

function ofAll(
  now: Situation,
  cannot: (now: Situation) => reasons.Reason,
  does: (now: Situation) => Deed,
): Deed {
  return {
    kind: 'all',
    deeds: each(now).flatMap((one) => (cannot(one) === null ? does(one) : [])),
  };
}

const levels: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];

function logLevel(now: Situation, typed: string): Deed {
  const words = typed.split(/\s+/);
  const level = levels.find((known) => known === words.at(-1));
  const module = words.length > 1 ? (words[0] ?? null) : null;
  if (level === undefined || words.length > 2) {
    const usage = 'log-level takes a module or none, and error, warn, info or debug';
    return { kind: 'view', action: { type: 'toast', toast: complain(usage, now.nowMs) } };
  }
  const whose = module ?? 'the daemon';
  return asked(
    { kind: 'log.level', module, level },
    `asked that ${whose} logs ${level}`,
    `${whose} logs ${level} from now on`,
  );
}
