import { readFileSync } from 'node:fs';
import { until } from '../support/until.ts';
import { story } from './support/story.ts';

const slow = { use: 'demo-sensor', options: { readyAfter: 400 } };

story.concurrent(
  'modules start after those that they need, and start-up is complete when the last is ready or has failed',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({
      modules: {
        mic: { use: 'demo-sensor', after: ['gps'] },
        gps: { ...slow, after: ['clock'] },
        clock: slow,
        broken: { command: ['no-such-program-anywhere'] },
        late: { use: 'demo-sensor', after: ['broken'] },
      },
    });
    await rig.start();
    expect(rig.me.module('mic')).toMatchObject({ state: 'starting', phase: 'waiting', pid: null });
    expect(rig.me.now().rig.startup).toBe('pending');
    const gps = await rig.until('gps starts', ({ modules }) => modules['gps']?.phase === 'probing');
    expect(gps.modules['clock']?.state).toBe('idle');
    const mic = await rig.until('mic starts', ({ modules }) => modules['mic']?.phase === 'probing');
    expect(mic.modules['gps']?.state).toBe('idle');
    const done = await rig.until('start-up', (now) => now.rig.startup === 'complete');
    const states = Object.entries(done.modules).map(([name, { state }]) => [name, state]);
    expect(Object.fromEntries(states)).toEqual({
      mic: 'idle',
      gps: 'idle',
      clock: 'idle',
      broken: 'error',
      late: 'idle',
    });
    expect(done.modules['broken']?.problem).toMatchObject({ code: 'cannot-start' });
    expect((await rig.run('is', 'ready')).code).toBe(0);
  },
);

story.concurrent(
  'a module that is enabled while it stops ends up running, one that is disabled while it starts ends up off',
  async ({ makeRig, expect }) => {
    const slower = { use: 'demo-sensor', options: { readyAfter: 3_000 } };
    const rig = await makeRig({ modules: { cam: slow, mic: slower } });
    await rig.startUp();
    for (let round = 0; round < 5; round++) {
      const { run, pid } = rig.me.module('cam');
      if (pid === null) throw new Error('cam has no process');
      process.kill(pid, 'SIGSTOP'); // it cannot end before it is wished again
      await rig.me.insist({ kind: 'module.disable', module: 'cam' });
      expect(rig.me.module('cam').state).toBe('stopping');
      await rig.me.insist({ kind: 'module.enable', module: 'cam' });
      expect(rig.me.module('cam')).toMatchObject({ desired: 'on', state: 'stopping', run });
      process.kill(pid, 'SIGCONT');
      await rig.until('cam runs again', ({ modules }) => modules['cam']?.state === 'idle');
      expect(rig.me.module('cam')).toMatchObject({ desired: 'on', run: run + 1 });
      expect(rig.copies('cam')).toHaveLength(1);

      await rig.wish('module.disable', { module: 'mic' });
      await rig.me.insist({ kind: 'module.enable', module: 'mic' });
      expect(rig.me.module('mic').state).toBe('starting');
      await rig.wish('module.disable', { module: 'mic' });
      expect(rig.me.module('mic')).toMatchObject({ desired: 'off', state: 'disabled', pid: null });
      await until('mic is gone', () => rig.copies('mic').length === 0);
    }
  },
);

story.concurrent(
  'a wish with a wait comes true or is taken back, and only what came true is written into rig.yaml',
  async ({ makeRig, expect }) => {
    const yaml = [
      '# The rig behind the barn',
      'version: 1',
      'rig: { name: barn, recordings: ./recordings, minFree: 1MB }',
      'modules:',
      '  cam:',
      '    use: demo-sensor   # the one on the pole',
      '    enabled: true      # as Anna wanted',
      '  dead:',
      '    use: demo-sensor',
      '    enabled:   false',
      '    options: { neverReady: true }',
      '  mic: { use: demo-sensor }',
      '',
    ].join('\n');
    const rig = await makeRig({ modules: {}, yaml });
    await rig.startUp();
    const waited = await rig.run('enable', 'dead', '--wait', '2');
    expect(waited.code).toBe(6);
    expect(waited.stderr).toMatch(/dead/);
    await rig.until('it is off again', ({ modules }) => modules['dead']?.state === 'disabled');
    expect(rig.me.module('dead').desired).toBe('off');
    expect((await rig.run('disable', 'mic', '--wait', '10')).code).toBe(0);
    expect((await rig.run('disable', 'cam')).code).toBe(0);

    const expected = yaml
      .replace('enabled: true ', 'enabled: false ')
      .replace('mic: { use: demo-sensor }', 'mic: { use: demo-sensor, enabled: false }');
    await until('rig.yaml is written', () => readFileSync(rig.config, 'utf8') === expected, 5_000);
    expect((await rig.run('enable', 'nobody')).code).toBe(4);
    expect((await rig.run('enable', 'ca')).stderr).toContain('Did you mean cam?');
    expect((await rig.run('enable', 'dead', 'mic', '--wait', '2')).code).toBe(7);
    await rig.run('down');
    expect(readFileSync(rig.config, 'utf8')).toContain('enabled:   false\n');
  },
);

story.concurrent(
  'a start-up timeout ends the process, says so, and is tried again',
  async ({ makeRig, expect }) => {
    const never = { use: 'demo-sensor', startTimeout: '700ms', options: { neverReady: true } };
    const rig = await makeRig({ modules: { cam: { use: 'demo-sensor' }, dead: never } });
    await rig.start();
    const failed = await rig.until(
      'it has failed',
      ({ modules }) => modules['dead']?.state === 'crashed',
    );
    expect(failed.modules['dead']?.problem?.code).toBe('start-timeout');
    expect(failed.rig.startup).toBe('complete');
    await rig.until('it is tried again', ({ modules }) => modules['dead']?.run === 2);
    expect(rig.copies('dead').length).toBeLessThanOrEqual(1);
  },
);
