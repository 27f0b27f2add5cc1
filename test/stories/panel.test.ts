import { monoMs } from '../../src/daemon/clock.ts';
import type { LedRecord } from '../../src/protocol/gpio-record.ts';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import { manifestOf, theSession } from './support/recorded.ts';
import { story } from './support/story.ts';

const sensor = { use: 'demo-sensor', options: { rate: 50 } };

/** What docs/wiring.md says to begin with. */
const gpio = {
  backend: 'simulated',
  buttons: [
    {
      line: 'GPIO17',
      name: 'record',
      click: 'record.start',
      hold: { after: '1s', do: 'record.stop' },
    },
    { line: 'GPIO27', name: 'mark', click: 'mark' },
  ],
  leds: [
    { line: 'GPIO22', name: 'status', shows: 'rig' },
    { line: 'GPIO23', name: 'cam', shows: 'module.cam' },
  ],
};

const led = ({ gpio: { leds } }: Snapshot, name: string): LedRecord => {
  const found = leds[name];
  if (found === undefined) throw new Error(`there is no LED ${name}`);
  return found;
};

story.concurrent(
  'a click starts a recording and the light tells when data land; a hold stops it',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules: { cam: sensor }, gpio });
    await rig.startUp();
    await rig.until('the light is alive', (now) => led(now, 'status').rhythm === 'idle');
    const before = monoMs();
    expect(await rig.run('gpio', 'press', 'GPIO17')).toMatchObject({ code: 0 });
    await rig.until('the light waits', (now) => led(now, 'status').rhythm === 'busy');
    await rig.until('the light says REC', (now) => led(now, 'status').rhythm === 'recording');
    await rig.until('so does that of the module', (now) => led(now, 'cam').rhythm === 'recording');
    expect(await rig.run('gpio', 'press', 'GPIO27')).toMatchObject({ code: 0 });
    await rig.until('a marker is there', ({ rig: { lastMarker } }) => lastMarker !== null);
    const stop = await rig.run('gpio', 'press', 'GPIO17', '--hold', '1500ms');
    expect(stop).toMatchObject({ code: 0 });
    await rig.until('it is idle again', ({ rig: { state } }) => state === 'idle');
    const { trials, markers } = manifestOf(theSession(rig.recordings));
    expect(trials).toMatchObject([{ outcome: 'complete' }]);
    expect(markers).toMatchObject([{ actor: 'button GPIO27 (mark)', trial: 1 }]);
    expect(Number(markers[0]?.monoNs) / 1e6).toBeGreaterThan(before);
    const history = await rig.run('history');
    expect(history.stdout).toContain('button GPIO17 (record)');
  },
);
