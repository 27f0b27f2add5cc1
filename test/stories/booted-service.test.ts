import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Booted, bootUp, isBootable } from './support/booted.ts';
import { manifestOf, rowsOf, theSession, unbroken } from './support/recorded.ts';

const five = ['cam', 'mic', 'gps', 'imu', 'lidar'];

async function installed(machine: Booted): Promise<void> {
  expect(await machine.rigdeck('service', 'install')).toMatchObject({ code: 0 });
  expect((await machine.rigdeck('wait', 'ready', '--timeout', '60')).code).toBe(0);
}

async function shown({ run }: Booted, key: string): Promise<string> {
  return (await run('systemctl', 'show', 'rigdeck', '-p', key, '--value')).stdout.trim();
}

async function sensors({ run }: Booted): Promise<string[]> {
  const { stdout } = await run('pgrep', '-f', 'demo-sensor/main');
  return stdout.trim().split('\n');
}

/** Ends the recording, and looks whether every row of the five is there, once and whole. */
async function nothingIsLost({ rigdeck, recordings }: Booted): Promise<void> {
  expect(await rigdeck('record', 'stop', '--yes')).toMatchObject({ code: 0 });
  const session = theSession(recordings);
  for (const name of five) {
    const rows = rowsOf(session, name);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows).toEqual(unbroken(rows));
  }
  const { gaps, trials } = manifestOf(session);
  expect(gaps.filter(({ module }) => five.some((name) => name === module))).toEqual([]);
  expect(trials).toMatchObject([{ segments: [{ number: 1 }] }]);
}

test.runIf(isBootable)(
  'under a real systemd: systemctl reload takes over a changed rig.yaml while five modules record, and one with faults is refused',
  { timeout: 180_000 },
  async () => {
    const machine = await bootUp();
    const { run, rigdeck, folder } = machine;
    const config = join(folder, 'rig.yaml');
    await installed(machine);
    expect((await rigdeck('record', 'start')).code).toBe(0);
    const before = await sensors(machine);
    const pid = await shown(machine, 'MainPID');

    const good = `${readFileSync(config, 'utf8')}  wind: { use: demo-sensor }\n`;
    writeFileSync(config, good);
    expect(await run('systemctl', 'reload', 'rigdeck')).toMatchObject({ code: 0 });
    expect((await rigdeck('wait', 'ready', '--timeout', '60')).code).toBe(0);
    expect((await rigdeck('status')).stdout).toMatch(/^ wind +/m);
    const all = await sensors(machine);
    expect(all).toHaveLength(12); // each with its keeper;
    expect(all).toEqual(expect.arrayContaining(before));

    writeFileSync(config, `${good}  bad: [\n`);
    expect(await run('systemctl', 'reload', 'rigdeck')).toMatchObject({ code: 1 });
    expect(await shown(machine, 'ActiveState')).toBe('active');
    expect((await rigdeck('status')).stdout).toContain('is never closed with');
    expect((await rigdeck('history')).stdout).toContain('Nothing of it was taken over');
    expect(await sensors(machine)).toEqual(all);
    expect(await shown(machine, 'MainPID')).toBe(pid);
    await nothingIsLost(machine);
  },
);
