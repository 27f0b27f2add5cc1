import { expect, test, vi } from 'vitest';
import { serveRig } from '../cli/served-rig.ts';
import { plainEnvironment, programFile } from '../support/program.ts';
import { moduleWith, snapshotWith } from '../support/sample-rig.ts';
import { sketchView } from '../tui/support/rig-view.ts';
import { openerOf, patient, sees, type TerminalProgram } from '../tui/support/terminal-program.ts';
import { hasTmux, inTmux } from './tmux.ts';

const storm = Array.from({ length: 200 }, (_, turn) => ({
  columns: 20 + ((turn * 37) % 120),
  rows: 5 + ((turn * 13) % 40),
}));

const openProgram = openerOf(new URL('../tui/fixtures/tui-program.ts', import.meta.url));

/** The screen that keys lead to from the first one, and words that stand on it. */
const screens = [
  ['the dashboard', '', 'q leave'],
  ['the page of a module', '\r', 'wanted'],
  ['its log', 'l', 'the second line'],
  ['the problems', 'P', 'problems'],
  ['the history', 'H', 'history'],
  ['the preflight', 'F', 'preflight'],
  ['the sessions', 'S', 'sessions'],
  ['the help', '?', 'type to search'],
  ['the palette', ':', 'choose'],
  ['a search', '/cam', ' /cam'],
  ['the question before a stop', 's', 'keep recording'],
] as const;

async function show(keys: string, words: string): Promise<TerminalProgram> {
  const program = await openProgram({ columns: 80, rows: 24 });
  program.tell({ do: 'view', view: sketchView() });
  await sees(program, /camera-left[\s\S]*q leave/);
  program.type(keys);
  await sees(program, words);
  return program;
}

test.each(screens)('%s is whole after two hundred resizes in a row', async (_, keys, words) => {
  const program = await show(keys, words);
  for (const { columns, rows } of storm) program.resize(columns, rows);
  program.resize(80, 24);
  const quiet = await show(keys, words);
  await vi.waitFor(() => expect(program.screen()).toEqual(quiet.screen()), patient);
  // CSI 3 J would erase what the person had on the screen before.
  expect(program.written()).not.toContain('\u001b[3J');
});

test.skipIf(!hasTmux)(
  'what a person had on the terminal is there when the screen is left, after a storm of resizes too',
  async () => {
    const program = await programFile();
    const rig = await serveRig(snapshotWith({ mic: moduleWith() }, { name: 'rig' }));
    const tmux = inTmux(80, 24, 'bash --norc --noprofile -i', plainEnvironment());
    await tmux.shows(/[$#]/);
    tmux.type("PS1='person$ '; seq -f 'line %g of before' 1 100\n");
    await tmux.shows(/line 100 of before\nperson\$/);
    tmux.type(`${process.execPath} ${program} --run-dir ${rig.runDir}\n`);
    await tmux.shows(/mic +● IDLE[\s\S]*q leave/);
    tmux.resizeEach([...storm, { columns: 80, rows: 24 }]);
    const screen = await tmux.shows(/mic +● IDLE[\s\S]*q leave/);
    expect(screen.match(/q leave/g)).toHaveLength(1);
    tmux.press('q');
    await tmux.shows(/goes on without this screen[\s\S]*person\$\s*$/);
    const lines = tmux.scrollback().match(/^line \d+ of before/gm);
    expect(lines).toEqual(Array.from({ length: 100 }, (_, at) => `line ${at + 1} of before`));
  },
);
