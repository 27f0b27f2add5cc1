import type { ModuleDetail } from '../../protocol/module-detail.ts';
import { hearLog, type LogNews } from './log-screen.ts';
import type { ModuleScreen, Past, PreflightScreen, Screen } from './screens.ts';
import { hearSession, hearSessions, type SessionNews } from './session-screens.ts';

/** What comes in for a screen while it is open, also below another one. */
export type ScreenNews =
  | LogNews
  | SessionNews
  | { readonly type: 'preflight'; readonly answer: PreflightScreen['answer'] }
  | { readonly type: 'module-detail'; readonly module: string; readonly detail: ModuleDetail }
  | { readonly type: 'module-writes'; readonly module: string; readonly files: readonly string[] }
  | { readonly type: 'past'; readonly module: string | null; readonly past: Past };

/** A screen that has heard. The same object when that is not for it. */
export function hearScreen(screen: Screen, news: ScreenNews): Screen {
  switch (screen.kind) {
    case 'log':
      return isLogNews(news) ? hearLog(screen, news) : screen;
    case 'sessions':
      return isSessionNews(news) ? hearSessions(screen, news) : screen;
    case 'session':
      return isSessionNews(news) ? hearSession(screen, news) : screen;
    case 'module':
      return hearPage(screen, news);
    case 'history':
      return news.type === 'past' ? withPast(screen, news) : screen;
    case 'preflight':
      return news.type === 'preflight' ? { ...screen, answer: news.answer } : screen;
    default:
      return screen;
  }
}

function isLogNews(news: ScreenNews): news is LogNews {
  return news.type.startsWith('log-');
}

function isSessionNews(news: ScreenNews): news is SessionNews {
  return news.type === 'sessions' || news.type === 'session' || news.type === 'verify';
}

function hearPage(page: ModuleScreen, news: ScreenNews): ModuleScreen {
  if (news.type === 'past') return withPast(page, news);
  if (news.type === 'module-detail') {
    return news.module === page.module ? { ...page, detail: news.detail } : page;
  }
  if (news.type === 'module-writes') {
    const isSame = page.writes.length + news.files.length === 0;
    return news.module !== page.module || isSame ? page : { ...page, writes: news.files };
  }
  if (!isLogNews(news)) return page;
  const log = hearLog(page.log, news);
  return log === page.log ? page : { ...page, log };
}

/** With another past, if it is of the same; what was known stays, also while the daemon is away. */
function withPast<T extends { readonly module: string | null; readonly past: Past }>(
  screen: T,
  { module, past }: Extract<ScreenNews, { type: 'past' }>,
): T {
  const isWorse = past.state === 'unknown' && screen.past.state === 'known';
  return isWorse || screen.module !== module ? screen : { ...screen, past };
}
