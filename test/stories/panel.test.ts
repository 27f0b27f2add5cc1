import { spawn } from 'node:child_process';
import { parse } from 'yaml';
import { monoMs } from '../../src/daemon/clock.ts';
import type { GpioList, LedRecord } from '../../src/protocol/gpio-record.ts';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import { blocksOf, pageOf } from '../docs/pages.ts';
import { until } from '../support/until.ts';
import { storyEnvironment } from './support/daemon-process.ts';
import { manifestOf, theSession } from './support/recorded.ts';
import { story } from './support/story.ts';

/** What docs/wiring.md says, word for word, but for the header. */
const [block = ''] = blocksOf(pageOf('docs/wiring.md'), 'yaml');
const documented = parse(block) as { readonly modules: Record<string, object>; gpio: object };
const { modules } = documented;
const gpio = { ...documented.gpio, backend: 'simulated' };

const led = ({ gpio: { leds } }: Snapshot, name: string): LedRecord => {
  const found = leds[name];
  if (found === undefined) throw new Error(`there is no LED ${name}`);
  return found;
};
const status = (rhythm: string) => (now: Snapshot) => led(now, 'status').rhythm === rhythm;

story.concurrent(
  'with the wiring of the docs a click starts a recording and the light tells when data land; a hold stops it',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules, gpio });
    await rig.startUp();
    await rig.until('the light is alive', status('idle'));
    const beforeMs = monoMs();
    const waits = rig.until('the light waits', status('busy'));
    const click = await rig.run('gpio', 'press', 'GPIO17');
    expect(click).toMatchObject({
      code: 0,
      stdout: 'record (GPIO17) was pressed for 0.1 s: record.start\n',
    });
    await waits;
    await rig.until('the light says REC', status('recording'));
    expect(led(rig.me.now(), 'sensor').rhythm).toBe('recording');
    expect(await rig.run('gpio', 'press', 'GPIO27')).toMatchObject({ code: 0 });
    await rig.until('a marker is there', ({ rig: { lastMarker } }) => lastMarker !== null);
    const afterMs = monoMs();
    const stop = await rig.run('gpio', 'press', 'GPIO17', '--hold', '2500ms');
    expect(stop).toMatchObject({ code: 0 });
    await rig.until('it is idle again', ({ rig: { state } }) => state === 'idle');
    await rig.until('and the light says so', status('idle'));
    const { trials, markers } = manifestOf(theSession(rig.recordings));
    expect(trials).toMatchObject([{ outcome: 'complete' }]);
    expect(markers).toMatchObject([{ actor: 'button GPIO27 (mark)', trial: 1 }]);
    const markedMs = Number(markers[0]?.monoNs) / 1e6;
    expect(markedMs).toBeGreaterThan(beforeMs);
    expect(markedMs).toBeLessThan(afterMs);
    const history = await rig.run('history');
    expect(history.stdout).toContain('button GPIO17 (record)');
  },
);

story.concurrent(
  'a press that does not fit is refused and written down, with the button that it came from',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules, gpio });
    await rig.startUp();
    await rig.until('the light is alive', status('idle'));
    const pressed = await rig.run('gpio', 'press', 'mark'); // no session is open: nothing to mark
    expect(pressed.code).toBe(5);
    expect(pressed.stderr).toMatch(/^rigdeck: mark \(GPIO27\) was pressed, and refused: .+/);
    const refused = await until('the refusal is in the history', async () => {
      const { stdout } = await rig.run('history', '--json');
      const entries = JSON.parse(stdout) as { readonly actor?: string }[];
      return entries.find(({ actor }) => actor === 'button GPIO27 (mark)');
    });
    expect(refused).toMatchObject({ kind: 'mark', outcome: 'refused', reason: 'not-recording' });
  },
);

story.concurrent(
  'lines that cannot be opened are a problem with its remedy; the rig starts and records without them',
  async ({ makeRig, expect }) => {
    const chip = { ...documented.gpio, backend: 'cdev', chip: 'no-such-chip' };
    const rig = await makeRig({ modules, gpio: chip });
    await rig.startUp();
    const now = await rig.until('the problem is shown', ({ rig: { problems } }) =>
      problems.some(({ code }) => code === 'gpio'),
    );
    expect(now.modules['sensor']).toMatchObject({ state: 'idle', health: 'ok' });
    expect(now.rig.problems.find(({ code }) => code === 'gpio')?.remedy).toBeTruthy();
    expect(now.gpio).toMatchObject({
      backend: 'off',
      buttons: { record: { state: 'lost', pin: 11 } },
      leds: { status: { state: 'lost', pin: 15 } },
    });
    await rig.wish('record.start');
    const press = await rig.run('gpio', 'press', 'GPIO17');
    expect(press.code).toBe(5);
    await rig.wish('record.stop');
  },
);

story.concurrent(
  'a daemon that is killed while a hold counts has stopped nothing, and its successor lights the light again',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules, gpio });
    const daemon = await rig.startUp();
    await rig.wish('record.start');
    await rig.until('the light says REC', status('recording'));
    const pressing = rig.run('gpio', 'press', 'record', '--hold', '60s');
    await rig.until('the finger is down', (now) => now.gpio.buttons['record']?.pressed === true);
    await daemon.kill();
    expect((await pressing).code).toBe(3);
    await rig.startUp();
    await rig.until('the light says REC again', status('recording'));
    expect(rig.me.now().gpio.buttons['record']).toMatchObject({ pressed: false, state: 'ok' });
    expect(rig.me.now().rig).toMatchObject({ desired: 'recording', state: 'recording' });
    await rig.wish('record.stop');
    expect(manifestOf(theSession(rig.recordings)).trials).toHaveLength(1);
  },
);

story.concurrent(
  'gpio list tells every line with and without a daemon, and gpio press only presses what is there',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules, gpio });
    const listed = async () => {
      const { stdout } = await rig.run('gpio', '--json');
      return JSON.parse(stdout) as GpioList;
    };
    const alone = await listed();
    expect(alone).toMatchObject({ version: 1, backend: 'simulated', problem: null });
    expect(alone.lines[0]).toEqual({
      ...{ line: 'GPIO17', pin: 11, kind: 'button', name: 'record', state: 'unopened' },
      ...{ does: 'click record.start, hold 2 s record.stop', level: null, consumer: null },
    });
    expect(alone.notes).toEqual([expect.stringContaining('no daemon answers')]);
    const off = await rig.run('gpio', 'off');
    expect(off).toMatchObject({
      code: 0,
      stdout: 'simulated LEDs live in the daemon: nothing is done\n',
    });
    await rig.startUp();
    await rig.until('the light is alive', status('idle'));
    expect((await listed()).lines[0]).toMatchObject({
      ...{ state: 'ok', level: 0, consumer: 'rigdeck record' },
    });
    expect((await listed()).notes).toEqual([]);
    const picture = await rig.run('gpio', 'list', '--pinout');
    expect(picture.stdout).toMatch(
      /^GPIO22 +15 +LED status +a short flash every 2 s +rigdeck status +shows rig$/m,
    );
    expect(picture.stdout).toContain('GPIO17 button record 11 ●');
    expect(await rig.run('gpio', 'press', 'GPIO5')).toMatchObject({ code: 4 });
    expect(await rig.run('gpio', 'press', 'button')).toMatchObject({ code: 4 });
  },
);

story.concurrent(
  'gpio test by way of the daemon tells of lights and presses, and ends when a recording begins',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules, gpio });
    await rig.startUp();
    await rig.until('the light is alive', status('idle'));
    const trying = rig.run('--json', 'gpio', 'test');
    await rig.until('it is being tried out', ({ gpio: { testedBy } }) => testedBy !== null);
    expect(await rig.run('gpio', 'test')).toMatchObject({ code: 5 });
    const pressed = (now: Snapshot) => now.gpio.buttons['record']?.pressed === true;
    const seen = rig.until('the finger is seen', pressed);
    const refused = await rig.run('gpio', 'press', 'GPIO17');
    expect(refused.code).toBe(5);
    expect(refused.stderr).toMatch(/record \(GPIO17\) was pressed, and refused: .+ tests buttons/);
    for (const words of [['status'], ['gpio', 'list']]) {
      const { stdout } = await rig.run(...words);
      expect(stdout.replace(/\s+/g, ' ')).toMatch(
        /Buttons do nothing just now: .+ tests them, for/,
      );
    }
    await seen;
    await rig.until('and gone', (now) => !pressed(now));
    expect(rig.me.now().rig.desired).toBe('idle'); // a press does nothing meanwhile
    await rig.wish('record.start');
    const { code, stdout } = await trying;
    expect(code).toBe(0);
    const told = stdout.trim().split('\n');
    const events = told.map((line) => JSON.parse(line) as { readonly is: string });
    expect(events.map(({ is }) => is)).toEqual(
      expect.arrayContaining(['lit', 'edge', 'pressed', 'released', 'meant', 'ended']),
    );
    expect(rig.me.now().gpio.testedBy).toBeNull();
    expect(await rig.run('gpio', 'test')).toMatchObject({ code: 5 });
    await rig.wish('record.stop');
  },
);

story.concurrent(
  'a simulated button that a command holds down is let go when the command is interrupted',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules, gpio });
    await rig.startUp();
    const isDown = ({ gpio: { buttons } }: Snapshot) => buttons['mark']?.pressed === true;
    const { program: file, folder } = rig.where;
    const words = [file, 'gpio', 'press', 'mark', '--hold', '9m'];
    const env = storyEnvironment(rig.where);
    const command = spawn(process.execPath, words, { cwd: folder, env });
    let said = '';
    command.stderr.on('data', (chunk) => {
      said += chunk;
    });
    const ended = new Promise((resolve) => command.on('exit', (_, signal) => resolve(signal)));
    await rig.until('the button is down', isDown);
    await until('that it is held is said', () => said.includes('\n'));
    expect(said).toBe('mark is held for 9 min; Ctrl-C lets go of it.\n');
    command.kill('SIGINT');
    expect(await ended).toBe('SIGINT');
    await rig.until('the button is up', (now) => !isDown(now));
  },
);

story.concurrent(
  'a rig.yaml with other buttons that is taken over while a hold counts waits for the next daemon; the hold stops the recording',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules, gpio });
    const daemon = await rig.startUp();
    await rig.wish('record.start');
    const pressing = rig.run('gpio', 'press', 'record', '--hold', '5s');
    await rig.until('the finger is down', (now) => now.gpio.buttons['record']?.pressed === true);
    const other = { line: 'GPIO5', name: 'other', click: 'mark' };
    rig.configure({ modules, gpio: { backend: 'simulated', buttons: [other] } });
    daemon.signal('SIGHUP');
    await until('it was taken over', () => daemon.said().includes('waiting gpio'));
    await rig.until('the hold has stopped it', ({ rig: { state } }) => state === 'idle');
    expect((await pressing).code).toBe(0);
    expect(Object.keys(rig.me.now().gpio.buttons)).toEqual(['record', 'mark']);
    daemon.signal('SIGTERM');
    await daemon.ended;
    await rig.start();
    await rig.until('it has the other button', (now) => now.gpio.buttons['other']?.state === 'ok');
    expect(rig.me.now().gpio.buttons['record']).toBeUndefined();
  },
);
