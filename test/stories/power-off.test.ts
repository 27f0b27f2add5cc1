import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Manifest } from '../../src/protocol/manifest.ts';
import type { StatusFile } from '../../src/protocol/snapshot.ts';
import { blocksOf, pageOf } from '../docs/pages.ts';
import { until } from '../support/until.ts';
import { filesOf, theSession } from './support/recorded.ts';
import { story } from './support/story.ts';

const modules = {
  sensor: { use: 'demo-sensor', options: { rate: 50, slowFinalize: 700 } },
};
const gpio = {
  backend: 'simulated',
  buttons: [{ line: 'GPIO3', name: 'power', hold: { after: '1s', do: 'rig.shutdown' } }],
  leds: [{ line: 'GPIO22', name: 'status', shows: 'rig' }],
};

/** Keeps what was on the disk when the machine was switched off. */
const keepsEvidence = `#!/bin/sh
cp recordings/*/session.json at-power-off.json
`;

story.concurrent(
  'a hold switches the machine off after the recording has ended in order and its files are on the disk',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules, gpio, rig: { shutdownCommand: ['./power-off.sh'] } });
    writeFileSync(join(rig.folder, 'power-off.sh'), keepsEvidence, { mode: 0o755 });
    const daemon = await rig.startUp();
    await rig.wish('record.start');
    await rig.until('the button is there', (now) => now.gpio.buttons['power']?.state === 'ok');
    const busy = rig.until('the light says that it is busy', ({ gpio: { leds } }) => {
      return leds['status']?.rhythm === 'busy';
    });
    const pressed = await rig.run('gpio', 'press', 'GPIO3', '--hold', '1500ms');
    expect(pressed).toMatchObject({ code: 0, stderr: '' });
    await busy;
    expect(await daemon.ended).toEqual({ code: 0, signal: null });
    const left = JSON.parse(
      readFileSync(join(rig.folder, 'at-power-off.json'), 'utf8'),
    ) as Manifest;
    expect(left.session.endedAt).not.toBeNull();
    expect(left.trials).toMatchObject([{ outcome: 'complete' }]);
    expect(filesOf(theSession(rig.recordings), 'sensor')).toHaveLength(1);
    expect(daemon.said()).toMatch(/flush disks[\s\S]*release lines[\s\S]*power off: /);
    expect(rig.processes()).toEqual([]);
  },
);

/** The power button of docs/wiring.md, word for word, but for the header. */
const [, powerButton = ''] = blocksOf(pageOf('docs/wiring.md'), 'yaml');

story.concurrent(
  'with the power button of the docs a hold stops the rig and switches the machine off, and a click does nothing',
  async ({ makeRig, expect }) => {
    const documented = (parse(powerButton) as { readonly gpio: object }).gpio;
    const rig = await makeRig({
      modules,
      gpio: { ...documented, backend: 'simulated' },
      rig: { shutdownCommand: ['touch', './is-off'] },
    });
    const daemon = await rig.startUp();
    await rig.until('the button is there', (now) => now.gpio.buttons['power']?.state === 'ok');
    expect((await rig.run('gpio', 'press', 'power')).stdout).toBe(
      'power (GPIO3) was pressed for 0.1 s: a click does nothing here, hold it for 5 s\n',
    );
    const hold = await rig.run('gpio', 'press', 'power', '--hold', '6s');
    expect(hold).toMatchObject({ code: 0, stderr: expect.stringContaining('held for 6 s') });
    expect(await daemon.ended).toEqual({ code: 0, signal: null });
    expect(existsSync(join(rig.folder, 'is-off'))).toBe(true);
    expect(rig.processes()).toEqual([]);
  },
);

story.concurrent(
  'a machine that cannot be switched off refuses it with the reason, and records on',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules, gpio, rig: { shutdownCommand: ['./not-there'] } });
    await rig.startUp();
    await rig.wish('record.start');
    const verdict = await rig.me.wish({ kind: 'rig.shutdown' });
    expect(verdict).toMatchObject({ ok: false, refusal: { reason: 'cannot-power-off' } });
    expect(JSON.stringify(verdict)).toContain('shutdownCommand');
    await rig.until('the button is there', (now) => now.gpio.buttons['power']?.state === 'ok');
    await rig.run('gpio', 'press', 'GPIO3', '--hold', '1500ms');
    const refused = await until('the press is refused', async () => {
      const { stdout } = await rig.run('history', '--json');
      const entries = JSON.parse(stdout) as { readonly actor?: string }[];
      return entries.find(({ actor }) => actor === 'button GPIO3 (power)');
    });
    expect(refused).toMatchObject({ outcome: 'refused', reason: 'cannot-power-off' });
    expect(rig.me.now().rig.state).toBe('recording');
  },
);

story.concurrent(
  'a power-off command that fails is the last thing that the daemon says of itself, and status and history say it',
  async ({ makeRig, expect }) => {
    const command = ['sh', '-c', 'echo not allowed >&2; exit 3'];
    const rig = await makeRig({ modules, gpio, rig: { shutdownCommand: command } });
    const daemon = await rig.startUp();
    await rig.me.insist({ kind: 'rig.shutdown' });
    expect(await daemon.ended).toEqual({ code: 7, signal: null });
    const last = JSON.parse(readFileSync(join(rig.runDir, 'status.json'), 'utf8')) as StatusFile;
    expect(last).toMatchObject({ stopped: true });
    expect(last.failedSteps?.at(-1)).toMatch(/^power off: .*not allowed/);
    const { code, stdout } = await rig.run('status');
    expect(code).toBe(3);
    const said = stdout.replace(/\s+/g, ' ');
    expect(said).toMatch(
      /daemon stopped, but the power-off failed, this machine is still on: .*not/,
    );
    await rig.start();
    const past = await rig.run('history');
    expect(past.stdout.replace(/\s+/g, ' ')).toMatch(/the machine is still on: .*not allowed/);
  },
);

story.concurrent(
  'a system that goes down at once, as it was asked to, finds nothing that would be recovered at the next start',
  async ({ makeRig, expect }) => {
    const command = ['sh', '-c', 'kill -TERM $PPID; exec sleep 60'];
    const rig = await makeRig({ modules, gpio, rig: { shutdownCommand: command } });
    const daemon = await rig.startUp();
    await rig.wish('record.start');
    await rig.me.insist({ kind: 'rig.shutdown' });
    expect(await daemon.ended).toEqual({ code: 0, signal: null });
    expect(daemon.said()).not.toContain('handing over');
    expect(existsSync(join(rig.stateDir, 'running_modules.json'))).toBe(false);
    const last = JSON.parse(readFileSync(join(rig.runDir, 'status.json'), 'utf8')) as StatusFile;
    expect(last).toMatchObject({ stopped: true, rig: { state: 'idle', desired: 'idle' } });
  },
);
