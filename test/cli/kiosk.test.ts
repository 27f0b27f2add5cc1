import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from '../support/program.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rig-kiosk-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function pinFile(text: string, mode: number): string {
  const file = join(folder, 'pin');
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

test('a kiosk without a terminal says what to take instead', async () => {
  const { code, stderr } = await runProgram(['kiosk']);
  expect(code).toBe(2);
  expect(stderr).toContain('a kiosk needs a terminal to draw on');
  expect(stderr).toContain('rigdeck watch');
  expect((await runProgram(['kiosk', '--json'])).code).toBe(2);
});

test.each([
  ['that others may read', '2580', 0o644, 'others may read'],
  ['of too few digits', '258\n', 0o600, 'holds no PIN of 4 to 12 digits'],
  ['of letters', 'secret', 0o600, 'holds no PIN of 4 to 12 digits'],
])('a PIN file %s is refused, and its words are in no message', async (_, text, mode, words) => {
  const file = pinFile(text, mode);
  const { code, stderr } = await runProgram(['kiosk', '--control', '--pin-file', file]);
  expect(code).toBe(2);
  expect(stderr).toContain(words);
  expect(stderr).toContain('chmod 600');
  expect(stderr.replaceAll('echo 2580', '').replaceAll(folder, '')).not.toContain(text.trim());
});

test('a PIN file that is not there, or for a kiosk that only shows, is refused', async () => {
  const absent = await runProgram(['kiosk', '--control', '--pin-file', join(folder, 'none')]);
  expect(absent).toMatchObject({ code: 2 });
  expect(absent.stderr).toContain('there is no file');
  const idle = await runProgram(['kiosk', '--pin-file', pinFile('2580', 0o600)]);
  expect(idle.stderr).toContain('--pin-file needs --control');
});
