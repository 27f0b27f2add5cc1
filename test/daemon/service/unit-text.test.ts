import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { rigChecks } from '../../../src/daemon/doctor/rig-checks.ts';
import { kioskUnitText } from '../../../src/daemon/service/kiosk-unit.ts';
import { unitText } from '../../../src/daemon/service/unit-text.ts';
import { patientOn } from '../doctor/patient-on.ts';

const facts = {
  node: process.execPath,
  program: '/usr/local/lib/node_modules/rigdeck/dist/rigdeck.js',
  config: '/home/pi/rig.yaml',
  user: 'pi',
  groups: ['rigdeck', 'gpio'],
};

test('the unit is what the doctor wants of one', async () => {
  const files = { 'etc/systemd/system/rigdeck.service': unitText(facts) };
  const patient = await patientOn({ files });
  const answers = await Promise.all(
    rigChecks.filter(({ id }) => id.startsWith('unit')).map((check) => check.look(patient)),
  );
  expect(answers.length).toBeGreaterThan(5);
  expect(answers.filter(({ level }) => level !== 'ok')).toEqual([]);
});

test('however the daemon has ended, systemd brings LEDs to their exit level, and that cannot fail the service', () => {
  expect(unitText(facts)).toMatch(/^ExecStopPost=-".+" \S+ --config \S+ --run-dir \S+ gpio off$/m);
});

/** What systemd says against a unit; null where it is not installed. */
function verify(file: string): Promise<string | null> {
  return new Promise((resolve) => {
    execFile('systemd-analyze', ['verify', file], (error, _, stderr) => {
      const isAbsent = error?.code === 'ENOENT' && process.env['RIGDECK_TEST_STRICT'] !== '1';
      resolve(isAbsent ? null : `${stderr}${error === null ? '' : error.message}`);
    });
  });
}

test('systemd finds nothing wrong with it, whatever the paths are called', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rig-unit-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const odd = join(folder, 'a "b" 50% $HOME \\x');
  const node = join(folder, 'a b 50% $HOME', 'node');
  mkdirSync(dirname(node));
  writeFileSync(node, '#!/bin/sh\n');
  chmodSync(node, 0o755);
  const file = join(folder, 'rigdeck.service');
  for (const text of [
    unitText(facts),
    unitText({ ...facts, node, config: join(odd, 'rig.yaml'), groups: [] }),
  ]) {
    writeFileSync(file, text);
    expect((await verify(file)) ?? '').toBe('');
  }
  writeFileSync(file, unitText(facts).replace('KillMode=process', 'KilMode=process'));
  expect((await verify(file)) ?? 'KilMode').toContain('KilMode');
});

test('systemd finds nothing wrong with the unit of the kiosk, and it is no reason for the rig to stop', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rig-unit-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const kiosk = { ...facts, script: '/usr/local/lib/node_modules/rigdeck/dist/kiosk.sh' };
  const text = kioskUnitText(kiosk);
  writeFileSync(join(folder, 'rigdeck.service'), unitText(facts));
  const file = join(folder, 'rigdeck-kiosk.service');
  for (const each of [
    text,
    kioskUnitText({ ...kiosk, script: join(folder, 'a "b" 50% $HOME.sh') }),
  ]) {
    writeFileSync(file, each);
    expect((await verify(file)) ?? '').toBe('');
  }
  expect(text).toMatch(/^After=rigdeck\.service /m);
  expect(text).not.toMatch(/^(Requires|BindsTo|PartOf|Wants|Requisite)=/m);
  expect(text).toMatch(/^Conflicts=getty@tty1\.service$/m);
  expect(text).toMatch(/^Restart=always$/m);
});
