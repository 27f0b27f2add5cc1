import type { Link } from '../protocol/rig.ts';
import type { LogScreen } from './view/log-screen.ts';
import type { Past, Screen } from './view/screens.ts';

const words = 'not known while the daemon does not answer; asked again as soon as it does';
const unknown = { state: 'unknown', words } as const;

/** The screen as it is to be shown: what was asked of a daemon that is gone is not being answered. */
export function withoutAnswers(screen: Screen, { state }: Link): Screen {
  if (state !== 'lost') return screen;
  switch (screen.kind) {
    case 'module':
      return { ...screen, log: unheardLog(screen.log), past: unknownPast(screen.past) };
    case 'history':
      return { ...screen, past: unknownPast(screen.past) };
    case 'log':
      return unheardLog(screen);
    case 'preflight':
      return screen.answer.state === 'asked' ? { ...screen, answer: unknown } : screen;
    case 'sessions':
      return screen.list.state === 'asked' ? { ...screen, list: unknown } : screen;
    case 'session':
      return screen.facts.state === 'asked' ? { ...screen, facts: unknown } : screen;
    default:
      return screen;
  }
}

function unheardLog(log: LogScreen): LogScreen {
  return log.lines.length > 0 ? log : { ...log, trouble: words };
}

function unknownPast(past: Past): Past {
  return past.state === 'asked' ? unknown : past;
}
