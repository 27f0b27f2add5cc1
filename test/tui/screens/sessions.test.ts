import { describe, expect, test } from 'vitest';
import { widthOf } from '../../../src/protocol/text.ts';
import { press } from '../../../src/tui/keymap/press.ts';
import { encode } from '../../../src/tui/line.ts';
import { frameOf } from '../../../src/tui/screens/frame.ts';
import type { Situation } from '../../../src/tui/situation.ts';
import { dashboard } from '../../../src/tui/view/screens.ts';
import {
  newSessions,
  type SessionScreen,
  type SessionsScreen,
  sessionPage,
} from '../../../src/tui/view/session-screens.ts';
import { aSituation, aSnapshot, aView, noon } from '../support/rig-view.ts';
import { aSession, aSummary } from '../support/sample-sessions.ts';

const sizes = [
  [120, 30],
  [80, 24],
  [40, 12],
  [20, 5],
] as const;

const list: SessionsScreen = {
  ...newSessions,
  selected: '0041_2026-11-22_09-00-00_pilot-a',
  list: {
    state: 'known',
    atMs: noon,
    value: {
      total: 9,
      sessions: [
        aSummary({
          id: '0044',
          name: 'now',
          folder: '0044_x',
          endedAt: null,
          state: 'open',
          worst: 'open',
        }),
        aSummary({ id: '0043', name: 'cage', folder: '0043_x', state: 'partial', worst: 'bad' }),
        aSummary(),
        aSummary({
          id: '0040',
          name: 'torn',
          folder: '0040_x',
          damaged: 'it is no JSON',
          worst: null,
        }),
        {
          id: '0039',
          name: 'months',
          folder: '0039_x',
          startedAt: null,
          unread: 'session.json of 0039_x has 12 MB: that is not read beside a working rig',
        },
      ],
    },
  },
};

const page: SessionScreen = {
  ...sessionPage(aSession.folder),
  facts: { state: 'known', value: aSession, atMs: noon },
};

function textOf(now: Situation): string[] {
  return frameOf(now).lines.map((line) => encode(line, now.width, now.theme).trimEnd());
}

function on(screen: SessionsScreen | SessionScreen, columns = 80, rows = 24): string {
  return textOf(aSituation(aView(aSnapshot()), { columns, rows, view: { screen } })).join('\n');
}

/** All but the keys, which other tests are about. */
function above(text: string): string {
  return text.split('\n').slice(0, -1).join('\n').trimEnd();
}

describe('recordings on disk', () => {
  test.each(sizes)('are listed like this at %i x %i', (columns, rows) => {
    expect(`\n${above(on(list, columns, rows))}\n`).toMatchSnapshot();
  });

  test.each(sizes)('are shown one by one like this at %i x %i', (columns, rows) => {
    expect(`\n${above(on(page, columns, rows))}\n`).toMatchSnapshot();
  });

  test.each(sizes)('fit the screen at %i x %i, whatever is verified', (columns, rows) => {
    const work = { files: 7, filesDone: 3, bytes: 3.4e9, bytesDone: 1.2e9 };
    const notes = ['cam/trial-002/clip.mkv was changed: its checksum differs'];
    const result = { ok: false, files: 4, bytes: 749e6, notes, remedy: 'See it.' };
    for (const verify of [
      { state: 'under-way', work: null, sinceMs: null },
      { state: 'under-way', work, sinceMs: noon - 60_000 },
      { state: 'done', result, atMs: noon - 5_000 },
      { state: 'failed', words: 'the disk is gone' },
    ] as const) {
      const lines = on({ ...page, verify }, columns, rows).split('\n');
      expect(lines.length).toBeLessThanOrEqual(rows - 1);
      expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(columns);
    }
  });

  test('tell how far a verification is, and how long it will take', () => {
    const work = { files: 7, filesDone: 3, bytes: 3e9, bytesDone: 1e9 };
    const verify = { state: 'under-way', work, sinceMs: noon - 60_000 } as const;
    const text = on({ ...page, verify }, 100);
    expect(text).toContain(
      'verifying ███████░░░░░░░░░░░░░ 3 of 7 files, 1.0 GB of 3.0 GB, about 2 min left',
    );
  });

  test('of checksums that are being made say how far they are', () => {
    const { telemetry, ...view } = aView(aSnapshot());
    expect(telemetry).toBeNull();
    const host = aSnapshot().host;
    const checksums = { files: 7, filesDone: 3, bytes: 3e9, bytesDone: 1.5e9 };
    const live = { ...view, telemetry: { at: '', modules: {}, host, checksums } };
    const now = aSituation(live, { view: { screen: list } });
    expect(textOf(now)[1]).toBe(' checksums ██████████░░░░░░░░░░ 3 of 7 files, 1.5 GB of 3.0 GB');
  });

  test('that are none say what to do', () => {
    const value = { total: 0, sessions: [] };
    const none = { ...newSessions, list: { state: 'known', value, atMs: noon } } as const;
    expect(on(none)).toContain('Nothing has been recorded yet. Esc, then r records.');
    const opened = (screen: SessionsScreen) =>
      press('enter', aSituation(aView(aSnapshot()), { view: { screen } }));
    expect(opened(none)).toMatchObject({ words: 'there is no session to open' });
    expect(opened(newSessions)).toMatchObject({
      words: 'the daemon still looks at the disk: press again',
    });
  });
});

test('while nothing else is said, the main screen says how far checksums are', () => {
  const { host, ...rest } = aSnapshot();
  const checksums = { files: 7, filesDone: 3, bytes: 3e9, bytesDone: 1.5e9 };
  const telemetry = { at: '', modules: {}, host, checksums };
  const line = (columns: number) =>
    textOf(
      aSituation(
        { ...aView({ ...rest, host }), telemetry },
        { columns, view: { screen: dashboard } },
      ),
    ).at(-2);
  expect(line(80)?.trim()).toBe('checksums █████░░░░░ 3 of 7 files');
  expect(line(40)?.trim()).toBe('checksums █████░░░░░ 3 of 7 files');
});
