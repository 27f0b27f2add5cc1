import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { hasTmux, inTmux } from '../terminal/tmux.ts';
import { type Booted, bootUp, isBootable } from './support/booted.ts';

/** As on the Linux console: badges are ASCII, and the large letters blanks in reverse video. */
const recording = /trial 1[\s\S]*cam +@/;

/** This machine may have no console: the unit is given a terminal that the test can look at. */
async function giveTerminal({ run }: Booted, path: string): Promise<void> {
  // Its tmux is another than one that runs on this machine already.
  const apart = 'RuntimeDirectory=kiosk-tmux\nEnvironment=TMUX_TMPDIR=/run/kiosk-tmux\n';
  const words = `[Service]\nTTYPath=${path}\nStandardInput=tty-force\nTTYVHangup=no\nTTYVTDisallocate=no\nTTYReset=no\n${apart}`;
  const folder = '/etc/systemd/system/rigdeck-kiosk.service.d';
  const script = `mkdir -p ${folder} && printf '%s' "$0" >${folder}/terminal.conf`;
  expect((await run('sh', '-c', script, words)).code).toBe(0);
}

test.runIf(isBootable && hasTmux)(
  'under a real systemd: a kiosk that is killed is back, a daemon that is killed is waited for, and neither touches the recording',
  { timeout: 180_000 },
  async () => {
    const screen = inTmux(80, 24, 'tty; exec sleep 100000', {});
    const path = /\/dev\/pts\/\d+/.exec(await screen.shows(/\/dev\/pts\/\d+/))?.[0] ?? '';
    const machine = await bootUp();
    const { run, rigdeck } = machine;
    const show = async (unit: string, fact: string) =>
      (await run('systemctl', 'show', unit, '-p', fact, '--value')).stdout.trim();
    const pids = async (what: string) => (await run('pgrep', '-f', what)).stdout.trim();

    await giveTerminal(machine, path);
    expect(await rigdeck('service', 'install', '--kiosk')).toMatchObject({ code: 0 });
    await screen.shows(/cam +o IDLE/, 60_000);
    expect((await rigdeck('record', 'start')).code).toBe(0);
    await screen.shows(recording);
    const sensors = await pids('demo-sensor/main');
    const daemon = await show('rigdeck', 'MainPID');

    const kiosk = await pids('rigdeck.js kiosk --run-dir');
    await run('sh', '-c', 'kill -9 $0', kiosk.split('\n').at(-1) ?? '');
    await until('another kiosk runs', async () => {
      const now = await pids('rigdeck.js kiosk --run-dir');
      return now !== '' && now !== kiosk;
    });
    await screen.shows(recording);
    await run('systemctl', 'kill', '--signal=KILL', 'rigdeck-kiosk');
    await until(
      'systemd has started it again',
      async () => Number(await show('rigdeck-kiosk', 'NRestarts')) > 0,
      30_000,
    );
    await screen.shows(recording, 30_000);
    expect(await show('rigdeck', 'MainPID')).toBe(daemon);

    await run('systemctl', 'kill', '--kill-who=main', '--signal=KILL', 'rigdeck');
    await until(
      'the next daemon serves',
      async () => (await rigdeck('wait', 'recording', '--timeout', '10')).code === 0,
      60_000,
    );
    await screen.shows(recording, 30_000);
    expect(await show('rigdeck-kiosk', 'ActiveState')).toBe('active');
    expect(await pids('demo-sensor/main')).toBe(sensors);

    expect((await rigdeck('service', 'uninstall', '--kiosk')).code).toBe(0);
    expect(await show('rigdeck-kiosk', 'ActiveState')).toBe('inactive');
    expect(await pids('demo-sensor/main')).toBe(sensors);
  },
);
