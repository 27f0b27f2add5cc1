import { expect, test } from 'vitest';
import { aModule, aSnapshot, aView, recordingRig } from './support/rig-view.ts';
import { openerOf, patient, sees, type TerminalProgram } from './support/terminal-program.ts';

const openProgram = openerOf(new URL('./fixtures/tui-program.ts', import.meta.url));

const mic = aModule({ state: 'recording' });
const records = aView(aSnapshot({ rig: recordingRig, modules: { mic } }));

/** A screen on which `e` was pressed, and which is stopped until a moment after that is due; keys come meanwhile. */
async function stallsAfterE(program: TerminalProgram, keys: string): Promise<void> {
  program.type('e');
  await sees(program, /mic stops in 3 s · u keeps it recording/);
  program.kill('SIGSTOP');
  const goOnMs = performance.now() + 3_250;
  program.type(keys);
  await expect.poll(() => performance.now(), patient).toBeGreaterThan(goOnMs);
  program.kill('SIGCONT');
}

/** What was sent until a marker was, which is pressed last. */
async function sentBeforeMarker(program: TerminalProgram): Promise<string[]> {
  program.type('m');
  const kinds = () => program.reports.map((one) => (one.is === 'intent' ? one.intent.kind : ''));
  await expect.poll(kinds, patient).toContain('mark');
  return kinds().slice(0, -1);
}

test('a screen that stood still sends no disable; who presses again can take it back even then, or lets it go', async () => {
  const program = await openProgram({ columns: 100, rows: 24 });
  program.tell({ do: 'view', view: records });
  await sees(program, /mic +◉ REC/);
  await stallsAfterE(program, '');
  await sees(program, /mic was not disabled: this screen stood still\. Press again/);
  // Now it is sent although it is late, so that only the key that waits to be read holds it back.
  await stallsAfterE(program, 'u');
  await sees(program, /taken back: mic records on/);
  expect(await sentBeforeMarker(program)).toEqual([]);
}, 40_000);

test('a machine that is late every time sends a disable that is pressed again', async () => {
  const program = await openProgram({ columns: 100, rows: 24 });
  program.tell({ do: 'view', view: records });
  await sees(program, /mic +◉ REC/);
  await stallsAfterE(program, '');
  await sees(program, /Press again/);
  await stallsAfterE(program, '');
  await expect
    .poll(() => program.reports, patient)
    .toMatchObject([{ intent: { kind: 'module.disable', module: 'mic' } }]);
}, 40_000);
