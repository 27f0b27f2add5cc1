import { describe, expect, test } from 'vitest';
import type { RemoteView } from '../../../src/protocol/rig.ts';
import type { TerminalEnv } from '../../../src/protocol/theme.ts';
import { aModule, aSnapshot, aView, noon, recordingRig, sketchView } from '../support/rig-view.ts';
import { openerOf, patient, sees, type TerminalProgram } from '../support/terminal-program.ts';

const openProgram = openerOf(new URL('../fixtures/kiosk-program.ts', import.meta.url));

type Wish = {
  readonly columns?: number;
  readonly rows?: number;
  readonly control?: boolean;
  readonly env?: TerminalEnv;
};

async function show(view: RemoteView, wish: Wish = {}): Promise<TerminalProgram> {
  const size = { columns: wish.columns ?? 80, rows: wish.rows ?? 24 };
  const words = wish.control === true ? ['control'] : [];
  const program = await openProgram(size, wish.env, ...words);
  program.tell({ do: 'view', view });
  return program;
}

const recording = aView(
  aSnapshot({ rig: recordingRig, modules: { mic: aModule({ state: 'recording' }) } }),
);
const withPin = aView({ ...aSnapshot(), kiosk: { dim: null, moveMs: 0, pin: true } });
const lost = { state: 'lost', sinceMs: noon, retryAtMs: noon + 2_000, words: 'gone.' } as const;
const onlyShows =
  /This screen only shows\.\s+To control the rig from it:\s+rigdeck kiosk\s+--control/;

describe('the screen', () => {
  test.each([
    [20, 5],
    [40, 12],
    [80, 24],
    [120, 40],
  ])('at %i x %i stands on a real terminal like this', async (columns, rows) => {
    const program = await show(sketchView(), { columns, rows });
    await sees(program, /camera-right\s/);
    expect(`\n${program.screen().join('\n')}\n`).toMatchSnapshot();
    expect(program.isAlternate()).toBe(true);
  });

  test('a lost daemon is said large, and comes back on the same screen', async () => {
    const program = await show(recording, { columns: 40, rows: 12 });
    await sees(program, /trial 7/);
    program.tell({ do: 'view', view: { ...recording, link: lost } });
    await sees(program, /since \d\d:\d\d[\s\S]*█[\s\S]*Modules record on without the/);
    program.tell({ do: 'view', view: recording });
    await sees(program, /trial 7/);
  });

  test('is one clean copy after a storm of resizes', async () => {
    const program = await show(sketchView());
    await sees(program, /notes/);
    for (let turn = 0; turn < 40; turn += 1) {
      program.resize(20 + ((turn * 37) % 90), 5 + ((turn * 13) % 30));
    }
    program.resize(80, 24);
    const other = await show(sketchView());
    await sees(other, /Check the cable/);
    await expect.poll(() => program.screen(), patient).toEqual(other.screen());
    expect(program.written()).not.toContain('\u001b[3J');
  });
});

describe('a kiosk that only shows', () => {
  test('takes no key: not one of recording, and none that would end it', async () => {
    const program = await show(recording);
    await sees(program, /trial 7/);
    for (const key of [
      's',
      'y',
      'm',
      'p',
      'q',
      '\u001b',
      '\u0003',
      '\u0004',
      '\u001a',
      '\u001c',
      '\r',
      '\t',
    ]) {
      program.type(key);
    }
    await sees(program, onlyShows);
    program.type('q');
    await sees(program, onlyShows);
    expect(program.exited()).toBe(null);
    expect(program.reports).toEqual([]);
  });

  test.each(['SIGINT', 'SIGQUIT', 'SIGTSTP'])('goes on after %s', async (signal) => {
    const program = await show(recording);
    await sees(program, /trial 7/);
    program.kill(signal);
    program.tell({ do: 'view', view: aView(aSnapshot({ rig: { name: 'another-rig' } })) });
    await sees(program, /another-rig/);
  });

  test('is ended by SIGTERM, and gives the terminal back', async () => {
    const program = await show(recording);
    await sees(program, /trial 7/);
    program.kill('SIGTERM');
    await expect.poll(() => program.exited(), patient).toEqual({ code: 0 });
    expect(program.isAlternate()).toBe(false);
    expect(program.modes().wraparoundMode).toBe(true);
  });

  test('ends with its terminal: there is nothing left to draw on', async () => {
    const program = await show(recording);
    await sees(program, /trial 7/);
    program.hangUp();
    await expect.poll(() => program.exited(), patient).not.toBeNull();
  });
});

describe('a mistake of ours', () => {
  test('in what is drawn is said without a stack, and the screen comes back by itself', async () => {
    const program = await show(recording);
    await sees(program, /trial 7/);
    const broken = { ...recording, snapshot: { ...recording.snapshot, modules: null } };
    // What no daemon sends: the border of the program is where it must not break.
    program.tell({ do: 'view', view: broken as unknown as RemoteView });
    const failed = /This screen failed and starts again in 1 s\. The rig is not touched/;
    await expect.poll(() => program.written(), patient).toMatch(failed);
    expect(program.screen().join('\n')).not.toMatch(/ at .*:\d+/);
    program.tell({ do: 'view', view: aView(aSnapshot({ rig: { name: 'mended-rig' } })) });
    await sees(program, /mended-rig/);
    expect(program.exited()).toBe(null);
  });

  test('anywhere in the process does not end it either, and keys work again', async () => {
    const program = await show(recording);
    await sees(program, /trial 7/);
    program.tell({ do: 'throw' });
    await expect
      .poll(() => program.written(), patient)
      .toMatch(/This screen failed[\s\S]*mistake of ours/);
    await sees(program, /trial 7/);
    program.type('x');
    await sees(program, onlyShows);
  });
});

describe('a kiosk with --control', () => {
  const control = { control: true };

  test('records, marks and pauses by the keys of the large screen, and says what became of it', async () => {
    const program = await show(aView(aSnapshot()), control);
    await sees(program, / r record$/m);
    program.type('r');
    await sees(program, /asked to record \.\.\./);
    expect(program.reports).toMatchObject([
      { intent: { kind: 'record.start', expect: { epoch: 'e1', seq: 7 } } },
    ]);
    program.tell({ do: 'answer', verdict: { ok: true, outcome: 'done', seq: 9 } });
    program.tell({ do: 'view', view: recording });
    await sees(program, /trial 7/);
    program.type('m');
    await expect
      .poll(() => program.reports.at(-1), patient)
      .toMatchObject({ intent: { kind: 'mark' } });
  });

  test('asks before a stop, by name, and goes on with it only after y', async () => {
    const program = await show(recording, control);
    await sees(program, /s stop/);
    program.type('s');
    await sees(program, /Trial 7 "maze left" has recorded 12 min 41 s/);
    program.type('s');
    program.type('\u001b');
    await sees(program, /s stop {2}p pause/);
    program.type('s');
    await sees(program, /y stop trial 7/);
    program.type('y');
    await sees(program, /asked to stop trial 7/);
    expect(program.reports).toMatchObject([{ intent: { kind: 'record.stop' } }]);
  });

  test('an answer that came before its question is none', async () => {
    const program = await show(recording, control);
    await sees(program, /s stop/);
    program.type('sy');
    await sees(program, /That y came before this question/);
    expect(program.reports).toEqual([]);
  });

  test('has no other keys, and says which it has', async () => {
    const program = await show(recording, control);
    for (const key of ['e', 'R', 'L', 'q', '?']) program.type(key);
    await sees(program, /This screen stays\. Its keys: r record, s stop, p pause, m mark/);
    expect(program.reports).toEqual([]);
    expect(program.exited()).toBe(null);
  });
});

describe('a kiosk with --control and a PIN', () => {
  const control = { control: true };

  test('asks for the PIN before it wishes, never shows it, and lets a wrong one wait', async () => {
    const program = await show(withPin, control);
    await sees(program, /r record/);
    program.type('r');
    await sees(program, /PIN: _/);
    program.type('1234');
    await sees(program, /PIN: \*\*\*\*_/);
    program.type('\r');
    await sees(program, /That PIN is wrong\. Again in 1 s\./);
    expect(program.reports).toEqual([]);
    expect(program.written()).not.toContain('1234');
  });

  test('goes on with what was asked for once the PIN is right, and does not ask again at once', async () => {
    const program = await show(withPin, control);
    await sees(program, /r record/);
    program.type('r');
    await sees(program, /PIN: _/);
    program.type('2580\r');
    await sees(program, /asked to record/);
    program.type('r');
    await expect.poll(() => program.reports.length, patient).toBe(2);
    expect(program.written()).not.toContain('2580');
  });

  test('sends nothing when what was asked for is over by then', async () => {
    const program = await show(
      aView({ ...aSnapshot(), kiosk: { dim: null, moveMs: 0, pin: true } }),
      control,
    );
    await sees(program, /r record/);
    program.type('r');
    await sees(program, /PIN: _/);
    program.tell({
      do: 'view',
      view: aView({
        ...aSnapshot({ rig: recordingRig, seq: 9 }),
        kiosk: { dim: null, moveMs: 0, pin: true },
      }),
    });
    await sees(program, /trial 7/);
    program.type('2580\r');
    await sees(program, /trial 7 is being recorded already/);
    expect(program.reports).toEqual([]);
  });
});

test('a kiosk on an idle rig draws nothing', async () => {
  const quiet = aView({ ...aSnapshot(), kiosk: { dim: null, moveMs: 0, pin: false } });
  const program = await show(quiet);
  await sees(program, /field-rig-03/);
  const before = program.written().length;
  program.tell({ do: 'view', view: { ...quiet } });
  program.kill('SIGTERM');
  await expect.poll(() => program.exited(), patient).not.toBeNull();
  expect(program.written().slice(before).split('\u001b[?1049l')[0]).not.toContain('IDLE');
});
