import { sayRecorded } from '../../protocol/recorded-time.ts';
import { rigBadge } from '../../protocol/rig-badge.ts';
import { glyphOf, paints } from '../../protocol/theme.ts';
import { linkWords } from '../header.ts';
import { bottomLine } from '../keymap/bottom-line.ts';
import { blank, cutLine, type Line, lineWidth, span, spread } from '../line.ts';
import { noticeLines } from '../messages.ts';
import { panelNews } from '../panel-news.ts';
import { type Situation, withoutTop } from '../situation.ts';
import type { LogScreen } from '../view/log-screen.ts';
import { dashboardLines } from './dashboard.ts';
import { helpLines, helpTitle } from './help.ts';
import { historyLines, historyTitle } from './history.ts';
import { logPage, logTitle } from './log.ts';
import { modulePageLines, modulePageTitle } from './module-page.ts';
import { chosenWhole, paletteBody, paletteTitle } from './palette.ts';
import { panelBody, panelTitle } from './panel.ts';
import { preflightLines, preflightTitle } from './preflight.ts';
import { problemsBody, problemsTitle } from './problems.ts';
import { inputLine, isLine, type LineScreen, saidOver } from './prompt.ts';
import { questionLines } from './question.ts';
import { sessionLines, sessionTitle } from './session.ts';
import { sessionsBody, sessionsTitle } from './sessions.ts';

/** What is drawn, and the furthest line that a page of it can begin with. */
export type Frame = { readonly lines: Line[]; readonly most: number };

/** The lines of the screen that is up: never more than fit. */
export function frameOf(now: Situation): Frame {
  const { screen } = now;
  switch (screen.kind) {
    case 'dashboard':
      return whole(dashboardLines(now));
    case 'confirm-stop':
    case 'confirm-leave':
      return whole(questionLines(now));
    case 'prompt':
    case 'words':
    case 'search':
      return lineFrame(now, screen);
    case 'palette':
      return whole(page(now, paletteTitle(now), (room) => paletteLines(now, room)));
    case 'log':
      return whole(logFrame(now, screen));
    case 'help':
      return pageOf(now, helpTitle(screen), helpLines(screen.query, now.width), screen.top);
    case 'history': {
      const { past, shows, module } = screen;
      const lines = historyLines(past, { shows, width: now.width, module, others: now.names });
      return pageOf(now, historyTitle(screen), lines, screen.top);
    }
    case 'preflight': {
      const title = preflightTitle(screen, now);
      return pageOf(now, title, preflightLines(screen, now.width), screen.top);
    }
    case 'panel': {
      const body = panelBody(now, screen);
      if (screen.shows === 'wiring') return pageOf(now, panelTitle(now), body.lines, screen.top);
      return whole(
        page(now, panelTitle(now), (room) => {
          const news = panelNews(now, room).slice(0, room);
          return [...news, ...partInSight(body, room - news.length)];
        }),
      );
    }
    case 'sessions': {
      const body = sessionsBody(now, screen);
      return whole(page(now, sessionsTitle(screen), (room) => partInSight(body, room)));
    }
    case 'session':
      return pageOf(now, sessionTitle(screen), sessionLines(now, screen), screen.top);
    case 'module':
      return pageOf(now, modulePageTitle(now), modulePageLines(now, screen), screen.top);
    case 'problems':
      return whole(page(now, problemsTitle(now), (room) => partInSight(problemsBody(now), room)));
  }
}

/** The list; what the chosen one does is said whole where rows are left for it. */
function paletteLines(now: Situation, room: number): Line[] {
  const list = partInSight(paletteBody(now), room);
  const more = chosenWhole(now);
  return list.length + more.length <= room ? [...list, ...more] : list;
}

/** The screen below stays in sight, with what is typed in the place of its keys. */
function lineFrame(now: Situation, screen: LineScreen): Frame {
  const { width, height, under } = now;
  const input = inputLine(screen, width);
  const keys = bottomLine(now);
  const fits = lineWidth(input) + lineWidth(keys) < width;
  const line = fits ? [...input, span(' '), ...keys] : input;
  if (under === null || isLine(under)) return whole([line]);
  const said = saidOver(screen, now).slice(0, Math.max(0, Math.min(3, height - leastBelow)));
  const below = frameOf({ ...withoutTop(now), height: height - said.length });
  return { lines: [...below.lines.slice(0, -1), ...said, line], most: below.most };
}

/** So many lines of the screen below stay, with the one that is typed on. */
const leastBelow = 5;

/** The lines alone where they are wanted so, with what is said over them; a daemon that is gone is told in any case. */
function logFrame(now: Situation, log: LogScreen): Line[] {
  const { width, height } = now;
  if (!log.full || now.remote.link.state !== 'live') {
    return page(now, logTitle(log), (room) => logPage(log, width, room));
  }
  const notices = noticeLines(now).slice(0, Math.max(0, Math.min(3, height - 1)));
  const room = height - notices.length;
  const lines = logPage(log, width, room);
  const rest = Array.from({ length: room - lines.length }, () => blank);
  return [...lines, ...rest, ...notices];
}

function whole(lines: Line[]): Frame {
  return { lines, most: 0 };
}

function pageOf(now: Situation, title: Line, body: readonly Line[], top: number): Frame {
  const frame = { most: 0 };
  const lines = page(now, title, (room) => {
    frame.most = Math.max(0, body.length - room);
    return partOf(body, Math.min(top, frame.most), room);
  });
  return { lines, most: frame.most };
}

/** So many lines from there on; as on the dashboard, arrows in the margin say that there are more. */
function partOf(all: readonly Line[], from: number, room: number): Line[] {
  const lines = all.slice(from, from + room);
  return lines.map((line, at): Line => {
    if (at === 0 && from > 0) return inMargin('↑', line);
    const isLast = at === lines.length - 1;
    return isLast && from + room < all.length ? inMargin('↓', line) : line;
  });
}

function inMargin(sign: string, line: Line): Line {
  const [first, ...rest] = line;
  if (first === undefined) return [span(sign)];
  return first.text.startsWith(' ')
    ? [{ ...first, text: `${sign}${first.text.slice(1)}` }, ...rest]
    : line;
}

type Body = { readonly lines: Line[]; readonly from: number; readonly to: number };

function partInSight({ lines, from, to }: Body, room: number): Line[] {
  // The whole of the selected one is in sight, or its beginning where it is too long.
  const first = Math.max(0, Math.min(from, Math.max(to - room, 0)));
  return partOf(lines, Math.min(first, Math.max(0, lines.length - room)), room);
}

/** A title, what `body` gives for the room that is left, what is said, and the keys. */
function page(now: Situation, title: Line, body: (room: number) => Line[]): Line[] {
  const top = withRig(now, title);
  if (now.height < 2) return [top].slice(0, now.height);
  const notices = noticeLines(now).slice(0, Math.max(0, Math.min(3, now.height - 4)));
  const room = Math.max(0, now.height - 2 - notices.length);
  const lines = body(room).slice(0, room);
  const rest = Array.from({ length: room - lines.length }, () => blank);
  return [top, ...lines, ...rest, ...notices, bottomLine(now)];
}

/** How the rig is stays in sight on every page that has room for it, and that the daemon is gone on all of them. */
function withRig(now: Situation, title: Line): Line {
  const { snapshot, remote, width } = now;
  if (remote.link.state !== 'live' || snapshot === null) {
    return cutLine([...title, span('  '), span(linkWords(now), paints.warn)], width);
  }
  const badge = rigBadge(snapshot);
  const time = sayRecorded(snapshot.rig, now.monoMs, 'short');
  const state = span(`${glyphOf(badge.look, now.theme)} ${badge.text}`, badge.look);
  const right = [state, span(time === null ? ' ' : ` ${time} `, { ...badge.look, reverse: false })];
  if (lineWidth(title) + lineWidth(right) + 5 > width) return cutLine(title, width);
  return spread(title, [span('rig ', paints.dim), ...right], width);
}
