import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { manifestOf, theSession } from '../stories/support/recorded.ts';
import type { StoryRig } from '../stories/support/rig.ts';
import { story } from '../stories/support/story.ts';
import { until } from '../support/until.ts';
import { hasTmux, inTmux, type Tmux } from './tmux.ts';

const modules = {
  'camera-left': { use: 'demo-sensor', options: { rate: 50 } },
  mic: { use: 'demo-sensor', options: { rate: 20 } },
};
const program = (rig: StoryRig) => `${process.execPath} ${rig.where.program}`;

function open(rig: StoryRig, size: readonly [number, number], command: string): Tmux {
  return inTmux(...size, command, { ...rig.where.places, TMUX_TMPDIR: rig.folder });
}

/** The letters are dots on the screen: what can be read is what is written small. */
const recording = /trial 1[\s\S]*camera-left +◉/;

story.skipIf(!hasTmux)(
  'a kiosk waits for a daemon that was never there, shows it, loses it to kill -9 and finds the next one (tmux, 80x24)',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    const tmux = open(rig, [80, 24], `${program(rig)} kiosk </dev/null`);
    await tmux.shows(/██[\s\S]*Nothing is known of the rig yet/);
    await rig.startUp();
    await tmux.shows(/camera-left +● IDLE/);
    await rig.wish('record.start');
    await tmux.shows(recording);
    await tmux.shows(/GB free|left/);
    const before = rig.pidOf('mic');
    await rig.daemon.kill();
    await tmux.shows(/Modules record on without the daemon: 2 recorded at the last look/);
    expect(rig.pidOf('mic')).toBe(before);
    await rig.startUp();
    await tmux.shows(recording);
    expect(rig.pidOf('mic')).toBe(before);
  },
);

story.skipIf(!hasTmux)(
  'a kiosk that only shows takes no key, is seen as a looker, and SIGTERM ends it (tmux, 40x12)',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    const pidFile = join(rig.folder, 'kiosk.pid');
    const tmux = open(rig, [40, 12], `echo $$ >${pidFile}; exec ${program(rig)} kiosk`);
    await tmux.shows(/mic +● IDLE/);
    tmux.press('r', 'q', 'Escape', 'C-c', 'C-d', 'C-z', 'x');
    await tmux.shows(/This screen only shows/);
    expect(rig.me.now().rig.state).toBe('idle');
    // On a busy machine its line may just be a new one.
    await rig.until('it is seen as a looker', ({ clients }) =>
      clients.some(({ name, role }) => name === 'kiosk' && role === 'view'),
    );
    process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGTERM');
    await tmux.ended();
    await rig.until('the kiosk has gone', ({ clients }) =>
      clients.every(({ name }) => name !== 'kiosk'),
    );
  },
);

story.skipIf(!hasTmux)(
  'a kiosk with --control and the PIN of rig.yaml records, asks before a stop, and stops (tmux, 80x24)',
  async ({ makeRig }) => {
    const yaml = JSON.stringify({
      version: 1,
      rig: { name: 'story', recordings: './recordings', minFree: '1MB' },
      modules,
      kiosk: { pin: '2580' },
    });
    const rig = await makeRig({ modules, yaml });
    await rig.startUp();
    const tmux = open(rig, [80, 24], `${program(rig)} kiosk --control`);
    await tmux.shows(/ r record/);
    tmux.press('r');
    await tmux.shows(/PIN: _/);
    tmux.press('1', '1', '1', '1', 'Enter');
    await tmux.shows(/PIN once more: _/);
    expect(rig.me.now().rig.state).toBe('idle');
    tmux.press('2', '5', '8', '0', 'Enter');
    await rig.until('it records', ({ rig: { state } }) => state === 'recording');
    await tmux.shows(/s stop/);
    tmux.press('m', 'm', 'm');
    await until('each of three keys in one go is a marker', () => {
      return manifestOf(theSession(rig.recordings)).markers.length === 3;
    });
    tmux.press('s');
    await tmux.shows(/Stop recording\?[\s\S]*y stop trial 1/);
    tmux.press('s', 'y');
    await rig.until('it is idle', ({ rig: { state } }) => state === 'idle');
    await tmux.shows(/mic +● IDLE/);
    const shown = await rig.run('config', 'show');
    expect(shown.stdout).toContain('; kiosk.pin is left out');
    const session = rig.me.now().rig.session?.path ?? '';
    const told = readFileSync(join(session, 'session.json'), 'utf8');
    expect(told + JSON.stringify(rig.me.now()) + shown.stdout).not.toContain('2580');
  },
);

story.skipIf(!hasTmux)(
  'two who look at a kiosk from terminals of other sizes change nothing for it, and a killed one is back in the same session',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    const script = join(dirname(rig.where.program), 'kiosk.sh');
    const start = `sh ${script} ${process.execPath} ${rig.where.program}`;
    const socket = { env: { ...process.env, TMUX_TMPDIR: rig.folder }, encoding: 'utf8' } as const;
    const ask = (...words: string[]) =>
      execFileSync('tmux', ['-L', 'rigdeck-kiosk', ...words], socket).trim();
    try {
      const screen = open(rig, [80, 24], start);
      await screen.shows(/mic +● IDLE/);
      const looks = 'env -u TMUX tmux -L rigdeck-kiosk attach -r';
      const small = open(rig, [40, 12], `${looks}; sleep 1000`);
      const large = open(rig, [120, 40], `${looks}; sleep 1000`);
      const second = open(rig, [100, 30], `${start}; sleep 1000`);
      await until('all of them look', () => ask('list-clients').split('\n').length === 4);
      await Promise.all([
        small.shows(/story/),
        large.shows(/mic +● IDLE/),
        second.shows(/mic +● IDLE/),
      ]);
      expect(ask('display', '-p', '-t', 'rigdeck-kiosk', '#{window_width}x#{window_height}')).toBe(
        '80x24',
      );
      small.press('r', 'q', 'C-d'); // as fast as a paste
      await small.shows(/detached/);
      // On the screen that it is for it cannot be let go of.
      screen.press('C-d');
      await until('it is there again', () => ask('list-clients').split('\n').length === 3);
      const inside = ask('list-panes', '-a', '-F', '#{pane_pid}');
      // While it waits for a moment there is none.
      const kiosk = () => {
        const { stdout } = spawnSync('ps', ['--ppid', inside, '-o', 'pid=,args='], socket);
        return /^ *(\d+) .*rigdeck\.js kiosk/m.exec(stdout)?.[1] ?? null;
      };
      const before = await until('a kiosk runs', kiosk);
      process.kill(Number(before), 'SIGKILL');
      await until('another kiosk runs', () => kiosk() !== null && kiosk() !== before);
      await rig.until('it looks again', ({ clients }) =>
        clients.some(({ name }) => name === 'kiosk'),
      );
      await screen.shows(/mic +● IDLE/);
      await until('all look again', () => ask('list-clients').split('\n').length === 3);
      expect(rig.me.now().rig.state).toBe('idle');
    } finally {
      // Before the folder goes that its socket lies in.
      spawnSync('tmux', ['-L', 'rigdeck-kiosk', 'kill-server'], socket);
    }
  },
);

story.skipIf(!hasTmux)(
  'on a machine without tmux the kiosk says how to install it, and runs without',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    const programs = join(rig.folder, 'programs');
    mkdirSync(programs);
    for (const name of ['sh', 'sleep']) {
      symlinkSync(execFileSync('which', [name], { encoding: 'utf8' }).trim(), join(programs, name));
    }
    const script = join(dirname(rig.where.program), 'kiosk.sh');
    const said = join(rig.folder, 'said');
    const words = `PATH=${programs} sh ${script} ${process.execPath} ${rig.where.program} 2>${said}`;
    const tmux = open(rig, [80, 24], words);
    await tmux.shows(/mic +● IDLE/);
    expect(readFileSync(said, 'utf8')).toMatch(/tmux is not installed.*apt install tmux/);
  },
);
