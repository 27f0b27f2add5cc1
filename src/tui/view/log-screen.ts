/** A module's log. Lines are counted from the first that came, so that dropping old ones moves nothing on the screen. */
export type LogScreen = {
  readonly kind: 'log';
  readonly module: string;
  readonly lines: readonly string[];
  /** The number of `lines[0]`. */
  readonly first: number;
  /** The number of the last line shown; null follows the newest. */
  readonly bottom: number | null;
  /** Why there is no log, in words. */
  readonly trouble: string | null;
  /** What is searched for; empty for nothing. */
  readonly find: string;
  /** Whether long lines go on in the next row; else they are cut. */
  readonly wraps: boolean;
  /** The number of the line that lines are marked from, to the last one shown; null where none are. */
  readonly mark: number | null;
  /** Whether the lines have the whole screen. */
  readonly full: boolean;
};

/** What is told of the log of a module. */
export type LogNews =
  /** The end of the log as it is now: read when it was opened, and again when the daemon was away. */
  | { readonly type: 'log-read'; readonly module: string; readonly lines: readonly string[] }
  | { readonly type: 'log-lines'; readonly module: string; readonly lines: readonly string[] }
  | { readonly type: 'log-trouble'; readonly module: string; readonly words: string };

/** Lines of a log that a screen keeps; the file has the rest. */
export const maxLogLines = 2_000;

/** A log screen before its first line has come. */
export function emptyLog(module: string): LogScreen {
  const log = { kind: 'log', module, lines: [], first: 0, bottom: null, trouble: null } as const;
  return { ...log, find: '', wraps: true, mark: null, full: false };
}

/** The log with what is told of it; the same object when that is about another module. */
export function hearLog(log: LogScreen, news: LogNews): LogScreen {
  if (news.module !== log.module) return log;
  if (news.type === 'log-trouble') return { ...log, trouble: news.words };
  return withLines(news.type === 'log-read' ? before(log, news.lines) : log, news.lines);
}

/** The log up to where these lines begin, so that what both have is there once. */
function before(log: LogScreen, lines: readonly string[]): LogScreen {
  const [start] = lines;
  const from = log.lines.findIndex(
    (line, at) => line === start && log.lines.slice(at).every((one, next) => one === lines[next]),
  );
  if (from !== -1) return { ...log, lines: log.lines.slice(0, from) };
  // Nothing in common: it is longer than what was known of it, or another one. Where somebody reads, nothing moves.
  const first = log.first + log.lines.length;
  return log.bottom === null ? { ...log, lines: [], first } : log;
}

function withLines(log: LogScreen, lines: readonly string[]): LogScreen {
  const all = [...log.lines, ...lines];
  const dropped = Math.max(0, all.length - maxLogLines);
  const first = log.first + dropped;
  const bottom = log.bottom === null ? null : Math.max(log.bottom, first);
  return { ...log, lines: all.slice(dropped), first, bottom, trouble: null };
}

/** So many lines further; at the newest line the log is followed again. */
export function scrolledLog(log: LogScreen, by: number): LogScreen {
  const last = lastLine(log);
  const bottom = (log.bottom ?? last) + by;
  return { ...log, bottom: bottom >= last ? null : Math.max(log.first, bottom) };
}

/** Lines are marked from the last one shown on, which stays where it is; or none any more. */
export function markedLog(log: LogScreen): LogScreen {
  if (log.mark !== null) return { ...log, mark: null };
  if (log.lines.length === 0) return log;
  const bottom = log.bottom ?? lastLine(log);
  return { ...log, bottom, mark: bottom };
}

/** The first and the last line that are marked, as the log numbers them; null where none are. */
export function markedLines(log: LogScreen): { readonly from: number; readonly to: number } | null {
  if (log.mark === null) return null;
  const here = log.bottom ?? lastLine(log);
  return { from: Math.max(log.first, Math.min(log.mark, here)), to: Math.max(log.mark, here) };
}

/** Stays at the line that is the newest now, or follows again. */
export function heldLog(log: LogScreen): LogScreen {
  return { ...log, bottom: log.bottom === null ? lastLine(log) : null };
}

function lastLine(log: LogScreen): number {
  return log.first + log.lines.length - 1;
}

/** Whether a line has what is searched for. */
export function isHit(line: string, find: string): boolean {
  return find !== '' && line.toLowerCase().includes(find.toLowerCase());
}

/** The next line that has what is searched for is the last one shown; the same log when there is none. */
export function foundLog(log: LogScreen, way: 'older' | 'newer'): LogScreen {
  const end = lastLine(log) + 1;
  // What is followed has everything above it still to be searched, the newest line included.
  const present = (log.bottom ?? end) - log.first;
  const hits = log.lines.flatMap((line, at) => (isHit(line, log.find) ? [at] : []));
  const at =
    way === 'older' ? hits.findLast((hit) => hit < present) : hits.find((hit) => hit > present);
  return at === undefined ? log : { ...log, bottom: log.first + at };
}
