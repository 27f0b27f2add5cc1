import { describe, expect, test } from 'vitest';
import type { RemoteView } from '../../../src/protocol/rig.ts';
import { looking } from '../../../src/tui/keymap/key-row.ts';
import { keymap } from '../../../src/tui/keymap/keymap.ts';
import { commonStart, rankOf } from '../../../src/tui/keymap/match.ts';
import { foundOn } from '../../../src/tui/keymap/palette.ts';
import { labelOf } from '../../../src/tui/keymap/palette-items.ts';
import { press } from '../../../src/tui/keymap/press.ts';
import type { Situation } from '../../../src/tui/situation.ts';
import { emptyLog } from '../../../src/tui/view/log-screen.ts';
import { dashboard, newPalette, type Screen } from '../../../src/tui/view/screens.ts';
import { reduceView } from '../../../src/tui/view/view-state.ts';
import {
  aModule,
  aSituation,
  aSnapshot,
  aView,
  monoNoon,
  recordingRig,
} from '../support/rig-view.ts';

const modules = {
  'camera-left': aModule({ state: 'recording' }),
  mic: aModule({ state: 'recording' }),
  gps: aModule({ desired: 'off', state: 'disabled' }),
};
const records = aView(aSnapshot({ rig: recordingRig, modules }));
const idle = aView(aSnapshot({ modules }));

/** The palette over a screen after these keys, as a person types them. */
function having(remote: RemoteView, keys: readonly string[], below: Screen = dashboard): Situation {
  let now = aSituation(remote, { view: { screen: newPalette, below: [below] } });
  for (const key of keys) {
    const pressed = press(key, now);
    if (pressed.kind === 'view') {
      const view = reduceView(now.view, pressed.action);
      now = aSituation(remote, { view });
    }
  }
  return now;
}

const found = (now: Situation) =>
  foundOn(keymap, now).items.map((item) => labelOf(item, foundOn(keymap, now).text));

describe('without a text', () => {
  test('the palette names what can be done now, and nothing that would be refused', () => {
    const now = found(having(records, []));
    for (const words of [
      'stop',
      'pause',
      'mark',
      'restart mic',
      'disable mic',
      'enable gps',
      'quit',
    ])
      expect(now).toContain(words);
    for (const words of ['record', 'go on', 'restart gps', 'enable mic', 'disable gps'])
      expect(now).not.toContain(words);
  });

  test('Enter does nothing: a key that was meant for another screen starts no recording', () => {
    expect(press('enter', having(idle, []))).toMatchObject({
      kind: 'refused',
      words: 'nothing is chosen: type what to do, or choose it with the arrows',
    });
  });

  test('the arrows choose, the first with one press', () => {
    expect(foundOn(keymap, having(records, ['down'])).chosen?.words).toBe(
      found(having(records, []))[0],
    );
    expect(foundOn(keymap, having(records, ['down', 'down', 'up', 'up', 'up'])).chosen?.words).toBe(
      found(having(records, []))[0],
    );
  });

  test('keys that only move about are no deeds of it, on any screen', () => {
    for (const kind of looking) {
      const below: Screen = kind === 'log' ? emptyLog('mic') : dashboard;
      for (const words of ['move', 'scroll', 'back', 'do', 'down', 'page'])
        expect(found(having(idle, [], below))).not.toContain(words);
    }
  });
});

describe('what is typed', () => {
  test('finds by words in any order, the beginning of a name counts first', () => {
    expect(found(having(records, [...'left rest']))[0]).toBe('restart camera-left');
    expect(found(having(records, [...'restart c']))[0]).toBe('restart camera-left');
    expect(found(having(records, [...'log gps']))[0]).toBe('log gps');
    expect(found(having(records, [...'crash nowhere']))).toEqual([]);
  });

  test('shows what is refused now, with its reason, and does not do it', () => {
    const now = having(records, [...'record']);
    expect(foundOn(keymap, now).chosen).toMatchObject({
      words: 'record',
      reason: 'trial 7 is being recorded already',
    });
    expect(press('enter', now)).toEqual({
      kind: 'refused',
      words: 'trial 7 is being recorded already',
    });
  });

  test.each([
    ['restart mic', { kind: 'submit', intent: { kind: 'module.restart', module: 'mic' } }],
    ['enable gps', { kind: 'submit', intent: { kind: 'module.enable', module: 'gps' } }],
    [
      'open gps',
      { kind: 'view', action: { type: 'show', screen: { kind: 'module', module: 'gps' } } },
    ],
    ['log gps', { kind: 'view', action: { type: 'show', screen: { kind: 'log', module: 'gps' } } }],
    ['history', { kind: 'view', action: { screen: { kind: 'history', module: null } } }],
    ['history of gps', { kind: 'view', action: { screen: { kind: 'history', module: 'gps' } } }],
    ['preflight', { kind: 'view', action: { screen: { kind: 'preflight' } } }],
    ['mark', { kind: 'submit', intent: { kind: 'mark' } }],
    [
      'mark door Open',
      { kind: 'submit', intent: { kind: 'mark', text: 'door Open', atMonoMs: monoNoon } },
    ],
    ['quit', { kind: 'leave' }],
  ])('`%s` and Enter does it, whatever row is selected', (text, deed) => {
    const now = having(
      aView(aSnapshot({ rig: recordingRig, modules: { ...modules, mic: aModule() } })),
      [...text],
    );
    expect(press('enter', now)).toMatchObject({ kind: 'chosen', deed });
  });

  test('a label may have any words, and records with them', () => {
    expect(press('enter', having(idle, [...'record as Stop mic']))).toMatchObject({
      deed: { intent: { kind: 'record.start', label: 'Stop mic' } },
    });
    const asked = having(idle, [...'record as', 'enter']);
    expect(asked.screen).toMatchObject({ kind: 'palette', text: 'record as ' });
  });

  test('a stop asks the same question as its key', () => {
    expect(press('enter', having(records, [...'stop']))).toMatchObject({
      deed: { action: { type: 'show', screen: { kind: 'confirm-stop', trial: 7 } } },
    });
  });
});

describe('in the words of the command line', () => {
  test.each([
    ['record start', 'record'],
    ['record stop', 'stop'],
    ['record pause', 'pause'],
    ['record resume', 'go on'],
    ['logs mic', 'log mic'],
    ['sessions list', 'sessions'],
    ['sessions verify', 'verify'],
    ['retry --all', 'retry all'],
    ['session end', 'session end'],
    ['config apply', 'config apply'],
    ['down', 'down'],
    ['preflight', 'preflight'],
    ['history', 'history'],
    ['gpio list', 'panel'],
  ])('`%s`, as on the command line, is `%s` here', (text, words) => {
    expect(foundOn(keymap, having(records, [...text])).chosen?.words).toBe(words);
  });

  test.each([
    ['session start pilot b', { kind: 'session.start', name: 'pilot b', waitMs: 60_000 }],
    ['session end', { kind: 'session.end', waitMs: 60_000 }],
    ['config apply', { kind: 'config.apply', waitMs: 90_000 }],
    ['log-level mic debug', { kind: 'log.level', module: 'mic', level: 'debug' }],
    ['log-level warn', { kind: 'log.level', module: null, level: 'warn' }],
  ])('`%s` is asked of the daemon', (text, intent) => {
    const between = { ...recordingRig, state: 'idle', trial: null } as const;
    const now = having(aView(aSnapshot({ rig: between, modules })), [...text]);
    expect(press('enter', now)).toMatchObject({ deed: { kind: 'submit', intent } });
  });

  test('a session is neither opened nor closed while a trial goes into it', () => {
    for (const text of ['session start b', 'session end'])
      expect(press('enter', having(records, [...text]))).toMatchObject({
        words: 'trial 7 goes into this session: s stops it',
      });
  });

  test('a level that there is none of is not asked for', () => {
    const toast = { words: expect.stringContaining('error, warn, info or debug') };
    expect(press('enter', having(records, [...'log-level loud']))).toMatchObject({
      deed: { kind: 'view', action: { type: 'toast', toast } },
    });
  });
});

describe('what has no key of its own', () => {
  test('`verify` begins with the session that is open, or with one that is named', () => {
    const verifying = (session: string) => ({
      deed: {
        action: { screen: { kind: 'session', session, verify: { state: 'under-way' } } },
      },
    });
    const open = recordingRig.session?.id ?? '';
    expect(press('enter', having(records, [...'verify']))).toMatchObject(verifying(open));
    expect(press('enter', having(records, [...'verify 3']))).toMatchObject(verifying('3'));
    expect(press('enter', having(records, [...'sessions verify 3']))).toMatchObject(verifying('3'));
    expect(press('enter', having(idle, [...'verify']))).toMatchObject({
      words: 'no session is open: type its number behind it',
    });
    expect(press('enter', having(idle, [...'sessions show 3']))).toMatchObject({
      deed: { action: { screen: { kind: 'session', session: '3' } } },
    });
  });

  test('`retry all` is one wish for each module that waits for it', () => {
    const failed = aModule({ state: 'crashed', retryAt: null });
    const now = having(
      aView(aSnapshot({ modules: { mic: failed, cam: aModule(), gps: failed } })),
      [...'retry all'],
    );
    const retry = (module: string) => ({ intent: { kind: 'module.retry', module } });
    expect(press('enter', now)).toMatchObject({
      deed: { kind: 'all', deeds: [retry('mic'), retry('gps')] },
    });
  });

  test('`down` says where it is typed', () => {
    expect(press('enter', having(records, [...'down']))).toMatchObject({
      words: 'not from a screen, which it ends too; in a shell: rigdeck down',
    });
  });
});

describe('what is chosen', () => {
  test('stays chosen when the rig changes, and then says why it cannot be done', () => {
    const chosen = having(records, [...'disable mic']);
    const off = { ...modules, mic: aModule({ desired: 'off', state: 'disabled' }) };
    const later = aSituation(aView(aSnapshot({ rig: recordingRig, modules: off })), {
      view: chosen.view,
    });
    expect(press('enter', later)).toEqual({ kind: 'refused', words: 'mic is off already' });
    const { mic: _, ...rest } = modules;
    const gone = aSituation(aView(aSnapshot({ rig: recordingRig, modules: rest })), {
      view: chosen.view,
    });
    expect(press('enter', gone).kind).toBe('refused');
  });

  test('is what Tab completes, after what is clear', () => {
    const two = { 'camera-left': aModule(), 'camera-right': aModule() };
    const typed = (keys: readonly string[]) => {
      const { screen } = having(aView(aSnapshot({ modules: two })), keys);
      return screen.kind === 'palette' ? screen.text : null;
    };
    expect(typed([...'restart c', 'tab'])).toBe('restart camera-');
    expect(typed([...'restart c', 'tab', 'tab'])).toBe('restart camera-left');
    expect(typed([...'right rest', 'tab'])).toBe('restart camera-right');
    expect(typed([...'restart c', 'tab', 'r', 'tab'])).toBe('restart camera-right');
    expect(typed([...'record as maze', 'tab'])).toBe('record as maze');
    expect(typed([...'restarts', 'backspace', 'backspace'])).toBe('restar');
  });
});

test('over a log the palette also has what keys do there, and the rig is asked from there too', () => {
  const now = having(idle, [], emptyLog('mic'));
  expect(found(now)).toContain('copy');
  expect(found(now)).toContain('record');
  expect(found(having(idle, []))).not.toContain('copy');
});

test('a name fits better the more of it was typed', () => {
  expect(rankOf('stop', 'stop', '')).toBe(0);
  expect(rankOf('Re', 'restart mic', '')).toBe(1);
  expect(rankOf('mic re', 'restart mic', '')).toBe(2);
  expect(rankOf('left', 'log camera-left', '')).toBe(2);
  expect(rankOf('era', 'log camera-left', '')).toBe(3);
  expect(rankOf('cmlf', 'log camera-left', '')).toBe(3);
  expect(rankOf('kept', 'log mic', 'the lines that are kept')).toBe(4);
  expect(rankOf('zz', 'log mic', 'the lines')).toBeNull();
  expect(commonStart(['restart mic', 'restart gps'])).toBe('restart ');
  expect(commonStart([])).toBe('');
});
