import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { type Booted, bootUp, isBootable, user } from './support/booted.ts';

async function sensors({ run }: Booted): Promise<string> {
  return (await run('pgrep', '-f', 'demo-sensor/main')).stdout;
}

test.runIf(isBootable)(
  'under a real systemd: a restart and a crash of the daemon end no module, a shutdown stops in order',
  { timeout: 180_000 },
  async () => {
    const machine = await bootUp();
    const { run, rigdeck, recordings } = machine;
    expect(await rigdeck('service', 'install')).toMatchObject({ code: 0 });
    expect((await rigdeck('wait', 'ready', '--timeout', '60')).code).toBe(0);
    expect(await rigdeck('service', 'status')).toMatchObject({ code: 0 });
    expect((await run('stat', '-c', '%U:%G', '/run/rigdeck/control.sock')).stdout).toBe(
      `${user}:rigdeck\n`,
    );

    expect((await rigdeck('record', 'start')).code).toBe(0);
    const before = await sensors(machine);
    expect((await run('systemctl', 'restart', 'rigdeck')).code).toBe(0);
    expect((await rigdeck('wait', 'recording', '--timeout', '60')).code).toBe(0);
    expect(await sensors(machine)).toBe(before);

    await run('systemctl', 'kill', '--kill-who=main', '--signal=KILL', 'rigdeck');
    const restarts = async () =>
      (await run('systemctl', 'show', 'rigdeck', '-p', 'NRestarts,ActiveState')).stdout;
    await until(
      'it is started again',
      async () => /NRestarts=1/.test(await restarts()) && /=active/.test(await restarts()),
      30_000,
    );
    expect((await rigdeck('wait', 'recording', '--timeout', '60')).code).toBe(0);
    expect(await sensors(machine)).toBe(before);

    await run('systemctl', 'start', '--no-block', 'shutdown.target');
    await until(
      'the service is down',
      async () => (await restarts()).includes('=inactive'),
      60_000,
    );
    expect(await sensors(machine)).toBe('');
    const [session = ''] = readdirSync(recordings);
    const {
      trials,
      gaps,
      session: facts,
    } = JSON.parse(readFileSync(join(recordings, session, 'session.json'), 'utf8'));
    expect(trials).toMatchObject([{ outcome: 'complete', segments: [{ number: 1 }] }]);
    expect(facts.endedAt).not.toBeNull();
    expect(gaps).toEqual([]);
  },
);
