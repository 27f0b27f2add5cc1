import { describe, expect, test } from 'vitest';
import type { RemoteView } from '../../../src/protocol/rig.ts';
import { findWords } from '../../../src/tui/glossary.ts';
import { bottomLine } from '../../../src/tui/keymap/bottom-line.ts';
import { findKeys, keysAsMarkdown } from '../../../src/tui/keymap/key-help.ts';
import { keysOn } from '../../../src/tui/keymap/key-row.ts';
import { keymap } from '../../../src/tui/keymap/keymap.ts';
import { press } from '../../../src/tui/keymap/press.ts';
import { emptyLog } from '../../../src/tui/view/log-screen.ts';
import {
  dashboard,
  historyOf,
  modulePage,
  newPalette,
  newPanel,
  newPreflight,
  type Screen,
} from '../../../src/tui/view/screens.ts';
import { problemWith, trialWith } from '../../support/sample-rig.ts';
import {
  ago,
  aModule,
  aPanel,
  aSituation,
  aSnapshot,
  aView,
  monoNoon,
  recordingRig,
} from '../support/rig-view.ts';

const screens: readonly Screen[] = [
  dashboard,
  { kind: 'search', text: 'x', before: '' },
  { kind: 'help', query: '', top: 0 },
  emptyLog('mic'),
  modulePage('mic'),
  { kind: 'problems', selected: null },
  historyOf(null),
  newPreflight,
  newPanel,
  { kind: 'confirm-leave' },
  { kind: 'confirm-stop', epoch: 'e1', trial: 7 },
  { kind: 'prompt', text: '' },
  newPalette,
  { kind: 'words', text: '', marker: { atMonoMs: 1, atMs: 1 } },
];
const expected = { epoch: 'e1', seq: 7 };
const idle = aView(aSnapshot());
const stubborn = aView(
  aSnapshot({
    rig: recordingRig,
    modules: {
      mic: aModule({ state: 'recording' }),
      cam: aModule({ state: 'recording', can: ['arm'] }),
    },
  }),
);
const records = aView(
  aSnapshot({ rig: recordingRig, modules: { mic: aModule({ state: 'recording' }) } }),
);
const paused = aView(aSnapshot({ rig: { ...recordingRig, state: 'paused' } }));
const off = aView(aSnapshot({ modules: { mic: aModule({ desired: 'off', state: 'disabled' }) } }));
const crashed = aView(
  aSnapshot({
    modules: {
      mic: aModule({
        state: 'crashed',
        retryAt: ago(-4),
        problem: {
          code: 'exited',
          message: 'ended by SIGSEGV',
          remedy: null,
          count: 1,
          firstAt: ago(1),
          lastAt: ago(1),
        },
      }),
    },
  }),
);
const viewOnly: RemoteView = { ...records, link: { state: 'live', role: 'view', words: null } };
const lost: RemoteView = {
  ...records,
  link: { state: 'lost', sinceMs: 0, retryAtMs: 0, words: '' },
};

const intents: readonly (readonly [string, string, RemoteView, object])[] = [
  [
    'r',
    'an idle rig',
    idle,
    { kind: 'record.start', label: null, expect: expected, waitMs: 600_000 },
  ],
  ['p', 'a recording rig', records, { kind: 'record.pause', expect: expected, waitMs: 600_000 }],
  ['p', 'a paused rig', paused, { kind: 'record.resume', expect: expected, waitMs: 600_000 }],
  ['e', 'a wanted module', idle, { kind: 'module.disable', module: 'mic', expect: expected }],
  ['e', 'an unwanted module', off, { kind: 'module.enable', module: 'mic', expect: expected }],
  ['R', 'a wanted module', idle, { kind: 'module.restart', module: 'mic' }],
  ['t', 'a crashed module', crashed, { kind: 'module.retry', module: 'mic' }],
  ['m', 'a recording rig', records, { kind: 'mark', atMonoMs: monoNoon }],
  [
    'x',
    'a crashed module',
    crashed,
    { kind: 'problem.acknowledge', module: 'mic', code: 'exited' },
  ],
];

test.each(intents)('%s on %s', (key, _, remote, intent) => {
  expect(press(key, aSituation(remote))).toMatchObject({ kind: 'submit', intent });
});

const refusals: readonly (readonly [string, string, RemoteView, string])[] = [
  ['r', 'a recording rig', records, 'trial 7 is being recorded already'],
  ['r', 'a paused rig', paused, 'trial 7 is paused: p goes on with it'],
  ['r', 'a rig without modules', aView(aSnapshot({ modules: {} })), 'there are no modules'],
  ['s', 'an idle rig', idle, 'nothing is being recorded'],
  ['p', 'an idle rig', idle, 'nothing is being recorded that could pause'],
  ['p', 'a rig with a module that cannot pause', stubborn, 'cam cannot pause: stop instead (s)'],
  ['m', 'a rig without a session', idle, 'no session is open'],
  ['t', 'a module that runs well', idle, 'mic is idle: nothing to retry'],
  ['R', 'an unwanted module', off, 'mic is switched off: e enables it'],
  ['x', 'a rig without problems', idle, 'there is no problem to acknowledge'],
  ['e', 'a view-only screen', viewOnly, 'this screen may only look'],
  ['s', 'a lost daemon', lost, 'the daemon does not answer; nothing was sent'],
  [
    's',
    'a rig that is stopping',
    aView(aSnapshot({ rig: { ...recordingRig, state: 'stopping', waitingFor: ['cam'] } })),
    'the recording is being stopped: waiting for cam',
  ],
];

test.each(refusals)('%s on %s says why it does nothing', (key, _, remote, words) => {
  const pressed = press(key, aSituation(remote));
  expect(pressed).toMatchObject({ kind: 'refused', words: expect.stringContaining(words) });
});

test.each([
  ['m', lost, 'words', 'not marked'],
  ['W', records, 'words', 'no marker of yours waits for words'],
  ['L', records, 'prompt', null],
  ['L', lost, 'prompt', null],
] as const)('%s opens its line also where nothing can come of it', (key, remote, kind, why) => {
  const pressed = press(key, aSituation(remote));
  const marker = { why: expect.stringContaining(why ?? '') };
  const screen = why === null ? { kind } : { kind, marker };
  expect(pressed).toMatchObject({ kind: 'view', action: { type: 'show', screen } });
});

describe('on the panel', () => {
  const onPanel = (gpio = aPanel, selected: string | null = null) =>
    aSituation(aView(aSnapshot({ gpio })), { view: { screen: { ...newPanel, selected } } });

  test('Enter clicks the selected button of simulated lines, and h holds it long enough', () => {
    expect(press('enter', onPanel())).toMatchObject({ kind: 'press', line: 'GPIO17', holdMs: 150 });
    expect(press('h', onPanel())).toMatchObject({ kind: 'press', line: 'GPIO17', holdMs: 2_300 });
    expect(press('enter', onPanel(aPanel, 'button mark'))).toMatchObject({ line: 'GPIO27' });
  });

  const real = { ...aPanel, backend: 'cdev' } as const;
  const power = { afterMs: 5_000, action: 'rig.shutdown' };
  const record = aPanel.buttons['record'];
  const shutdown = record && { ...record, does: { ...record.does, hold: power } };
  const heldOnly = record && {
    ...record,
    does: { ...record.does, click: null },
  };
  test.each([
    [
      'enter',
      onPanel({ ...aPanel, buttons: heldOnly ? { record: heldOnly } : {} }),
      'a click of this button does nothing: h holds it',
    ],
    ['enter', onPanel(real), 'only a finger presses them'],
    ['enter', onPanel(aPanel, 'led status'), 'that is no button'],
    ['h', onPanel(aPanel, 'button mark'), 'no hold is bound to this button'],
    [
      'h',
      onPanel({ ...aPanel, buttons: shutdown ? { record: shutdown } : {} }),
      'that hold switches the machine off',
    ],
  ])('%s says why it does nothing', (key, now, words) => {
    const said = press(key, now);
    expect(said.kind === 'refused' ? said.words : said.kind).toContain(words);
  });
});

describe('a stop', () => {
  const asked = { screen: { kind: 'confirm-stop', epoch: 'e1', trial: 7 } } as const;

  test('needs another key than the one that asks', () => {
    expect(press('s', aSituation(records))).toMatchObject({
      kind: 'view',
      action: { type: 'show', screen: asked.screen },
    });
    expect(press('s', aSituation(records, { view: asked }))).toEqual({ kind: 'none' });
    expect(press('y', aSituation(records))).toEqual({ kind: 'none' });
    const confirmed = press('y', aSituation(records, { view: asked }));
    expect(confirmed).toMatchObject({ intent: { kind: 'record.stop', expect: expected } });
  });

  test.each(['enter', 'esc', 'n'])('%s keeps recording', (key) => {
    const pressed = press(key, aSituation(records, { view: asked }));
    expect(pressed).toEqual({ kind: 'view', action: { type: 'back' } });
  });

  test('asked for one trial is never taken for another', () => {
    const trial = trialWith({ number: 8, startedAt: ago(1) });
    const next = aView(aSnapshot({ rig: { ...recordingRig, trial } }));
    expect(press('y', aSituation(next, { view: asked }))).toEqual({ kind: 'none' });
  });
});

describe('x', () => {
  const problem = problemWith({ code: 'stalled', message: 'cam records nothing.' });
  const modules = { mic: aModule(), cam: aModule({ problem }) };
  const acknowledged = (code: string, module: string | null) => ({
    intent: { kind: 'problem.acknowledge', module, code },
  });

  test('acknowledges the problem that is shown, whosever it is', () => {
    const others = aView(aSnapshot({ modules }));
    expect(press('x', aSituation(others))).toMatchObject(acknowledged('stalled', 'cam'));
    const low = problemWith({ code: 'low-space' });
    const both = aView(aSnapshot({ modules, rig: { problems: [low] } }));
    expect(press('x', aSituation(both))).toMatchObject(acknowledged('low-space', null));
    const selected = { view: { selected: 'cam' } };
    expect(press('x', aSituation(both, selected))).toMatchObject(acknowledged('stalled', 'cam'));
  });

  test('goes on with the next when one was acknowledged, and says so when all were', () => {
    const seen = { ...problem, acknowledged: true };
    const low = problemWith({ code: 'low-space' });
    const rest = { mic: aModule({ problem: seen }), cam: aModule() };
    const one = aView(aSnapshot({ modules: rest, rig: { problems: [low] } }));
    expect(press('x', aSituation(one))).toMatchObject(acknowledged('low-space', null));
    const none = aView(aSnapshot({ modules: rest }));
    expect(press('x', aSituation(none))).toMatchObject({
      words: 'that is acknowledged already; it stays until it is over',
    });
  });

  test('on the page of a module is about that module, and X in the list about all', () => {
    const remote = aView(aSnapshot({ modules }));
    const page = { view: { screen: modulePage('mic') } };
    expect(press('x', aSituation(remote, page))).toMatchObject({
      words: 'there is no problem to acknowledge',
    });
    const list = { view: { screen: { kind: 'problems', selected: null } } } as const;
    expect(press('x', aSituation(remote, list))).toMatchObject(acknowledged('stalled', 'cam'));
    expect(press('X', aSituation(remote, list))).toMatchObject({
      intent: { kind: 'problem.acknowledge' },
    });
  });
});

test('a demo, which ends with its screen, asks before it is left', () => {
  const leaving = 'The demo rig ends with this screen.';
  expect(press('q', aSituation(records, { leaving }))).toMatchObject({
    action: { type: 'show', screen: { kind: 'confirm-leave' } },
  });
  const asked = { leaving, view: { screen: { kind: 'confirm-leave' } } } as const;
  expect(press('q', aSituation(records, asked))).toEqual({ kind: 'none' });
  expect(press('y', aSituation(records, asked))).toEqual({ kind: 'leave' });
});

test('Ctrl-C in a demo asks as q does, from every screen, and is the yes in its question', () => {
  const leaving = 'The demo rig ends with this screen.';
  for (const screen of screens) {
    const pressed = press('ctrl-c', aSituation(records, { leaving, view: { screen } }));
    if (screen.kind === 'confirm-leave') expect(pressed).toEqual({ kind: 'leave' });
    else expect(pressed).toMatchObject({ action: { screen: { kind: 'confirm-leave' } } });
  }
});

test('Ctrl-C leaves from every screen, and q only where it is no letter', () => {
  for (const screen of screens) {
    expect(press('ctrl-c', aSituation(records, { view: { screen } }))).toEqual({ kind: 'leave' });
    expect(press('ctrl-l', aSituation(records, { view: { screen } }))).toEqual({ kind: 'redraw' });
  }
  const help = { screen: { kind: 'help', query: '', top: 0 } } as const;
  expect(press('q', aSituation(records))).toEqual({ kind: 'leave' });
  expect(press('q', aSituation(records, { view: help }))).toMatchObject({
    action: { type: 'type', text: 'q' },
  });
});

test('no key means two things on one screen', () => {
  for (const { kind } of screens) {
    const keys = keymap.flatMap((row) => keysOn(row, kind));
    expect(keys, kind).toEqual([...new Set(keys)]);
  }
});

test('help finds keys by what they do, and the docs have all of them', () => {
  expect(findKeys('restart others rig').map(({ keys }) => keys)).toEqual(['R']);
  expect(findKeys('no such thing')).toEqual([]);
  const markdown = keysAsMarkdown();
  for (const { help } of findKeys('')) expect(markdown).toContain(`| ${help} |`);
});

test.each([
  'undo',
  'clipboard',
  'clients',
  'who',
  'bars',
  'sparkline',
  'armed',
  'dropped',
  'theme',
  'sun',
])('help knows the word "%s"', (word) =>
  expect([...findKeys(word), ...findWords(word)]).not.toEqual([]),
);

test('at 80 columns a log offers to mark lines, and to copy them once they are marked', () => {
  for (const mark of [null, 3]) {
    const log = { ...emptyLog('mic'), lines: ['one', 'two'], first: 2, bottom: 3, mark };
    const now = aSituation(aView(aSnapshot()), {
      columns: 80,
      rows: 24,
      view: { screen: log, below: [] },
    });
    const words = bottomLine(now).map(({ text }) => text);
    expect(words).toEqual(expect.arrayContaining(['c', ' copy', 'v']));
  }
});

test('only keys that every terminal has and nobody else takes: no Ctrl but Ctrl-C and Ctrl-Z, no Alt, no function key', () => {
  const named =
    /^(up|down|left|right|enter|esc|home|end|pageup|pagedown|backspace|(shift-)?tab|ctrl-[clz])$/;
  for (const key of keymap.flatMap(({ keys }) => keys)) {
    expect([...key].length === 1 || named.test(key), key).toBe(true);
  }
});
