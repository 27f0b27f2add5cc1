import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle } from '../../support/bundle.ts';

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rigdeck-choose-'));
  const text = `
    import { openLines } from './src/gpio/backends/choose.ts';
    const [, , backend, chip] = process.argv;
    const runDir = ${JSON.stringify(folder)};
    const tell = (what) => console.log(JSON.stringify(what));
    await openLines({ backend, chip, runDir }).then(
      (lines) => { tell({ chip: lines.chip }); lines.close(); },
      ({ name, code, message, remedy }) => tell({ code, message, remedy }),
    );`;
  await bundle(join(folder, 'open.mjs'), { text });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Opens lines in a program that lies where no package is installed. */
function openWithoutPackages(...words: string[]): unknown {
  const { stdout, stderr } = spawnSync(process.execPath, ['open.mjs', ...words], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

test.each([
  ['cdev', 'koffi'],
  ['onoff', 'onoff'],
])('without its native package %s says which one is missing and how to get it', (backend, name) => {
  expect(openWithoutPackages(backend)).toMatchObject({
    code: 'no-addon',
    message: `the package ${name}, which works the pins, is not installed`,
    remedy: expect.stringContaining(`\`rigdeck doctor\` has the line that installs ${name}`),
  });
});

test('without any native package the panel is off with one reason, and nothing is thrown', () => {
  expect(openWithoutPackages('auto')).toMatchObject({
    code: 'no-addon',
    message: expect.not.stringContaining('onoff'),
  });
});

test('on a machine without this chip the wish is refused with the label that was looked for', async () => {
  const { openLines } = await import('../../../src/gpio/backends/choose.ts');
  const refused = openLines({ backend: 'cdev', chip: 'no such chip', runDir: folder });
  await expect(refused).rejects.toMatchObject({
    // Where chips may not even be looked at, that is the reason.
    code: expect.stringMatching(/^(no-chip|permission)$/),
    remedy: expect.stringMatching(/gpio/),
  });
});

test('what is only asked for leaves nothing in the run dir', () => {
  openWithoutPackages('auto');
  expect(existsSync(join(folder, 'gpio.exported'))).toBe(false);
});
