import { expect, test } from 'vitest';
import { sketchView } from './support/rig-view.ts';
import { openerOf, patient, sees, type TerminalProgram } from './support/terminal-program.ts';

const openProgram = openerOf(new URL('./fixtures/tui-program.ts', import.meta.url));

async function show(): Promise<TerminalProgram> {
  const program = await openProgram({ columns: 80, rows: 24 });
  program.tell({ do: 'view', view: sketchView() });
  await sees(program, '▌camera-left');
  return program;
}

const tracking = (program: TerminalProgram) => program.modes().mouseTrackingMode;

/** A press and a release of the left button, as xterm reports them. */
function clickOn(program: TerminalProgram, words: string): string {
  const row = program.screen().findIndex((line) => line.includes(words));
  const column = program.screen()[row]?.indexOf(words) ?? 0;
  return `\u001b[<0;${column + 1};${row + 1}M\u001b[<0;${column + 1};${row + 1}m`;
}

test('the mouse is asked for by M only, clicks are clicks however they are cut, and it is given back', async () => {
  const program = await show();
  expect(tracking(program)).toBe('none');
  program.type('M');
  await sees(program, 'mouse on: click a row');
  await expect.poll(() => tracking(program), patient).toBe('vt200');
  program.type(clickOn(program, 'mic'));
  await sees(program, '▌mic');
  // Cut as a slow line cuts: nothing of it is typed, and M of its end is no key.
  const click = clickOn(program, 'gps');
  program.type(click.slice(0, 4));
  program.type(click.slice(4));
  await sees(program, '▌gps');
  expect(tracking(program)).toBe('vt200');
  program.type('q');
  await expect.poll(() => program.exited(), patient).toEqual({ code: 0 });
  expect(tracking(program)).toBe('none');
});

test('what a terminal reports unasked is no row of commands', async () => {
  const program = await show();
  program.type(clickOn(program, 'mic'));
  program.type('\u001b[<0;1');
  program.type('2;5Mj');
  await sees(program, '▌camera-right');
  expect(tracking(program)).toBe('none');
});

test('the mouse is given back after an exception too', async () => {
  const program = await show();
  program.type('M');
  await expect.poll(() => tracking(program), patient).toBe('vt200');
  program.tell({ do: 'throw' });
  await expect.poll(() => program.exited()?.code, patient).toBe(1);
  expect(tracking(program)).toBe('none');
});
