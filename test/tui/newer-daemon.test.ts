import { describe, expect, test } from 'vitest';
import { statusLines } from '../../src/cli/status-screen.ts';
import type { HistoryEntry } from '../../src/protocol/frames.ts';
import type { Preflight } from '../../src/protocol/preflight.ts';
import { knownPreflight, sayVerdict } from '../../src/protocol/preflight-words.ts';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import { keymap } from '../../src/tui/keymap/keymap.ts';
import { press } from '../../src/tui/keymap/press.ts';
import { encode } from '../../src/tui/line.ts';
import { unwatched, watchNews } from '../../src/tui/news.ts';
import { frameOf } from '../../src/tui/screens/frame.ts';
import {
  dashboard,
  historyOf,
  modulePage,
  newPreflight,
  type Screen,
} from '../../src/tui/view/screens.ts';
import { aSituation, monoNoon, noon, sketchView } from './support/rig-view.ts';

/** A word that no version has, where this one has a few it knows. */
const novel = 'hibernating';

const known = sketchView().snapshot;
if (known === null) throw new Error('the sketch has no snapshot');
const sketch: Snapshot = known;

/** The words in the snapshot that are of a few known ones. */
const places: readonly (readonly string[])[] = [
  ['rig', 'status'],
  ['rig', 'state'],
  ['rig', 'desired'],
  ['rig', 'startup'],
  ['groups', 'main', 'status'],
  ['modules', 'mic', 'desired'],
  ['modules', 'mic', 'state'],
  ['modules', 'mic', 'phase'],
  ['modules', 'mic', 'health'],
  ['modules', 'camera-right', 'problem', 'code'],
  ['modules', 'gps', 'state'],
  ['modules', 'gps', 'phase'],
  ['modules', 'eye-tracker', 'phase'],
  ['clients', '0', 'role'],
];

/** The sketch as a daemon of a later version would send it: another word in one place, and facts that we have no name for. */
function newer(place: readonly string[]): Snapshot {
  // What comes over the socket is JSON of another program.
  const made = JSON.parse(JSON.stringify({ ...sketch, weather: { wind: 'NW' } }));
  const last = place.at(-1) ?? '';
  const inside = place.slice(0, -1).reduce((part, step) => part[step], made);
  inside[last] = novel;
  inside['mood'] = ['calm', 3];
  return made;
}

const screens: readonly Screen[] = [
  dashboard,
  { ...dashboard, only: 'problems' },
  modulePage('mic'),
  modulePage('gps'),
  { kind: 'problems', selected: null },
  historyOf(null),
  newPreflight,
  { kind: 'help', query: '', top: 0 },
  { kind: 'prompt', text: '' },
  { kind: 'confirm-stop', epoch: 'e1', trial: 7 },
];

describe.each(places.map((place) => [place.join('.'), newer(place)] as const))(
  'a daemon that has another word for %s',
  (_, snapshot) => {
    const remote = { ...sketchView(), snapshot };
    test.each([
      [80, 24],
      [40, 12],
    ])('is shown on every screen at %i x %i', (columns, rows) => {
      for (const screen of screens) {
        const now = aSituation(remote, { columns, rows, view: { screen } });
        const lines = frameOf(now).lines.map((line) => encode(line, now.width, now.theme));
        expect(lines.join('\n')).not.toMatch(/undefined|NaN|\[object/);
        for (const key of keymap.flatMap(({ keys }) => keys)) press(key, now);
      }
      const theme = { colours: 'plain', ascii: false } as const;
      const scene = { snapshot, telemetry: null, now: { wallMs: noon, monoMs: monoNoon } };
      const status = statusLines({ ...scene, stale: null }, { columns, theme }).join('\n');
      expect(status).not.toMatch(/undefined|NaN/);
    });

    test('makes no news of undefined things', () => {
      const [watched] = watchNews(unwatched, sketch);
      const [, happenings] = watchNews(watched, { ...snapshot, seq: sketch.seq + 1 });
      expect(happenings.map(({ words }) => words).join()).not.toContain('undefined');
    });
  },
);

test.each([
  [['modules', 'mic', 'state'], /mic +\? HIBERNATING/],
  [['modules', 'mic', 'health'], /mic +◉ REC ! hibern/],
  [['modules', 'gps', 'phase'], /gps +◐ STARTING +12 s of 60 s/],
  [['rig', 'state'], /\? HIBERNATING/],
])('a word of a later version is shown as it is, never as another state: %j', (place, words) => {
  const now = aSituation({ ...sketchView(), snapshot: newer(place) });
  const text = frameOf(now)
    .lines.map((line) => encode(line, now.width, now.theme))
    .join('\n');
  expect(text).toMatch(words);
});

test('what a later version says otherwise in a preflight or its history is read with care', () => {
  const check = { about: 'sky', level: novel, message: 'clouds', remedy: null };
  const text = JSON.stringify({ version: 1, at: '', verdict: novel, checks: [check] });
  const result: Preflight = JSON.parse(text);
  const read = knownPreflight(result);
  expect(sayVerdict(read)).toBe('Ready to record, with warnings.');
  expect(read.checks).toMatchObject([{ level: 'warning' }]);
  const entry: HistoryEntry = JSON.parse(JSON.stringify({ type: novel, at: new Date(noon) }));
  const past = { state: 'known', entries: [entry] } as const;
  const now = aSituation(sketchView(), { view: { screen: { ...historyOf(null), past } } });
  expect(JSON.stringify(frameOf(now).lines)).toContain('this version does not know');
});
