import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { runProgram } from '../support/program.ts';

it('what config show prints is in order for config check', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rig-show-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const run = (file: string, verb: string) =>
    runProgram(['--config', join(folder, file), 'config', verb]);
  const config = {
    version: 1,
    rig: { recordings: './rec', segment: '10m' },
    modules: { mic: { use: 'demo-sensor', limits: { memory: '200MB', cpu: '80%' } } },
    kiosk: { pin: '2580' },
  };
  writeFileSync(join(folder, 'rig.yaml'), JSON.stringify(config));
  const { stdout } = await run('rig.yaml', 'show');
  for (const words of ['minFree: 500MB', 'startTimeout: 30s', 'kiosk.pin is left out'])
    expect(stdout).toContain(words);
  writeFileSync(join(folder, 'shown.yaml'), stdout);
  expect(await run('shown.yaml', 'check')).toMatchObject({ code: 0, stderr: '' });
  expect((await run('shown.yaml', 'show')).stdout).toContain('segment: 10m');
});

it('config check names programs and scripts that are not on this machine', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rig-check-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'rig.yaml');
  const modules = {
    cam: { command: ['nosuchprog'] },
    mic: { command: ['sh', './missing.sh', './made-later'] },
    well: { command: ['sh', '-c', 'true'] },
    off: { command: ['nosuchprog'], enabled: false },
  };
  writeFileSync(file, JSON.stringify({ version: 1, modules }));
  const { code, stdout } = await runProgram(['--config', file, 'config', 'check']);
  expect(code).toBe(0);
  expect(stdout.split('\n').slice(1)).toEqual([
    'but on this machine, now: cam: The program "nosuchprog" was not found',
    `but on this machine, now: mic: There is no ${join(folder, 'missing.sh')}`,
    '',
  ]);
});
