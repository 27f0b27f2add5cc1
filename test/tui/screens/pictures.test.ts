import { describe, expect, test } from 'vitest';
import type { RemoteView } from '../../../src/protocol/rig.ts';
import type { ModuleRecord } from '../../../src/protocol/snapshot.ts';
import { themeOf } from '../../../src/protocol/theme.ts';
import { emptyLog } from '../../../src/tui/view/log-screen.ts';
import { dashboard, modulePage, type Screen } from '../../../src/tui/view/screens.ts';
import { problemWith } from '../../support/sample-rig.ts';
import { drawn, isBroken, stylesOf, textOf } from '../support/picture.ts';
import {
  ago,
  aModule,
  aSituation,
  aSnapshot,
  aTrial,
  aView,
  groupedView,
  recordingRig,
  sketchView,
} from '../support/rig-view.ts';

// The clock times on the pages are those of the place.
process.env['TZ'] = 'UTC';

const sizes = [
  [20, 5],
  [40, 12],
  [60, 16],
  [80, 24],
  [120, 40],
  [300, 100],
] as const;

const log = {
  ...emptyLog('camera-right'),
  lines: [
    '14:01:58 opened /dev/video2, 1280x720 at 30 frames a second, YUYV',
    '14:02:03 warning: no frame for 2 s',
    '14:02:05 warning: no frame for 4 s; the cable, the hub or the power may be the reason, in that order of what was seen before',
  ],
};
const past = {
  state: 'known',
  entries: [
    {
      type: 'change',
      at: ago(7),
      epoch: 'e1',
      seq: 41,
      actor: 'evidence',
      cause: 'evidence: no',
      what: ['camera-right health ok -> stalled'],
      modules: ['camera-right'],
    },
  ],
} as const;

type Picture = readonly [
  name: string,
  view: () => RemoteView,
  screen: Screen,
  selected: string | null,
];

const pictures: readonly Picture[] = [
  ['dashboard', sketchView, dashboard, null],
  ['groups', groupedView, { ...dashboard, folded: ['pictures'] }, 'group pictures'],
  ['stop-question', sketchView, { kind: 'confirm-stop', epoch: 'e1', trial: 7 }, null],
  ['module-page', sketchView, { ...modulePage('camera-right'), log, past }, null],
  ['log', sketchView, log, null],
  ['problems', sketchView, { kind: 'problems', selected: null }, null],
  ['help', sketchView, { kind: 'help', query: 'stop', top: 0 }, null],
  ['wide-characters', wideView, dashboard, null],
];

test.each(pictures)(
  '%s looks like this on terminals of every size',
  async (name, view, screen, selected) => {
    const all: string[] = [];
    for (const [columns, rows] of sizes) {
      const looks = { columns, rows, view: { screen, below: [], selected } };
      const terminal = await drawn(aSituation(view(), looks));
      expect(isBroken(terminal), `${columns} x ${rows}`).toBe(false);
      all.push(`===== ${columns} x ${rows}`, textOf(terminal));
    }
    await expect(`${all.join('\n')}\n`).toMatchFileSnapshot(`pictures/${name}.txt`);
  },
);

/** Names, labels and details in letters that are two columns wide, that are put on others, or that are no letters. */
function wideView(): RemoteView {
  const record = { state: 'recording' } as const;
  const modules = {
    照相机: aModule({ ...record, detail: '1280×720 フレーム 30/s' }),
    'cafe\u0301-mic': aModule({ ...record, detail: 'naïve peak −12 dB' }),
    '🎥-top': aModule({ ...record, detail: '👩‍👩‍👧‍👧 in view' }),
    rtl: aModule({ ...record, detail: 'שלום \u202eabc' }),
    zalgo: aModule({ detail: 'z\u0300\u0301\u0302\u0303\u0304algo' }),
  };
  const trial = { ...aTrial, label: '迷路 🐭 left' };
  const rig = { ...recordingRig, name: '現場-03', trial };
  return aView(aSnapshot({ rig, modules }));
}

const problem = problemWith({ message: 'it does not work.' });
const evidence = { bytes: 1, samples: 1, dropped: 0, files: 1, lastProgressAt: ago(7) };
const everyBadge: Readonly<Record<string, Partial<ModuleRecord>>> = {
  off: { desired: 'off', state: 'disabled' },
  starting: { state: 'starting', phase: 'spawning' },
  idle: {},
  recording: { state: 'recording', evidence },
  stalled: { state: 'recording', health: 'stalled', evidence },
  paused: { state: 'paused' },
  stopping: { state: 'stopping', phase: 'quitting' },
  error: { state: 'error', problem },
  crashed: { state: 'crashed' },
};

describe('every badge', () => {
  const env = { TERM: 'xterm-256color', LANG: 'C.UTF-8' };
  test.each([
    ['default', env],
    ['mono', env],
    ['high-contrast', env],
    ['default', { ...env, TERM: 'xterm' }],
    ['default', { TERM: 'linux', LANG: 'C.UTF-8' }],
  ] as const)('in the theme %s on %o looks like this', async (name, terminalEnv) => {
    const theme = themeOf({ color: 'auto', name }, terminalEnv);
    const modules = Object.entries(everyBadge).map(([key, facts]) => [key, aModule(facts)]);
    const remote = aView(aSnapshot({ rig: recordingRig, modules: Object.fromEntries(modules) }));
    const terminal = await drawn(aSituation(remote, { theme }));
    const file = `pictures/badges-${name}-${terminalEnv.TERM}.txt`;
    await expect(`${stylesOf(terminal).join('\n')}\n`).toMatchFileSnapshot(file);
  });
});
