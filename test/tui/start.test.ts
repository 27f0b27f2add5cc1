import { describe, expect, test } from 'vitest';
import type { TerminalEnv } from '../../src/protocol/theme.ts';
import { trialWith } from '../support/sample-rig.ts';
import {
  ago,
  aModule,
  aSnapshot,
  aView,
  monoNoon,
  noon,
  recordingRig,
  sketchView,
} from './support/rig-view.ts';
import { openerOf, patient, sees, type TerminalProgram } from './support/terminal-program.ts';

const openProgram = openerOf(new URL('./fixtures/tui-program.ts', import.meta.url));

async function show(
  view = sketchView(),
  size = { columns: 80, rows: 24 },
  env: TerminalEnv = {},
): Promise<TerminalProgram> {
  const program = await openProgram(size, env);
  program.tell({ do: 'view', view });
  await sees(program, view.snapshot?.rig.name ?? '');
  return program;
}

async function sent(program: TerminalProgram): Promise<unknown> {
  await expect.poll(() => program.reports.at(-1), patient).toMatchObject({ is: 'intent' });
  const report = program.reports.at(-1);
  return report?.is === 'intent' ? report.intent : null;
}

const expected = { epoch: 'e1', seq: 7 };

describe('the first frame', () => {
  test.each([
    [80, 24],
    [40, 12],
  ])('at %i x %i', async (columns, rows) => {
    const program = await show(sketchView(), { columns, rows });
    await sees(program, 'camera-left');
    expect(`\n${program.screen().join('\n')}\n`).toMatchSnapshot();
    expect(program.isAlternate()).toBe(true);
    expect(program.modes().wraparoundMode).toBe(false);
  });

  test('is plain text on TERM=dumb, without any colour', async () => {
    const program = await show(sketchView(), { columns: 80, rows: 24 }, { TERM: 'dumb' });
    await sees(program, '@ REC ');
    expect(program.written()).not.toMatch(/\[[\d;]*[1-9][\d;]*m/);
  });

  test('has 16 colours where the terminal has no more', async () => {
    const program = await show(sketchView(), { columns: 80, rows: 24 }, { TERM: 'xterm' });
    await sees(program, '◉ REC ');
    expect(program.written()).toContain('\u001b[1;91m');
    expect(program.written()).not.toContain('38;5;');
  });
});

describe('keys', () => {
  test('r asks the rig to record, and says only that it was asked until the rig confirms', async () => {
    const program = await show(aView(aSnapshot()));
    program.type('r');
    expect(await sent(program)).toMatchObject({
      kind: 'record.start',
      expect: expected,
      label: null,
    });
    await sees(program, 'asked to record ...');
    expect(program.screen().join()).toContain('● IDLE');
    program.tell({ do: 'answer', verdict: { ok: true, outcome: 'done', seq: 9 } });
    program.tell({ do: 'view', view: aView(aSnapshot({ rig: recordingRig, seq: 9 })) });
    await sees(program, 'REC');
    await sees(program, ' recording');
  });

  test('a refusal is shown with what to do', async () => {
    const program = await show(aView(aSnapshot()));
    program.type('e');
    expect(await sent(program)).toEqual({
      kind: 'module.disable',
      module: 'mic',
      expect: expected,
    });
    const refusal = {
      reason: 'stale',
      message: 'mic changed since you looked.',
      remedy: 'Press again.',
    } as const;
    program.tell({ do: 'answer', verdict: { ok: false, refusal, seq: 9 } });
    await sees(program, 'mic changed since you looked. Press again.');
  });

  test('a key that is not valid now says why', async () => {
    const program = await show(aView(aSnapshot()));
    program.type('s');
    await sees(program, 'nothing is being recorded');
    expect(program.reports).toEqual([]);
  });

  test('the arrows move, also several in one piece, and keys act on the selected module', async () => {
    const program = await show();
    program.type('\u001b[B\u001b[Bj');
    await sees(program, '▌gps');
    program.type('\u001b[Ak');
    await sees(program, '▌camera-right');
    program.type('R');
    expect(await sent(program)).toEqual({
      kind: 'module.restart',
      module: 'camera-right',
      expect: expected,
    });
  });
});

describe('text and other screens', () => {
  test('what is pasted is no row of commands', async () => {
    const program = await show();
    program.type('\u001b[200~ee RR\u001b[201~');
    await sees(program, 'what is pasted is taken for no keys');
    program.type('m');
    expect(await sent(program)).toEqual({ kind: 'mark', atMonoMs: monoNoon });
    expect(program.reports).toHaveLength(1);
  });

  test('the log follows the newest line', async () => {
    const program = await show();
    program.type('\r');
    await sees(program, 'the second line');
    program.tell({ do: 'log', lines: ['the third line', 'evil \u001b[2J line'] });
    await sees(program, 'evil ␛[2J line');
    program.type('\u001b');
    await sees(program, 'camera-left');
  });

  test('the help is searched by typing', async () => {
    const program = await show();
    program.type('?');
    await sees(program, 'type to search');
    program.type('marker');
    await sees(program, 'with "marker"');
    expect(program.screen().join('\n')).not.toContain('restart the selected');
    program.type('\u001b');
    await sees(program, 'camera-left');
  });

  test('a label is asked for with L', async () => {
    const program = await show(aView(aSnapshot()));
    program.type('L');
    await sees(program, 'label:');
    program.type('maze q');
    await sees(program, 'label: maze q');
    program.type('\r');
    expect(await sent(program)).toMatchObject({ kind: 'record.start', label: 'maze q' });
  });

  test('a label and the Enter behind it may come in one piece, as over a slow line', async () => {
    const program = await show(aView(aSnapshot()));
    program.type('L');
    await sees(program, 'label:');
    program.type('maze right\r');
    expect(await sent(program)).toMatchObject({ kind: 'record.start', label: 'maze right' });
  });

  test('the key that asks for a label, the label and Enter may come in one piece too', async () => {
    const program = await show(aView(aSnapshot()));
    program.type('Lmeet x\re');
    await expect
      .poll(() => program.reports, patient)
      .toMatchObject([
        { intent: { kind: 'record.start', label: 'meet x' } },
        { intent: { kind: 'module.disable', module: 'mic' } },
      ]);
  });

  test.each(['?', '/'])('what is typed in one piece with %s is no row of commands', async (key) => {
    const program = await show();
    program.type(`${key}meet`);
    await sees(program, `${key === '?' ? 'with "' : '/'}meet`);
    expect(program.reports).toEqual([]);
  });
});

describe('a stop', () => {
  test('asks by name, is not confirmed by the same key, and goes with y', async () => {
    const program = await show();
    program.type('s');
    await sees(program, 'Trial 7 "maze left" has recorded 12 min 41 s on 3 modules.');
    program.type('s');
    program.type('y');
    expect(await sent(program)).toMatchObject({ kind: 'record.stop', expect: expected });
    await sees(program, 'asked to stop trial 7 ...');
    expect(program.reports).toHaveLength(1);
  });

  test.each([
    ['Enter', '\r'],
    ['n', 'n'],
    ['Esc', '\u001b'],
  ])('%s keeps recording', async (_, key) => {
    const program = await show();
    program.type('s');
    await sees(program, 'keep recording');
    program.type(key);
    await sees(program, 'q leave');
    expect(program.reports).toEqual([]);
  });

  test('is not taken from a question that nobody has seen yet', async () => {
    const program = await show();
    program.type('sy');
    await sees(program, 'keep recording');
    await sees(program, 'That y came before this question: press it again.');
    expect(program.reports).toEqual([]);
    program.type('y');
    expect(await sent(program)).toMatchObject({ kind: 'record.stop' });
  });

  test('is not taken from it, nor anything else from the keys between', async () => {
    const program = await show();
    program.type('seRy');
    await sees(program, 'keep recording');
    program.type('\u001b');
    await sees(program, 'q leave');
    program.type('m');
    expect(await sent(program)).toEqual({ kind: 'mark', atMonoMs: monoNoon });
    expect(program.reports).toHaveLength(1);
  });

  test('is no longer asked when that trial is over', async () => {
    const program = await show();
    program.type('s');
    await sees(program, 'keep recording');
    const rig = { ...recordingRig, trial: trialWith({ number: 8, startedAt: ago(1) }) };
    program.tell({ do: 'view', view: aView(aSnapshot({ rig, seq: 20 })) });
    await sees(program, 'trial 8');
    await sees(program, 's stop');
    program.type('y');
    program.type('m');
    expect(await sent(program)).toEqual({ kind: 'mark', atMonoMs: monoNoon });
    expect(program.reports).toHaveLength(1);
  });
});

describe('after resizes the terminal', () => {
  test('has exactly one clean copy of the screen after a storm of resizes', async () => {
    const program = await show();
    for (let turn = 0; turn < 40; turn += 1) {
      program.resize(30 + ((turn * 37) % 90), 5 + ((turn * 13) % 30));
    }
    program.resize(81, 24);
    program.resize(80, 24);
    const other = await show();
    await sees(other, 'q leave'); // the last line of a frame
    const calm = other.screen();
    await expect.poll(() => program.screen(), patient).toEqual(calm);
    // CSI 3 J would erase what the person had on the screen before.
    expect(program.written()).not.toContain('\u001b[3J');
  });

  test('is drawn anew when it was small for a moment only', async () => {
    const program = await show();
    const before = program.screen();
    program.resize(80, 6);
    program.resize(80, 24);
    await expect.poll(() => program.screen(), patient).toEqual(before);
  });

  test('is clean after it became smaller', async () => {
    const program = await show();
    program.resize(40, 12);
    const small = (await show(sketchView(), { columns: 40, rows: 12 })).screen();
    await expect.poll(() => program.screen(), patient).toEqual(small);
  });
});

describe('the terminal', () => {
  test.each([
    ['q', 'key', (program: TerminalProgram) => program.type('q')],
    ['Ctrl-C', 'key', (program: TerminalProgram) => program.type('\u0003')],
    ['SIGTERM', 'SIGTERM', (program: TerminalProgram) => program.kill('SIGTERM')],
    ['SIGINT', 'SIGINT', (program: TerminalProgram) => program.kill('SIGINT')],
    ['SIGHUP', 'SIGHUP', (program: TerminalProgram) => program.kill('SIGHUP')],
  ])('is given back after %s', async (_, reason, leave) => {
    const program = await show();
    leave(program);
    await expect.poll(() => program.exited(), patient).toEqual({ code: 0 });
    await expect.poll(() => program.reports.at(-1), patient).toEqual({ is: 'left', reason });
    await isGivenBack(program);
    const goodbye = 'field-rig-03 goes on without this screen: trial 7 is being recorded';
    if (reason !== 'SIGHUP') await sees(program, goodbye);
  });

  test('is given back after an exception, whose words stand on the normal screen', async () => {
    const program = await show();
    program.tell({ do: 'throw' });
    await expect.poll(() => program.exited()?.code, patient).toBe(1);
    await isGivenBack(program);
    await sees(program, 'a mistake of ours');
    expect(program.screen().join('\n')).not.toContain('camera-left');
  });

  test('that is gone ends the program in order', async () => {
    const program = await show();
    program.hangUp();
    await expect
      .poll(() => program.reports.at(-1), patient)
      .toEqual({ is: 'left', reason: expect.stringMatching(/hangup|SIGHUP/) });
    await expect.poll(() => program.exited()?.code, patient).toBe(0);
  });

  test('is left alone by hostile text', async () => {
    const detail = '\u001b[2J\u001b]0;owned\u0007\u202eevil\r\n\u0000 日本語 café 🎤 '.repeat(5);
    const mic = aModule({ state: 'recording', detail });
    const modules = { mic, 'zz-last': aModule() };
    const program = await show(aView(aSnapshot({ modules })));
    await sees(program, 'zz-last');
    const lines = program.screen();
    expect(lines.filter((line) => line.includes('mic'))).toHaveLength(1);
    expect(lines.find((line) => line.includes('mic'))).toContain('␛[2J');
    expect(program.written()).not.toContain('owned\u0007');
  });
});

// A terminal reads what was written to it a moment after the program is gone.
async function isGivenBack(program: TerminalProgram): Promise<void> {
  await expect.poll(() => program.isAlternate(), patient).toBe(false);
  expect(program.modes().wraparoundMode).toBe(true);
  expect(program.modes().bracketedPasteMode).toBe(false);
  expect(program.written().lastIndexOf('\u001b[?25h')).toBeGreaterThan(
    program.written().lastIndexOf('\u001b[?25l'),
  );
}

test('a lost daemon is waited for, and comes back on the same screen', async () => {
  const program = await show();
  const link = {
    state: 'lost',
    sinceMs: noon - 14_000,
    retryAtMs: noon + 2_000,
    words: '',
  } as const;
  program.tell({ do: 'view', view: { ...sketchView(), link } });
  await sees(program, 'daemon not answering · as of 14 s ago · trying again in 2 s');
  program.type('e');
  await sees(program, 'the daemon does not answer; nothing was sent');
  program.tell({ do: 'view', view: sketchView() });
  await sees(program, 'trial 7 "maze left"');
  expect(program.reports).toEqual([]);
});

test('an idle rig draws nothing', async () => {
  const program = await show(aView(aSnapshot({ modules: { mic: aModule({ startedAt: null }) } })));
  const before = program.written().length;
  program.type('?');
  await sees(program, 'type to search');
  program.type('\u001b');
  await sees(program, 'DETAIL');
  const settled = program.written().length;
  expect(settled).toBeGreaterThan(before);
  // The same facts in a new object are no reason to draw; the change after it is what proves that it was looked at.
  program.tell({
    do: 'view',
    view: aView(aSnapshot({ modules: { mic: aModule({ startedAt: null }) } })),
  });
  program.type('G');
  program.kill('SIGTERM');
  await expect.poll(() => program.exited(), patient).not.toBeNull();
  const drawn = program.written().slice(settled);
  expect(drawn.split('\u001b[?1049l')[0]).not.toContain('IDLE');
});
