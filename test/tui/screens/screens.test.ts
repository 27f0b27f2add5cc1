import { describe, expect, test } from 'vitest';
import { looks } from '../../../src/protocol/badge.ts';
import type { RigRecord } from '../../../src/protocol/snapshot.ts';
import { widthOf } from '../../../src/protocol/text.ts';
import { encode, lineWidth } from '../../../src/tui/line.ts';
import { pageMs } from '../../../src/tui/messages.ts';
import { frameOf } from '../../../src/tui/screens/frame.ts';
import { blinkMs } from '../../../src/tui/screens/panel.ts';
import { type Situation, situationOf } from '../../../src/tui/situation.ts';
import { emptyLog } from '../../../src/tui/view/log-screen.ts';
import {
  dashboard,
  historyOf,
  modulePage,
  newPanel,
  type Screen,
} from '../../../src/tui/view/screens.ts';
import { firstView } from '../../../src/tui/view/view-state.ts';
import { problemWith } from '../../support/sample-rig.ts';
import {
  ago,
  aModule,
  aPanel,
  aSituation,
  aSnapshot,
  aTrial,
  aView,
  monoNoon,
  noon,
  recordingRig,
  sketchView,
} from '../support/rig-view.ts';
import { aDetail } from '../support/sample-sessions.ts';

function textOf(now: Situation): string[] {
  return frameOf(now).lines.map((line) => encode(line, now.width, now.theme).trimEnd());
}

const question = { screen: { kind: 'confirm-stop', epoch: 'e1', trial: 7 } } as const;
const sizes = [
  [120, 24],
  [80, 24],
  [40, 12],
  [20, 5],
] as const;

test('a rig that records is drawn in ASCII where the terminal has nothing else', () => {
  const theme = { colours: 'plain', ascii: true } as const;
  const text = textOf(aSituation(sketchView(), { theme })).join('\n');
  expect(text).toMatch(/^[\n -~]*$/);
  expect(text).toContain('@ REC ');
  expect(text).toContain('? REC? stalled 7 s');
  expect(text).toContain('x CRASHED');
});

describe('the panel', () => {
  const looking = (columns: number, rows: number, screen: Screen = newPanel) =>
    aSituation(aView(aSnapshot({ gpio: aPanel })), { columns, rows, view: { screen } });

  test.each(sizes)('looks like this at %i x %i', (columns, rows) => {
    expect(`\n${textOf(looking(columns, rows)).join('\n')}\n`).toMatchSnapshot();
  });

  test.each([
    [80, 25],
    [40, 12],
  ])('shows how it is wired at %i x %i', (columns, rows) => {
    const now = looking(columns, rows, { ...newPanel, shows: 'wiring' });
    expect(`\n${textOf(now).join('\n')}\n`).toMatchSnapshot();
  });

  test('blinks as the LEDs do: by the same clock, and only while it is on the screen', () => {
    const now = looking(80, 24);
    const { monoMs } = now;
    const second = { nowMs: () => noon, monoMs: () => monoMs + 1_900 };
    const size = { columns: 80, rows: 24 };
    const later = situationOf(now.remote, now.view, second, size, now.theme, null);
    expect(textOf(now)[1]).toContain('● status');
    expect(blinkMs(now)).toBe(1_850);
    expect(textOf(later)[1]).toContain('○ status');
    expect(blinkMs(later)).toBe(100);
    expect(blinkMs(looking(80, 24, dashboard))).toBeNull();
  });

  test('says of a dark light until when it is dark', () => {
    const { status } = aPanel.leds;
    const night = status && { ...status, litUntilMs: monoNoon };
    const panel = { ...aPanel, leds: night ? { night } : {} };
    const now = aSituation(aView(aSnapshot({ gpio: panel })), { view: { screen: newPanel } });
    expect(textOf(now)[1]).toBe('  ○ night  dark until a button is pressed');
    expect(blinkMs(now)).toBeNull();
  });

  test('says what an answer to a finger means while the light shows it', () => {
    const { status } = aPanel.leds;
    const show = { is: 'holding', sinceMs: monoNoon - 500, untilMs: monoNoon + 1_500 } as const;
    const wordsUntil = (untilMs: number) => {
      const led = status && { ...status, show: { ...show, untilMs } };
      const panel = { ...aPanel, leds: led ? { status: led } : {} };
      const now = aSituation(aView(aSnapshot({ gpio: panel })), { view: { screen: newPanel } });
      return textOf(now).join('\n');
    };
    expect(wordsUntil(monoNoon + 1_500)).toMatch(/status {2}faster and faster\n.*a hold counts/);
    expect(wordsUntil(monoNoon)).toMatch(/status {2}on, with a dip every 2 s/);
  });

  test('does not say how a light is that nobody can know of', () => {
    const lost = { state: 'lost', sinceMs: noon, retryAtMs: noon, words: 'gone' } as const;
    const gone = aView(aSnapshot({ gpio: aPanel }), { link: lost });
    const tried = aView(aSnapshot({ gpio: { ...aPanel, testedBy: 'pi@pts/2' } }));
    for (const [remote, words] of [
      [gone, 'on, with a dip every 2 s'],
      [tried, 'is tested'],
    ] as const) {
      const now = aSituation(remote, { view: { screen: newPanel } });
      expect(textOf(now).join('\n')).toContain(`? status  ${words}`);
      expect(blinkMs(now)).toBeNull();
    }
  });
});

test('a rig that was taken down in order is told as such, and nothing is claimed of its lights', () => {
  const link = {
    state: 'lost',
    sinceMs: noon - 7_000,
    retryAtMs: noon,
    words: 'Start it: rigdeck up',
    downBy: 'pi (rigdeck down)',
  } as const;
  const remote = aView(aSnapshot({ gpio: aPanel }), { link });
  const panel = textOf(aSituation(remote, { view: { screen: newPanel } })).join('\n');
  expect(panel).toContain('taken down by pi (rigdeck down) · 7 s ago');
  expect(panel).toContain('? status  nobody drives it');
  expect(panel).toContain('? record  nobody looks at it');
  const board = textOf(aSituation(remote)).join('\n');
  expect(board).toContain(
    'The rig was taken down in order by pi (rigdeck down): nothing of it runs.',
  );
  expect(board).toContain('rigdeck up');
  expect(board.split('\n').at(-1)).not.toMatch(/record|mark|restart|log|history|preflight/);
});

test('the panel shows the button that Enter would press, and how the rig is, as soon as it is opened or made small', () => {
  const { record } = aPanel.buttons;
  const { status } = aPanel.leds;
  const named = <T>(one: T, names: string) =>
    Object.fromEntries(names.split(' ').map((name) => [name, one]));
  const gpio = {
    ...aPanel,
    leds: named(status, 'red green blue'),
    buttons: named(record, 'one two three four five six'),
  } as typeof aPanel;
  const page = (rows: number, selected: string | null) => {
    const view = { screen: { ...newPanel, selected } };
    return textOf(aSituation(aView(aSnapshot({ gpio })), { columns: 40, rows, view }));
  };
  for (const rows of [24, 12, 8]) {
    for (const [key, name] of [
      [null, 'one'],
      ['button six', 'six'],
      ['led red', 'red'],
    ] as const) {
      const lines = page(rows, key);
      expect(lines.filter((line) => /^[ ↑↓]▌/.test(line))[0]).toContain(` ${name}  `);
      expect(lines[0]).toMatch(/^ panel .* rig ● IDLE$/);
    }
  }
  const lines = page(12, null);
  expect(lines.filter((line) => /^[ ↓]▌/.test(line))).toHaveLength(3);
  // What is not in sight is said by arrows in the margin, as on the dashboard.
  expect(lines[1]).toMatch(/^↑/);
  expect(lines.at(-2)).toMatch(/^↓/);
  expect(page(60, null).join('')).not.toMatch(/[↑↓]\s/);
});

describe('every screen fits every terminal', () => {
  const nasty = '\u001b[2J\u202e日本語 café 👩‍👩‍👧‍👧 '.repeat(9);
  const modules = Object.fromEntries(
    Array.from({ length: 30 }, (_, at) => [
      `module-${at}`,
      aModule({
        state: at % 2 === 0 ? 'recording' : 'crashed',
        detail: nasty,
        problem:
          at % 3 === 0
            ? {
                code: 'exited',
                message: nasty,
                remedy: nasty,
                count: 1,
                firstAt: ago(1),
                lastAt: ago(1),
              }
            : null,
      }),
    ]),
  );
  const rig = { ...recordingRig, name: nasty };
  const remote = aView(aSnapshot({ rig, modules }));
  const log = { ...emptyLog('module-3'), lines: [nasty, 'short', nasty] };
  const entry = {
    type: 'intent',
    at: ago(1),
    epoch: 'e1',
    seq: 1,
    actor: nasty,
    kind: nasty,
    module: nasty,
    outcome: nasty,
    reason: nasty,
    message: nasty,
  } as const;
  const check = { about: nasty, level: 'blocker', message: nasty, remedy: nasty } as const;
  const result = { version: 1, at: ago(1), verdict: 'blocked', checks: [check, check] } as const;
  const past = { state: 'known', entries: Array.from({ length: 40 }, () => entry) } as const;
  const screens: readonly Screen[] = [
    dashboard,
    { kind: 'search', text: 'x', before: '' },
    question.screen,
    { kind: 'confirm-leave' },
    log,
    { kind: 'help', query: '', top: 3 },
    { kind: 'help', query: nasty, top: 0 },
    { kind: 'prompt', text: nasty },
    { kind: 'problems', selected: 'module-9 exited' },
    { kind: 'preflight', top: 0, answer: { state: 'unknown', words: nasty } },
    { kind: 'preflight', top: 1, answer: { state: 'known', result } },
    newPanel,
    { ...newPanel, selected: 'button record' },
    { ...newPanel, shows: 'wiring', top: 3 },
    { ...historyOf(null), past, top: 9 },
    { ...modulePage('module-3'), past, log, top: 2 },
  ];

  test.each(screens.map((screen) => [screen.kind, screen] as const))('%s', (_, screen) => {
    const toast = { words: nasty, tone: 'bad' as const, untilMs: noon + 1 };
    for (const columns of [1, 2, 10, 20, 39, 40, 71, 72, 80, 120, 300]) {
      for (const rows of [2, 3, 4, 5, 8, 12, 16, 17, 24, 60]) {
        const looks = { columns, rows, view: { screen }, notices: { toast }, leaving: nasty };
        const now = aSituation(remote, looks);
        const { lines } = frameOf(now);
        expect(lines.length, `${columns} x ${rows}`).toBeLessThanOrEqual(rows - 1);
        for (const line of lines) {
          const text = encode(line, columns, now.theme);
          expect(widthOf(text)).toBeLessThanOrEqual(columns);
          expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        }
      }
    }
  });
});

test('the bottom line offers only what works now', () => {
  const idle = textOf(aSituation(aView(aSnapshot()))).at(-1);
  expect(idle).toContain(' r record');
  expect(idle).toContain(' e disable');
  expect(idle).not.toContain(' s stop');
  const off = aSnapshot({ modules: { mic: aModule({ desired: 'off', state: 'disabled' }) } });
  expect(textOf(aSituation(aView(off))).at(-1)).toContain(' e enable');
});

test('a start says over the keys who is waited for, also while its key is not answered yet', () => {
  const since = { phaseSince: ago(12), phaseUntil: ago(-48) };
  const rig = { state: 'arming', status: 'arming', waitingFor: ['cam'] } as const;
  const modules = { mic: aModule({ phase: 'armed' }), cam: aModule({ phase: 'arming', ...since }) };
  const asked = [{ id: 1, words: 'starting', sinceMs: noon - 12_000, about: 'rig' }];
  const arming = aView(aSnapshot({ rig: { ...recordingRig, ...rig }, modules }));
  for (const notices of [{}, { asked }]) {
    expect(textOf(aSituation(arming, { columns: 120, notices })).at(-2)).toContain(
      '1 of 2 armed, waiting for cam: opening its devices and files, 12 s of 60 s',
    );
  }
});

test('a screen that may only look offers only looking keys', () => {
  const link = {
    state: 'live',
    role: 'view',
    words: 'join the group rigdeck to control it',
  } as const;
  const lines = textOf(aSituation({ ...sketchView(), link }));
  expect(lines.at(-1)?.trim()).toBe(
    '↑↓ move  ⏎ open  l log  P problems  H history  : do  ? help  q leave',
  );
  expect(lines.at(-2)).toContain('join the group rigdeck');
});

test('who is waited for is said while a stop or the first data take their time', () => {
  const asked = [{ id: 1, words: 'asked to record', sinceMs: noon - 5_000, about: 'rig' }];
  const words = (rig: Partial<RigRecord>, phase: 'armed' | 'proving') => {
    const modules = { mic: aModule({ phase }), cam: aModule({ phase: 'arming' }) };
    return textOf(aSituation(aView(aSnapshot({ rig, modules })), { notices: { asked } })).at(-2);
  };
  expect(words({ state: 'stopping', waitingFor: ['cam'] }, 'armed')).toContain(
    'waiting for cam: opening its devices and files',
  );
  expect(words({ ...recordingRig, waitingFor: [] }, 'proving')).toContain(
    'waiting for the first data of mic',
  );
});

test('what is wrong and what to do about it are shown by turns where there is little room', () => {
  const problem = problemWith({
    message: 'camera-right records nothing: its file stopped growing 7 s ago.',
    remedy: 'Check the cable, then R to restart it; the other modules record on.',
  });
  const modules = { 'camera-right': aModule({ problem }), mic: aModule() };
  const remote = aView(aSnapshot({ modules }));
  const shown = (turn: number) => {
    const clocks = { nowMs: () => noon + turn * pageMs, monoMs: () => monoNoon };
    const size = { columns: 40, rows: 8 };
    const theme = { colours: 'plain', ascii: false } as const;
    return textOf(situationOf(remote, firstView, clocks, size, theme, null)).join('\n');
  };
  const turns = Array.from({ length: 4 }, (_, turn) => shown(turn));
  for (const part of ['camera-right records', 'growing 7 s ago.', '→ Check the', 'record on.']) {
    expect(
      turns.some((text) => text.includes(part)),
      part,
    ).toBe(true);
  }
  expect(turns.join()).not.toContain('…');
});

test('a rig without modules says what to do', () => {
  const lines = textOf(aSituation(aView(aSnapshot({ modules: {} }))));
  expect(lines.join(' ')).toContain(
    'This rig has no modules. Add one under `modules:` in rig.yaml',
  );
});

test('a lost daemon is said, with the age of what is shown, and everything else is faint', () => {
  const link = {
    state: 'lost',
    sinceMs: noon - 14_000,
    retryAtMs: noon + 2_000,
    words: '',
  } as const;
  const now = aSituation({ ...sketchView(), link }, { theme: { colours: '256', ascii: false } });
  const { lines } = frameOf(now);
  expect(lines[0]?.map(({ text }) => text).join('')).toContain(
    'daemon not answering · as of 14 s ago · trying again in 2 s',
  );
  for (const line of lines.slice(1, 12)) {
    for (const { paint } of line) expect(paint).toEqual({ dim: true });
  }
  const words = lines.flat().map(({ text }) => text);
  expect(words.join(' ')).toContain('Modules record on without the daemon: 3 recorded at the last');
  // What counted down counts no more.
  expect(words.join(' ')).toContain('again in 18 s');
});

test('the selected module stays in sight of a long list, and more is announced', () => {
  const modules = Object.fromEntries(
    Array.from({ length: 30 }, (_, at) => [`module-${at}`, aModule()]),
  );
  const now = aSituation(aView(aSnapshot({ modules })), {
    rows: 12,
    view: { selected: 'module-20' },
  });
  const rows = textOf(now).filter((line) => line.includes('module-'));
  expect(rows.find((line) => line.includes('module-20'))).toMatch(/^ ▌/);
  expect(rows.at(0)).toMatch(/^↑/);
  expect(rows.at(-1)).toMatch(/^↓/);
});

test('a toast that refuses is said over the keys, also where there is little room', () => {
  const toast = { words: 'nothing is being recorded', tone: 'bad' as const, untilMs: noon + 1 };
  for (const [columns, rows] of [
    [80, 24],
    [40, 12],
    [30, 5],
  ] as const) {
    const now = aSituation(sketchView(), { columns, rows, notices: { toast } });
    expect(textOf(now).join('\n')).toContain('nothing is being recorded');
  }
});

test('what was asked is not shown as done', () => {
  const asked = [{ id: 1, words: 'asked to stop trial 7', sinceMs: noon - 5_000, about: 'rig' }];
  const text = textOf(aSituation(sketchView(), { notices: { asked } })).join('\n');
  expect(text).toContain('asked to stop trial 7, no answer for 5 s');
  expect(text).toContain('◉ REC ');
});

test('the badge of the rig is plain REC only with evidence from every required module', () => {
  const recorded = (facts: Parameters<typeof aModule>[0]) => {
    const modules = { mic: aModule({ state: 'recording', ...facts }) };
    return textOf(aSituation(aView(aSnapshot({ rig: recordingRig, modules }))))[0];
  };
  expect(recorded({})).toContain('◉ REC 00:12:41');
  expect(recorded({ phase: 'proving' })).toContain('◉ REC ... 00:12:41');
  expect(recorded({ health: 'stalled' })).toContain('◉ REC? 00:12:41');
  expect(recorded({ state: 'crashed' })).toContain('◉ REC? 00:12:41');
});

test.each([
  [80, '‖ PAUSED for 40 s, 00:12:01 recorded   trial 7 "maze left"'],
  [40, '‖ PAUSED 40 s, 12:01'],
])('the clock of a paused trial stands, and says since when, at %i columns', (columns, words) => {
  const paused = { pausedSinceMonoMs: monoNoon - 40_000 };
  const rig = { ...recordingRig, state: 'paused', trial: { ...aTrial, ...paused } } as const;
  const modules = { mic: aModule({ state: 'paused' }) };
  expect(textOf(aSituation(aView(aSnapshot({ rig, modules })), { columns }))[0]).toContain(words);
});

test('a badge has the colours of the one table', () => {
  const now = aSituation(sketchView(), { theme: { colours: '256', ascii: false } });
  const { lines } = frameOf(now);
  const paints = lines.flat();
  expect(paints.find(({ text }) => text === '✖ CRASHED')?.paint).toEqual(looks.crashed);
  expect(lines.every((line) => lineWidth(line) <= 80)).toBe(true);
});

test('a log that is scrolled back stays where it is while new lines come', () => {
  const lines = Array.from({ length: 50 }, (_, at) => `line ${at}`);
  const log = { ...emptyLog('mic'), lines, first: 100, bottom: 120 };
  const shown = (all: readonly string[]) => {
    const screen = { ...log, lines: all };
    return textOf(aSituation(sketchView(), { rows: 12, view: { screen } }));
  };
  expect(shown(lines)).toEqual(shown([...lines, 'new']));
  expect(shown(lines)).toContain(' line 20');
  expect(shown(lines)).not.toContain(' line 21');
});

describe('at 40 x 12', () => {
  const records = aView(
    aSnapshot({ rig: recordingRig, modules: { mic: aModule({ state: 'recording' }) } }),
  );
  const { view, nowMs, ...rest } = aSituation(records, { columns: 40, rows: 12 });
  const at = (ms: number) => textOf({ ...rest, view, nowMs: nowMs + ms });

  test('the keys of a recording are named, the pause too', () => {
    expect(at(0).at(-1)).toBe(' ⏎ open  s stop  p pause  m mark  ? help');
  });

  test('session and label are shown in turn with the machine', () => {
    const lines = [at(0)[1], at(pageMs)[1]];
    expect(lines).toContain(' 83 GB ≈ 6 h 12 m · 61 °C');
    expect(lines).toContain(' 0042 pilot-b · "maze left"');
  });

  test('an open session is shown while nothing is recorded', () => {
    const { session } = recordingRig;
    if (session === undefined) throw new Error('the sample has no session');
    const idle = aView(aSnapshot({ rig: { session } }));
    const text = textOf(aSituation(idle, { columns: 40, rows: 12 }));
    expect(text[1]).toBe(' 83 GB ≈ 6 h 12 m · 61 °C · 0042 pilot-b');
  });

  test('a key that is the same on many screens is explained once', () => {
    const screen = { kind: 'help', query: 'go on with it', top: 0 } as const;
    const text = textOf(aSituation(records, { columns: 40, rows: 12, view: { screen } }));
    expect(text.filter((line) => line.startsWith(' p '))).toHaveLength(1);
  });

  test('what to do is a sentence, also where a module said it', () => {
    const problem = problemWith({ message: 'mic: no sound card', remedy: 'plug one in' });
    const ill = aView(aSnapshot({ modules: { mic: aModule({ state: 'error', problem }) } }));
    const text = textOf(aSituation(ill, { columns: 80, rows: 24 }));
    expect(text).toContain(' ! mic: no sound card. Plug one in');
    const page = textOf(aSituation(ill, { columns: 40, view: { screen: modulePage('mic') } }));
    expect(page).toContain(' doing     nothing: it cannot work');
  });

  test('a paused trial keeps its number beside a long name', () => {
    const trial = { ...aTrial, pausedSinceMonoMs: monoNoon - 29_000 };
    const rig = { ...recordingRig, state: 'paused', trial } as const;
    const mic = aModule({ state: 'paused', health: 'unresponsive' });
    const paused = aView(aSnapshot({ rig, modules: { mic } }));
    const text = textOf(aSituation(paused, { columns: 40, rows: 12 }));
    expect(text[0]).toBe(' field-r…  ‖ PAUSED 29 s, 12:12  trial 7');
    expect(text.find((line) => line.includes('▌mic'))).toContain('‖ PAUSED?');
  });

  test('what goes on of a long problem is marked so', () => {
    const message = `mic records nothing: ${'its process 812 is frozen. '.repeat(4).trim()}`;
    const modules = Object.fromEntries(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name, aModule()]),
    );
    const mic = aModule({ problem: problemWith({ message, remedy: null }) });
    const ill = aView(aSnapshot({ modules: { ...modules, mic } }));
    const now = aSituation(ill, { columns: 40, rows: 12 });
    const marks = [0, 1, 2].map((page) => {
      const text = textOf({ ...now, nowMs: now.nowMs + page * pageMs });
      return text.findLast((line) => / [!…] /.test(line))?.slice(0, 3);
    });
    expect(new Set(marks)).toEqual(new Set([' ! ', ' … ']));
  });
});

describe('a long answer', () => {
  const refused = `${'Nothing is recorded: cam is not ready to record. '.repeat(6)}The end.`;
  const notices = { toast: { words: refused, tone: 'bad', untilMs: noon + 9_000 } } as const;

  test('is shown as a whole where the rows leave room for it', () => {
    const text = textOf(aSituation(sketchView(), { notices })).join('\n');
    expect(text).toContain('The end.');
    expect(text).toContain('notes');
  });

  test('says that it goes on where they do not', () => {
    const modules = Object.fromEntries(
      Array.from({ length: 20 }, (_, at) => [`module-${at}`, aModule()]),
    );
    const text = textOf(aSituation(aView(aSnapshot({ modules })), { notices }));
    expect(text.join('\n')).not.toContain('The end.');
    expect(text.at(-2)).toMatch(/ …$/);
    expect(text.at(-1)).toContain('q leave');
  });
});

test('a log that has the whole screen is its lines alone, unless the daemon is gone', () => {
  const lines = Array.from({ length: 50 }, (_, at) => `line ${at}`);
  const screen = { ...emptyLog('mic'), lines, full: true };
  const live = sketchView();
  const shown = textOf(aSituation(live, { rows: 12, view: { screen } }));
  expect(shown).toEqual(lines.slice(-11).map((line) => ` ${line}`));
  const link = {
    state: 'lost',
    sinceMs: noon - 14_000,
    retryAtMs: noon + 2_000,
    words: 'gone',
  } as const;
  const lost = textOf(aSituation({ ...live, link }, { rows: 12, view: { screen } }));
  expect(lost[0]).toContain('log of mic');
  expect(lost[0]).toContain('as of 14 s ago');
});

test('a module page has its options as the daemon runs it, and marks what rig.yaml says otherwise by now', () => {
  const screen = { ...modulePage('mic'), detail: aDetail };
  const text = textOf(aSituation(aView(aSnapshot()), { rows: 60, view: { screen } }));
  const from = text.indexOf(' options · as it runs');
  expect(text.slice(from, from + 6)).toEqual([
    ' options · as it runs',
    '   device: "default"',
    ' ! gain: not set (rig.yaml says 3 now)',
    ' ! mono: true (rig.yaml has it no more)',
    ' ! rate: 48000 (rig.yaml says 96000 now)',
    ' $ node /opt/rigdeck/modules/audio/main.mjs',
  ]);
});

test('a module page names the file that is written now', () => {
  const screen = { ...modulePage('mic'), writes: ['mic_s002.wav', 'mic_s002.json'] };
  const text = textOf(aSituation(aView(aSnapshot()), { columns: 60, view: { screen } }));
  expect(text).toContain(' writes    mic_s002.wav and 1 more file');
});
