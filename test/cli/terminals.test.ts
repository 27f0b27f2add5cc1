import { beforeAll, beforeEach, expect, it } from 'vitest';
import { programFile } from '../support/program.ts';
import { moduleWith, snapshotWith } from '../support/sample-rig.ts';
import { openTerminal } from './open-terminal.ts';
import { type ServedRig, serveRig } from './served-rig.ts';

let program: string;
let rig: ServedRig;

beforeAll(async () => {
  program = await programFile();
});
beforeEach(async () => {
  rig = await serveRig(
    snapshotWith({ mic: moduleWith({ state: 'crashed', detail: 'a\u001b[2Jb' }) }, { name: 'rig' }),
  );
});

async function statusOn(env: Record<string, string>, words: readonly string[] = [], cols = 80) {
  const all = [program, '--run-dir', rig.runDir, 'status', ...words];
  const terminal = openTerminal(all, { cols, rows: 24 }, env);
  expect(await terminal.ended).toBe(0);
  await terminal.sees('CRASHED');
  return terminal.text();
}

it.each([40, 80, 120])('a terminal of %i columns is filled and not overrun', async (cols) => {
  const text = await statusOn({ NO_COLOR: '1' }, [], cols);
  const widths = text.split('\r\n').map((line) => [...line].length);
  expect(Math.max(...widths)).toBeLessThanOrEqual(cols);
});

it('colours are shown on a terminal, and not where they are not wanted', async () => {
  expect(await statusOn({})).toContain('\u001b[1;38;5;175m');
  expect(await statusOn({ TERM: 'xterm' })).toContain('\u001b[1;95m');
  expect(await statusOn({ NO_COLOR: '1' })).not.toContain('\u001b');
  expect(await statusOn({}, ['--no-color'])).not.toContain('\u001b');
  expect(await statusOn({ TERM: 'dumb' })).not.toContain('\u001b');
});

it('the theme is that of the option, else of the variable, and a wrong variable stops nobody', async () => {
  const strong = '\u001b[1;38;5;213;48;5;16m';
  expect(await statusOn({ RIGDECK_THEME: 'high-contrast' })).toContain(strong);
  expect(await statusOn({ RIGDECK_THEME: 'mono' }, ['--theme', 'high-contrast'])).toContain(strong);
  expect(await statusOn({ TERM: 'xterm' }, ['--theme', 'high-contrast'])).toContain('[1;95;40m');
  expect(await statusOn({ RIGDECK_THEME: 'mono' })).not.toContain('\u001b[1;');
  const wrong = await statusOn({ RIGDECK_THEME: 'pink' });
  expect(wrong).toContain('RIGDECK_THEME names no theme; there are default, mono, high-contrast');
  const typed = openTerminal([program, '--run-dir', rig.runDir, 'status', '--theme', 'pink']);
  await typed.sees('there is no theme "pink". There are: default, mono, high-contrast.');
  expect(await typed.ended).toBe(2);
});

it('signs beyond ASCII are shown only where the locale has them', async () => {
  expect(await statusOn({})).toContain('✖ CRASHED');
  for (const env of [{ LANG: 'C' }, { LC_ALL: 'C' }, { TERM: 'dumb' }, { TERM: 'linux' }]) {
    const text = await statusOn(env, ['--no-color']);
    expect(text).toContain('x CRASHED');
    expect(text).toMatch(/^[ -~\r\n]*$/);
  }
});

it('somebody’s DEV=true is no wish for developer tools: the screen opens', async () => {
  const screen = openTerminal([program, '--run-dir', rig.runDir], undefined, { DEV: 'true' });
  await screen.sees('CRASHED');
  screen.type('q');
  expect(await screen.ended).toBe(0);
});

it('without a configuration it says where to begin; with --no-daemon it starts none', async () => {
  const words = [program, '--run-dir', `${rig.runDir}/none`];
  const env = { HOME: rig.runDir, RIGDECK_CONFIG: '' };
  const bare = openTerminal(words, undefined, env);
  await bare.sees('rigdeck config init');
  await bare.sees('rigdeck demo');
  expect(await bare.ended).toBe(2);
  expect(await openTerminal([...words, '--no-daemon'], undefined, env).ended).toBe(3);
});

it('status --watch writes only what has changed, and says what has no room', async () => {
  const many = Array.from({ length: 9 }, (_, at) => [`m${at}`, moduleWith()] as const);
  const large = await serveRig(snapshotWith(Object.fromEntries(many), { name: 'rig' }));
  const words = [program, '--run-dir', large.runDir, 'status', '--watch'];
  const terminal = openTerminal(words, { cols: 40, rows: 6 });
  await terminal.sees('7 more lines do not fit here');
  const before = terminal.text().length;
  large.change({ m0: moduleWith({ state: 'crashed', pid: null }) });
  await terminal.sees('CRASHED');
  const after = terminal.text().slice(before);
  expect(after).not.toContain('m2');
  terminal.type('q');
  expect(await terminal.ended).toBe(0);
});
