import { machineTree, pi4 } from '../daemon/host/machine-tree.ts';
import { manifestOf, theSession } from './support/recorded.ts';
import { story } from './support/story.ts';

/** Looks are five seconds apart, and a busy machine takes its time. */
const patienceMs = 180_000;
const sensor = { use: 'demo-sensor', options: { rate: 50 } };
const firmware = 'sys/devices/platform/soc/soc:firmware/get_throttled';

story(
  'a Pi with a weak supply that gets hot says so while it lasts, and session.json says it for ever',
  async ({ makeRig, expect }) => {
    const pi = machineTree({ ...pi4, [firmware]: '50000\n' });
    const rig = await makeRig({
      modules: { cam: sensor },
      env: { RIGDECK_MACHINE_ROOT: pi.root },
    });
    await rig.startUp();
    expect((await rig.run('status')).stdout).toMatch(
      /49 °C · power ok, under-voltage\s+since boot/,
    );
    await rig.wish('record.start');
    pi.put(firmware, '50005\n');
    pi.put('sys/class/thermal/thermal_zone0/temp', '82300\n');
    pi.put('proc/vmstat', 'oom_kill 1\n');
    const bad = ['oom', 'too-hot', 'under-voltage'];
    const codes = () =>
      rig.me
        .now()
        .rig.problems.map((problem) => problem.code)
        .sort();
    await rig.until('all of it is shown', () => codes().join() === bad.join(), 40_000);
    expect((await rig.run('status')).stdout).toMatch(/82 °C · under-voltage now/);
    pi.put(firmware, '50000\n');
    pi.put('sys/class/thermal/thermal_zone0/temp', '55000\n');
    await rig.until('what lasts no more is over', () => codes().join() === 'oom', 40_000);
    await rig.wish('record.stop');

    const { health, trials } = manifestOf(theSession(rig.recordings));
    for (const seen of [health, trials[0]?.health]) {
      expect(seen).toMatchObject({
        power: {
          underVoltage: { now: false, sinceStart: true, sinceBoot: true },
          throttled: { now: false, sinceStart: true, sinceBoot: true },
        },
        highestTemperatureC: 82.3,
        oomKills: 1,
      });
    }
  },
  patienceMs,
);

story(
  'a machine that is no Pi has unknowns in session.json, no zeros',
  async ({ makeRig, expect }) => {
    const { root } = machineTree({ 'proc/loadavg': '0.10 0.20 0.30 1/99 7\n' });
    const rig = await makeRig({ modules: { cam: sensor }, env: { RIGDECK_MACHINE_ROOT: root } });
    await rig.startUp();
    await rig.wish('record.start');
    await rig.wish('record.stop');
    expect((await rig.run('status')).stdout).toMatch(/clock unknown/);
    expect(manifestOf(theSession(rig.recordings)).health).toMatchObject({
      power: { underVoltage: { now: null, sinceStart: null, sinceBoot: null } },
      highestTemperatureC: null,
      highestLoad1: 0.1,
      oomKills: null,
      ioStallMs: null,
    });
  },
  patienceMs,
);
