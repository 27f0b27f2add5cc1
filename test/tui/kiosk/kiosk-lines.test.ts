import { describe, expect, test } from 'vitest';
import type { KioskRecord } from '../../../src/protocol/kiosk-record.ts';
import { usualKiosk } from '../../../src/protocol/kiosk-record.ts';
import type { RemoteView } from '../../../src/protocol/rig.ts';
import { type Paint, painted, type Theme } from '../../../src/protocol/theme.ts';
import { kioskFrame } from '../../../src/tui/kiosk/kiosk-lines.ts';
import { innerSize, type Moment, momentOf } from '../../../src/tui/kiosk/moment.ts';
import { askPin, pinUnasked, typePin } from '../../../src/tui/kiosk/pin.ts';
import { wakeMs } from '../../../src/tui/kiosk/wake.ts';
import { encode, type Line, lineWidth } from '../../../src/tui/line.ts';
import { complain } from '../../../src/tui/view/notices.ts';
import { problemWith } from '../../support/sample-rig.ts';
import {
  ago,
  aModule,
  aSituation,
  aSnapshot,
  aTrial,
  aView,
  monoNoon,
  noon,
  recordingRig,
  sketchView,
} from '../support/rig-view.ts';

const plain: Theme = { colours: 'plain', ascii: false };
const sizes = [
  [20, 5],
  [40, 12],
  [80, 24],
  [120, 40],
] as const;

type Wish = {
  readonly columns?: number;
  readonly rows?: number;
  readonly settings?: Partial<KioskRecord>;
  readonly control?: boolean;
  readonly asks?: boolean;
  readonly pin?: Moment['pin'];
  readonly theme?: Theme;
  readonly says?: string;
};

function aMoment(remote: RemoteView, wish: Wish = {}): Moment {
  const size = { columns: wish.columns ?? 80, rows: wish.rows ?? 24 };
  const screen = { kind: 'confirm-stop', epoch: 'e1', trial: 7 } as const;
  const toast = wish.says === undefined ? {} : { notices: { toast: complain(wish.says, noon) } };
  const looks = { ...innerSize(size), theme: wish.theme ?? plain, ...toast };
  const now = aSituation(remote, wish.asks ? { ...looks, view: { screen } } : looks);
  return momentOf(now, size, {
    settings: { ...usualKiosk, moveMs: 0, ...wish.settings },
    control: wish.control ?? false,
    pin: wish.pin ?? pinUnasked,
  });
}

function textOf(moment: Moment, columns = 80): string {
  const { lines } = kioskFrame(moment);
  return lines.map((line) => encode(line, columns, moment.now.theme).trimEnd()).join('\n');
}

const words = 'No daemon answers in /run/rigdeck. Start it with `systemctl start rigdeck`.';
const lost = { state: 'lost', sinceMs: noon, retryAtMs: noon + 2_000, words } as const;
const recording = { state: 'recording' } as const;
const well = aView(
  aSnapshot({ rig: recordingRig, modules: { cam: aModule(recording), mic: aModule(recording) } }),
);

describe.each(sizes)('a kiosk of %i x %i', (columns, rows) => {
  const size = { columns, rows };
  test('shows a rig whose camera records nothing like this', () => {
    expect(`\n${textOf(aMoment(sketchView(), size), columns)}\n`).toMatchSnapshot();
  });

  test('shows a rig that records like this', () => {
    expect(`\n${textOf(aMoment(well, size), columns)}\n`).toMatchSnapshot();
  });

  test('shows a rig that is ready like this', () => {
    expect(`\n${textOf(aMoment(aView(aSnapshot()), size), columns)}\n`).toMatchSnapshot();
  });

  test('asks before a stop like this', () => {
    const moment = aMoment(sketchView(), { ...size, asks: true, control: true });
    expect(`\n${textOf(moment, columns)}\n`).toMatchSnapshot();
  });

  test('says since when there is no daemon, and what that means', () => {
    const text = textOf(
      aMoment({ ...sketchView(), link: lost }, { ...size, rows: rows + 6 }),
      columns,
    );
    expect(text).toMatch(
      columns < 40 ? /no daemon \d\d:\d\d/ : columns < 80 ? /since \d\d:\d\d/ : /██/,
    );
    expect(text).toContain('!');
  });
});

const manySizes = Array.from({ length: 120 }, (_, at) => ({
  columns: 20 + ((at * 37) % 281),
  rows: 5 + ((at * 13) % 96),
}));

describe('on every size from 20x5 to 300x100', () => {
  const crowd = aSnapshot({
    rig: recordingRig,
    modules: Object.fromEntries(
      Array.from({ length: 60 }, (_, at) => [`module-${at}`, aModule(recording)]),
    ),
  });
  const views: readonly (readonly [string, RemoteView])[] = [
    ['six modules in six states', sketchView()],
    ['an idle rig', aView(aSnapshot())],
    ['a lost daemon', { ...sketchView(), link: lost }],
    ['no daemon yet', { ...aView(null), link: lost }],
    ['the first moment', { ...aView(null), link: { state: 'connecting' } }],
    ['sixty modules', aView(crowd)],
  ];

  test.each(views)(
    '%s: no line is too long, none too many, and it moves within the screen',
    (_, remote) => {
      for (const size of manySizes) {
        for (const asks of [false, true]) {
          const settings = { moveMs: 1 };
          const { lines } = kioskFrame(aMoment(remote, { ...size, asks, settings }));
          expect(lines.length).toBeLessThan(size.rows);
          for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(size.columns);
        }
      }
    },
  );

  const tiny = Array.from({ length: 19 * 6 }, (_, at) => ({
    columns: 1 + (at % 19),
    rows: 1 + Math.floor(at / 19),
  }));

  test.each(views)('%s: nothing is broken on the smallest of all either', (_, remote) => {
    for (const size of tiny) {
      const asks = size.columns % 2 === 0;
      const { lines } = kioskFrame(aMoment(remote, { ...size, asks }));
      expect(lines.length).toBeLessThanOrEqual(Math.max(1, size.rows - 1));
      for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(size.columns);
    }
  });

  test('the state, or that nobody knows it, and the time are on all of them', () => {
    for (const size of manySizes) {
      const text = textOf(aMoment(well, size), size.columns);
      expect(text.includes('12:41') || text.includes('█'), JSON.stringify(size)).toBe(true);
      if (!text.includes('█')) expect(text).toContain('◉ REC');
    }
  });
});

describe('what matters most comes first', () => {
  const problem = (code: 'stalled' | 'hook' | 'config-changed', message: string) =>
    problemWith({ code, message, remedy: 'do something' });

  test('data that do not land are worse than a hook that failed, and both than a notice', () => {
    const modules = {
      mic: aModule({ ...recording, problem: problem('stalled', 'mic records nothing.') }),
    };
    const problems = [
      problem('config-changed', 'rig.yaml has changed.'),
      problem('hook', 'the hook failed.'),
    ];
    const text = textOf(aMoment(aView(aSnapshot({ rig: { ...recordingRig, problems }, modules }))));
    expect(text).toContain('! mic records nothing. (and 2 more)');
    expect(text).toContain('→ Do something');
    expect(text).not.toContain('hook');
  });

  test('a problem that somebody has acknowledged gives way to one that nobody has', () => {
    const modules = {
      mic: aModule({
        problem: { ...problem('stalled', 'mic records nothing.'), acknowledged: true },
      }),
    };
    const problems = [problem('hook', 'the hook failed.')];
    const text = textOf(aMoment(aView(aSnapshot({ rig: { problems }, modules }))));
    expect(text).toContain('! the hook failed.');
  });

  test('modules that do not fit by name are there by sign, and counted where even those do not fit', () => {
    const names = Array.from({ length: 60 }, (_, at) => [`module-${at}`, aModule(recording)]);
    const remote = aView(aSnapshot({ rig: recordingRig, modules: Object.fromEntries(names) }));
    expect(textOf(aMoment(remote, { columns: 80, rows: 24 }))).toMatch(/(◉ ){30}/);
    expect(textOf(aMoment(remote, { columns: 20, rows: 5 }))).toContain('60 ◉');
  });
});

describe('an alarm', () => {
  const reversed = (lines: readonly Line[]) =>
    lines
      .flat()
      .filter(({ paint, text }) => (paint as Paint).reverse === true && text.includes('█'));
  const at = (monoMs: number) => {
    const moment = aMoment(sketchView());
    const now = { ...moment.now, monoMs };
    return kioskFrame({ ...moment, now }).lines;
  };

  test('is in reverse video where the state stands, and nowhere else', () => {
    const [on, off] = [at(monoNoon + 1_000), at(monoNoon)].map(reversed);
    expect([on?.length, off?.length].sort()).toEqual([0, 5]);
  });

  test('has an edge of its own around the letters, also where nothing is in reverse', () => {
    const field = (lines: readonly Line[]) =>
      lines
        .flat()
        .filter(({ paint, text }) => 'reverse' in paint && paint.reverse && /^[ █]+$/.test(text));
    expect(field(at(monoNoon + 1_000))).toHaveLength(7);
    expect(field(at(monoNoon))).toHaveLength(0);
    expect(at(monoNoon).length).toBe(at(monoNoon + 1_000).length);
  });

  test('changes its look once a second', () => {
    const looks = [0, 400, 1_000, 1_400, 2_000].map((ms) => reversed(at(monoNoon + ms)).length > 0);
    expect(looks).toEqual([looks[0], looks[0], !looks[0], !looks[0], looks[0]]);
  });

  test('is not dark at night', () => {
    const minute = new Date(noon).getHours() * 60 + new Date(noon).getMinutes();
    const settings = { dim: { fromMin: minute, untilMin: (minute + 60) % 1_440 } };
    expect(aMoment(sketchView(), { settings }).isDark).toBe(false);
    const dark = aMoment(well, { settings });
    expect(dark.isDark).toBe(true);
    const spans = kioskFrame(dark).lines.flat();
    expect(spans.every(({ text, paint }) => text.trim() === '' || 'dim' in paint)).toBe(true);
  });
});

describe('terminals', () => {
  test('without block signs the letters are blanks in reverse video, as large as the others', () => {
    const theme: Theme = { colours: '16', ascii: true };
    const lines = kioskFrame(aMoment(well, { theme })).lines;
    const lit = lines
      .flat()
      .filter(({ paint }) => (paint as Paint).reverse === true)
      .reduce((sum, { text }) => sum + text.length, 0);
    const blocks = textOf(aMoment(well)).match(/█/g)?.length;
    expect(lit).toBe(blocks);
    expect(textOf(aMoment(well, { theme })).replaceAll('\u001b', '')).toMatch(/^[\n -~]*$/);
  });

  test('without any codes they are signs', () => {
    const theme: Theme = { colours: 'plain', ascii: true };
    expect(textOf(aMoment(well, { theme }))).toMatch(/## {2}##/);
    expect(painted('x', { reverse: true }, theme)).toBe('x');
  });
});

describe('the lower line', () => {
  test('is empty where the kiosk only shows, and has its keys where it may wish', () => {
    expect(textOf(aMoment(well))).not.toContain('stop');
    expect(textOf(aMoment(well, { control: true }))).toMatch(/ s stop {2}p pause {2}m mark$/);
    expect(textOf(aMoment(aView(aSnapshot()), { control: true }))).toMatch(/ r record$/);
  });

  test('says why a kiosk that may wish may only look after all', () => {
    const link = { state: 'live', role: 'view', words: 'not in the group rigdeck' } as const;
    expect(textOf(aMoment({ ...well, link }, { control: true }))).toMatch(
      / not in the group rigdeck$/,
    );
  });

  test('has an answer in the place of the keys', () => {
    expect(textOf(aMoment(well, { control: true, says: 'not now' }))).toMatch(/ not now$/);
  });

  test('never shows the digits of a PIN', () => {
    const pin = ['2', '5', '8'].reduce(
      (asking, key) => typePin(asking, key, noon),
      askPin(pinUnasked, 'r', noon),
    );
    const text = textOf(aMoment(well, { control: true, pin }));
    expect(text).toMatch(/PIN: \*\*\*_ {3}Enter sends it, Esc gives up$/);
    expect(text).not.toContain('258');
  });
});

describe('how soon the screen changes by itself', () => {
  const wake = (remote: RemoteView, wish: Wish = {}) => {
    const moment = aMoment(remote, wish);
    return wakeMs(moment, kioskFrame(moment).turns);
  };
  const quiet = aView(aSnapshot());

  test('never, on a rig that does nothing, unless it is to move or night falls', () => {
    expect(wake(quiet)).toBe(null);
    expect(wake(quiet, { settings: { moveMs: 180_000 } })).toBeLessThanOrEqual(180_010);
    expect(wake(quiet, { settings: { moveMs: 180_000 } })).toBeGreaterThan(1_000);
    const settings = { dim: { fromMin: 0, untilMin: 1_439 } };
    expect(wake(quiet, { settings })).toBeGreaterThan(1_000);
    expect(wake({ ...quiet, link: lost })).toBe(null);
  });

  test('when the next second is over, while something is recorded', () => {
    const trial = { ...aTrial, startedMonoMs: monoNoon - 1_300 };
    const remote = aView(aSnapshot({ rig: { ...recordingRig, trial } }));
    expect(wake(remote)).toBe(710);
  });

  test('each second while somebody is told something, and by turns where a text is too long', () => {
    expect(wake(quiet, { says: 'x' })).toBe(1_010);
    const problems = [problemWith({ message: 'long '.repeat(60), remedy: 'and more' })];
    const long = aView(aSnapshot({ rig: { problems } }));
    expect(wake(long, { columns: 40, rows: 12 })).toBe(4_010);
    expect(wake(aView(aSnapshot({ rig: { scheduled: { at: ago(-600), label: null } } })))).toBe(
      60_010,
    );
  });
});

test('whoever has pressed in vain reads on the box why, and what to do', () => {
  const { gpio } = aSnapshot();
  const press = { button: 'mark', line: 'GPIO27', atMs: monoNoon - 2_000 };
  const refused = { ...press, message: 'No session is open.', remedy: 'Start recording.' };
  const said = aMoment(aView(aSnapshot({ gpio: { ...gpio, refused } })));
  const text = textOf(said);
  expect(text).toContain('! Button mark (GPIO27) was pressed, and refused: No session is open.');
  expect(text).toContain('→ Start recording.');
  expect(wakeMs(said, false)).toBeLessThanOrEqual(1_010);
});

test('whoever stands at the box is told that its buttons do nothing because somebody tests them', () => {
  const gpio = { testedBy: 'pi@pts/2', testedSinceMs: monoNoon - 20_000, testedUntilMs: monoNoon };
  const { gpio: none } = aSnapshot();
  const tested = aMoment(aView(aSnapshot({ gpio: { ...none, ...gpio } })));
  expect(textOf(tested)).toContain(
    '! Buttons do nothing just now: pi@pts/2 tests them, for 20 s now.',
  );
  expect(wakeMs(tested, false)).toBeLessThanOrEqual(1_010);
});
