import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newLines, topicsOf } from '../../../src/cli/line-words.ts';
import { statusLines } from '../../../src/cli/status-screen.ts';
import type { HistoryEntry } from '../../../src/protocol/frames.ts';
import { widthOf } from '../../../src/protocol/text.ts';
import type { Theme } from '../../../src/protocol/theme.ts';
import { encode } from '../../../src/tui/line.ts';
import { frameOf } from '../../../src/tui/screens/frame.ts';
import { emptyLog } from '../../../src/tui/view/log-screen.ts';
import { complain } from '../../../src/tui/view/notices.ts';
import {
  dashboard,
  historyOf,
  modulePage,
  newPalette,
  newPanel,
  newPreflight,
  type Screen,
} from '../../../src/tui/view/screens.ts';
import { newSessions, sessionPage } from '../../../src/tui/view/session-screens.ts';
import { problemWith } from '../../support/sample-rig.ts';
import { ago, aPanel, aSituation, monoNoon, noon, sketchView } from '../support/rig-view.ts';
import { aDetail, aSession, aSummary } from '../support/sample-sessions.ts';
import { unpainted } from '../support/unpainted.ts';

const nasty = [
  '\u001b[2J',
  '\u001b]0;owned\u0007',
  '\u001b]52;c;b3duZWQ=\u001b\\',
  '\u001bP1$r0m\u001b\\',
  '\u009b31m',
  '\u0000',
  '\b\b\b',
  '\r\n',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u200d',
  '\ud800',
  '\udc00',
  'e\u0301\u0301\u0301\u0301',
  '日本語',
  '\u{1f468}\u200d\u{1f469}',
  '\ufe0f',
  '\u{e0041}',
  'plain words ',
  'x'.repeat(600),
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...nasty), fc.string({ unit: 'binary', maxLength: 5 })), {
    minLength: 1,
    maxLength: 4,
  })
  .map((parts) => parts.join(''));

/** What is a choice of ours, and what is an instant: the daemon's schemas let nothing else through. */
const chosen =
  /^(state|phase|health|status|desired|startup|code|backend|link|role|epoch|checksum|type|kind|level|verdict|outcome|rhythm|shows|about|worst|mode|only|show|exit)$/;
const instant = /^\d{4}-\d\d-\d\dT/;

/** The same with every word that somebody else may have said in the place of ours, names too. */
function said<T>(what: T, words: () => string): T {
  if (Array.isArray(what)) return what.map((one) => said(one, words)) as T;
  if (typeof what === 'string') return (instant.test(what) ? what : words()) as T;
  if (typeof what !== 'object' || what === null) return what;
  const entries = Object.entries(what).map(([key, value]) => [
    key,
    chosen.test(key) && typeof value !== 'object' ? value : said(value, words),
  ]);
  return Object.fromEntries(entries) as T;
}

const past: HistoryEntry[] = [
  {
    type: 'change',
    at: ago(9),
    epoch: 'e1',
    seq: 3,
    actor: 'pi',
    cause: 'boot',
    what: ['mic idle -> recording'],
    modules: ['mic'],
  },
  {
    type: 'intent',
    at: ago(8),
    epoch: 'e1',
    seq: 4,
    actor: 'pi',
    kind: 'mark',
    module: 'mic',
    outcome: 'refused',
    reason: 'stale',
    message: 'no',
  },
  { type: 'event', at: ago(7), epoch: 'e1', name: 'x', module: 'mic', message: 'words' },
];

const name = 'camera-right';

/** Every screen, filled with words that are somebody else's. */
function screens(words: () => string): Screen[] {
  const lines = Array.from({ length: 30 }, words);
  const log = { ...emptyLog(name), lines };
  const known = { state: 'known', entries: said(past, words) } as const;
  const check = { about: words(), level: 'blocker', message: words(), remedy: words() } as const;
  const result = { version: 1, at: ago(1), verdict: 'blocked', checks: [check] } as const;
  const sessions = [said(aSummary(), words), said(aSummary({ damaged: 'torn' }), words)];
  return [
    dashboard,
    { ...dashboard, find: words() },
    { ...modulePage(name), log, past: known, detail: said(aDetail, words), writes: [words()] },
    log,
    { ...log, wraps: false, find: words(), trouble: words() },
    { kind: 'problems', selected: null },
    { ...historyOf(null), past: known },
    { ...historyOf(name), past: { state: 'unknown', words: words() } },
    { ...newPreflight, answer: { state: 'known', result } },
    { ...newPreflight, answer: { state: 'unknown', words: words() } },
    newPanel,
    { ...newPanel, shows: 'wiring' },
    { ...newSessions, list: { state: 'known', atMs: noon, value: { total: 2, sessions } } },
    { ...newSessions, list: { state: 'unknown', words: words() } },
    {
      ...sessionPage('0042'),
      facts: { state: 'known', atMs: noon, value: said(aSession, words) },
      verify: { state: 'failed', words: words() },
    },
    { kind: 'help', query: words(), top: 0 },
    { kind: 'confirm-stop', epoch: 'e1', trial: 7 },
    { kind: 'confirm-leave' },
    { kind: 'prompt', text: words() },
    { kind: 'search', text: words(), before: '' },
    { ...newPalette, text: words() },
  ];
}

function hostileView(words: () => string) {
  const view = sketchView();
  const problem = problemWith({ remedy: 'do this' });
  const rig = view.snapshot && {
    ...view.snapshot.rig,
    problems: [problem],
    waitingFor: ['mic'],
    lastMarker: { at: ago(3), monoNs: '1', text: 'door', trial: 7, actor: 'pi' },
  };
  return said(
    { ...view, snapshot: { ...view.snapshot, rig, gpio: aPanel } as typeof view.snapshot },
    words,
  );
}

const evil =
  /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Default_Ignorable_Code_Point}|\p{M}{3}/u;

/** Nothing but signs that stand in their place, and none of them beyond the edge. */
function expectHarmless(line: string, columns: number, theme?: Theme): void {
  const text = unpainted(line);
  if (theme?.ascii === true) expect(text).toMatch(/^[ -~]*$/);
  expect(text).not.toMatch(evil);
  expect(text.isWellFormed()).toBe(true);
  expect(widthOf(text)).toBeLessThanOrEqual(columns);
}

const themes: Theme[] = [
  { colours: '256', ascii: false },
  { colours: '16', ascii: true, contrast: 'high' },
];

function saidElsewhere(view: ReturnType<typeof hostileView>, columns: number, theme: Theme) {
  if (view.snapshot === null) throw new TypeError('the sketch has a snapshot');
  const shown = { ...view, snapshot: view.snapshot };
  const now = { wallMs: noon, monoMs: monoNoon };
  const drawn = [null, 'daemon stopped'].flatMap((stale) =>
    statusLines({ ...shown, now, stale }, { columns, theme }),
  );
  return { drawn, told: newLines(null, topicsOf(shown, 'written', noon)) };
}

describe('words of modules, clients and files that are made to do harm', () => {
  const world = fc.tuple(
    fc.array(hostile, { minLength: 8, maxLength: 8 }),
    fc.constantFrom(20, 40, 80, 130),
    fc.constantFrom(...themes),
  );
  const inTurn = (all: readonly string[]) => {
    let at = 0;
    return () => all[at++ % all.length] ?? '';
  };

  test('stand on every screen as what they are, within its edges', () => {
    fc.assert(
      fc.property(world, ([all, columns, theme]) => {
        const words = inTurn(all);
        const view = hostileView(words);
        for (const screen of screens(words)) {
          const toast = complain(words(), noon);
          const notices = columns === 40 ? { toast } : {};
          const looks = { columns, rows: 24, theme, notices, leaving: words() };
          const now = aSituation(view, { ...looks, view: { screen } });
          for (const line of frameOf(now).lines) {
            expectHarmless(encode(line, columns, theme), columns, theme);
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  test('stand in the status, and where it is told in lines, as what they are', () => {
    fc.assert(
      fc.property(world, ([all, columns, theme]) => {
        const lines = saidElsewhere(hostileView(inTurn(all)), columns, theme);
        for (const line of lines.drawn) expectHarmless(line, columns);
        for (const line of lines.told) expectHarmless(line, Number.POSITIVE_INFINITY);
      }),
      { numRuns: 25 },
    );
  });
});
