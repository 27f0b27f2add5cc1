import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { plainEnvironment, programFile, runProgram } from '../support/program.ts';
import { until } from '../support/until.ts';

/** Buttons and LEDs without a daemon: the command opens the lines itself. */
let folder = '';
const places = () => ['--config', join(folder, 'rig.yaml'), '--run-dir', join(folder, 'run')];
const run = (...words: string[]) => runProgram([...places(), ...words]);

function configure(gpio: object | null): void {
  const lines = {
    buttons: [{ line: 'GPIO17', name: 'record', click: 'record.start' }],
    leds: [
      { line: 'GPIO22', name: 'status', shows: 'rig' },
      { line: 'GPIO23', name: 'disk', shows: 'storage', exit: 'on' },
    ],
  };
  const config = { version: 1, ...(gpio && { gpio: { ...lines, ...gpio } }) };
  writeFileSync(join(folder, 'rig.yaml'), JSON.stringify(config));
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rig-gpio-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('gpio test lights each LED in turn until it is interrupted, and ends well', async () => {
  configure({ backend: 'simulated' });
  const words = [await programFile(), ...places(), 'gpio', 'test'];
  const child = spawn(process.execPath, words, { env: plainEnvironment() });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await until('both were lit', () => text.includes('LED disk is lit now'), 30_000);
  expect(text).toBe('LED status is lit now\nLED disk is lit now\n');
  child.kill('SIGINT');
  expect(await ended).toBe(0);
  expect(said).toMatch(
    /^Simulated buttons are pressed in a rig that runs: .+ up`\. Ctrl-C ends it, and so do 3 min without a press\.\n$/,
  );
});

it('a chip that is not there is said at once, by every command and with what to do', async () => {
  configure({ backend: 'cdev', chip: 'no-such-chip' });
  const list = await run('gpio');
  expect(list).toMatchObject({ code: 0, stderr: '' });
  expect(list.stdout).toMatch(
    /^buttons and LEDs: none can be used now\n! .+\. .+\.\nnote: no daemon answers: .+\n/,
  );
  expect(list.stdout).toMatch(/^GPIO17 +11 +button record +\? +\? +click record.start$/m);
  for (const verb of ['test', 'off']) {
    const { code, stderr } = await run('gpio', verb);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^rigdeck: .+/);
    expect(stderr).not.toContain('Press every button');
  }
});

it('gpio off does not say of simulated LEDs that it left them: their daemon has them', async () => {
  configure({ backend: 'simulated' });
  const told = { code: 0, stdout: 'simulated LEDs live in the daemon: nothing is done\n' };
  expect(await run('gpio', 'off')).toMatchObject(told);
  const json = { code: 0, stdout: '{"version":1,"left":[]}\n' };
  expect(await run('--json', 'gpio', 'off')).toMatchObject(json);
});

it('buttons and LEDs that rig.yaml switches off are told of as that', async () => {
  configure({ backend: 'none' });
  const why = 'rig.yaml switches its buttons and LEDs off: `backend: none` under `gpio:`';
  expect((await run('gpio')).stdout).toBe(
    `${why}. Write \`backend: auto\` there, or leave it out.\n`,
  );
  expect(await run('gpio', 'test')).toMatchObject({
    code: 4,
    stderr: `rigdeck: ${why}. Write \`backend: auto\` there, or leave it out.\n`,
  });
});

it('a rig without buttons and LEDs says so, and a button is pressed by a daemon only', async () => {
  configure(null);
  expect((await run('gpio')).stdout).toMatch(
    /^This rig has no buttons and no LEDs: docs.wiring.md /,
  );
  expect(await run('gpio', 'test')).toMatchObject({
    code: 4,
    stderr:
      'rigdeck: rig.yaml names no buttons and LEDs. Name them under `gpio:` in rig.yaml: docs/wiring.md.\n',
  });
  expect((await run('gpio', 'off')).stdout).toBe('no LEDs are configured\n');
  expect(await run('gpio', 'press', 'GPIO17')).toMatchObject({ code: 3 });
  const long = await run('gpio', 'press', 'GPIO17', '--hold', '1h');
  expect(long).toMatchObject({ code: 2 });
  expect(long.stderr).toContain('10m at most');
});

it('a rig.yaml that is not there is said to be missing, with how to write one', async () => {
  const { code, stderr } = await run('gpio');
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^rigdeck: there is no .+rig\.yaml\. Write it with `rigdeck .*config init`/,
  );
});

it('what simulated lines have is known to a daemon only', async () => {
  configure({ backend: 'simulated' });
  const { stdout } = await run('gpio');
  expect(stdout).toMatch(
    /^buttons and LEDs: simulated, .+\nnote: no daemon answers, .+ up` starts it\n/,
  );
  expect(stdout).toMatch(/^GPIO17 +11 +button record +\? +- +click record.start$/m);
});
