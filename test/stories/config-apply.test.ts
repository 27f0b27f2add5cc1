import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import { until } from '../support/until.ts';
import { manifestOf, rowsOf, theSession, unbroken } from './support/recorded.ts';
import { story } from './support/story.ts';

const sensor = (rate: number) => ({ use: 'demo-sensor', options: { rate } });
const notice = ({ rig }: Snapshot) => rig.problems.find(({ code }) => code === 'config-changed');

story(
  'a changed rig.yaml is taken over while the rig runs: added, changed, removed, and nobody else is touched',
  async ({ makeRig }) => {
    const rig = await makeRig({
      modules: { mic: sensor(20), cam: sensor(20), gps: sensor(20), spare: sensor(20) },
    });
    await rig.startUp();
    await rig.wish('module.disable', { module: 'spare' });
    await until('the wish is written back', () =>
      /"enabled": ?false/.test(readFileSync(rig.config, 'utf8')),
    );
    const [mic, cam] = [rig.pidOf('mic'), rig.pidOf('cam')];
    const spare = { ...sensor(20), enabled: false };
    rig.configure({
      modules: { mic: sensor(20), cam: sensor(50), spare, wind: sensor(20) },
      rig: { segment: '10m', minFree: '2MB' },
    });
    const asked = await rig.run('config', 'apply', '--dry-run');
    const lines = [
      'added     wind',
      'changed   cam: rate: 20 -> 50',
      'removed   gps',
      'unchanged mic, spare',
      'settings  rig.segment',
      'waiting   rig.minFree (until a daemon begins)',
      '',
    ];
    expect(asked).toMatchObject({
      code: 0,
      stdout: [`would be taken over: ${rig.config}`, ...lines].join('\n'),
    });
    expect(rig.pidOf('cam')).toBe(cam);

    expect(await rig.run('config', 'apply')).toMatchObject({
      code: 0,
      stderr: '',
      stdout: [`taken over: ${rig.config}`, ...lines].join('\n'),
    });
    expect(rig.pidOf('mic')).toBe(mic);
    expect(rig.pidOf('cam')).not.toBe(cam);
    expect(rig.copies('gps')).toEqual([]);
    const { modules, groups } = await rig.until('they are as rig.yaml says', (now) => {
      return now.modules['wind']?.state === 'idle' && now.modules['cam']?.state === 'idle';
    });
    expect(Object.keys(modules).sort()).toEqual(['cam', 'mic', 'spare', 'wind']);
    expect(groups['main']?.modules).toEqual(['mic', 'cam', 'spare', 'wind']);
    expect(modules['spare']).toMatchObject({ desired: 'off', state: 'disabled' });
    expect(notice(rig.me.now())?.message).toBe(
      'rig.yaml is in force, but for rig.minFree: that waits for a new start of the daemon.',
    );
    const history = await rig.run('history');
    expect(history.stdout).toMatch(
      /rigdeck config apply.*added wind; changed cam: rate; removed gps/,
    );
    expect(history.stdout).toContain('gps left the rig');

    await rig.wish('record.start');
    await rig.wish('record.stop');
    const { config } = manifestOf(theSession(rig.recordings));
    expect(config).toMatchObject({
      rig: { segment: 600_000, minFree: 1_000_000 },
      modules: { cam: { options: { rate: 50 } }, wind: {} },
    });
    await rig.run('down');
  },
);

story(
  'what records is not touched: the whole file is refused with the list, but a new module joins late',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules: { mic: sensor(20), cam: sensor(20) } });
    await rig.startUp();
    await rig.wish('record.start');
    const pids = [rig.pidOf('mic'), rig.pidOf('cam')];
    rig.configure({ modules: { mic: sensor(50), wind: sensor(20) } });
    for (const words of [['--dry-run'], []]) {
      const refused = await rig.run('config', 'apply', ...words);
      expect(refused).toMatchObject({ code: 5, stdout: '' });
      expect(refused.stderr).toContain(
        'rig.yaml would change mic and remove cam while that is being recorded; nothing of it was taken over',
      );
    }
    expect(Object.keys(rig.me.now().modules)).toEqual(['mic', 'cam']);
    rig.configure({ modules: { mic: sensor(20), cam: sensor(20), wind: sensor(20) } });
    expect(await rig.run('config', 'apply')).toMatchObject({ code: 0, stderr: '' });
    await rig.until('wind records, too', ({ modules }) => {
      return modules['wind']?.state === 'recording' && modules['wind'].health === 'ok';
    });
    expect([rig.pidOf('mic'), rig.pidOf('cam')]).toEqual(pids);
    await rig.wish('record.stop');
    const session = theSession(rig.recordings);
    const manifest = manifestOf(session);
    expect(manifest.gaps).toEqual([]);
    expect(manifest.trials).toMatchObject([{ outcome: 'complete' }]);
    expect(manifest.trials[0]?.segments.at(-1)?.modules).toMatchObject({ wind: { late: true } });
    expect(manifest.configs).toMatchObject([{ config: { modules: { wind: {} } } }]);
    const rows = rowsOf(session, 'mic');
    expect(rows).toEqual(unbroken(rows));

    rig.configure({ modules: { mic: sensor(20) } });
    expect((await rig.run('config', 'apply')).stdout).toContain('removed   cam, wind');
    await rig.run('down');
  },
);

story(
  'a module that could not start is corrected while the others record, and comes late',
  async ({ makeRig }) => {
    const gone = { command: ['./not-there'], required: false };
    const rig = await makeRig({ modules: { mic: sensor(20), gone } });
    await rig.startUp();
    await rig.wish('record.start');
    const mic = rig.pidOf('mic');
    rig.configure({ modules: { mic: sensor(20), gone: { ...sensor(20), required: false } } });
    expect(await rig.run('config', 'apply')).toMatchObject({ code: 0, stderr: '' });
    await rig.until('it records, too', ({ modules }) => modules['gone']?.state === 'recording');
    expect(rig.pidOf('mic')).toBe(mic);
    await rig.wish('record.stop');
    const session = theSession(rig.recordings);
    expect(manifestOf(session).trials).toMatchObject([{ outcome: 'complete' }]);
    const rows = rowsOf(session, 'mic');
    expect(rows).toEqual(unbroken(rows));
    await rig.run('down');
  },
);

story('a rig.yaml with faults changes nothing, and says where they are', async ({ makeRig }) => {
  const rig = await makeRig({ modules: { mic: sensor(20) } });
  await rig.startUp();
  const mic = rig.pidOf('mic');
  writeFileSync(rig.config, 'version: 1\nmodules:\n  mic: { use: demo-sensor, optoins: {} }\n');
  const refused = await rig.run('config', 'apply');
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toMatch(/rig\.yaml:3:\d+: .*optoins.*Nothing of it was taken over/s);
  expect(refused.stderr).toContain('rigdeck config check');
  expect(rig.pidOf('mic')).toBe(mic);
  rig.configure({ modules: { mic: sensor(20) } });
  expect((await rig.run('config', 'apply')).stdout).toBe(
    `nothing to take over: ${rig.config}\nunchanged mic\n`,
  );
  await rig.run('down');
});

story(
  'SIGHUP takes it over, too; the next daemon adopts what that has started, and counts its runs on',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules: { mic: sensor(20), cam: sensor(20) } });
    await rig.startUp();
    const mic = rig.pidOf('mic');
    rig.configure({ modules: { mic: sensor(20), wind: sensor(20) } });
    rig.daemon.signal('SIGHUP');
    await rig.until('it is as rig.yaml says', ({ modules }) => {
      return modules['wind']?.state === 'idle' && modules['cam'] === undefined;
    });
    await rig.until('the notice is gone', (now) => notice(now) === undefined);
    const history = await rig.run('history');
    expect(history.stdout).toMatch(/SIGHUP.*added wind; removed cam; unchanged mic/);
    const wind = rig.pidOf('wind');
    await rig.daemon.kill();
    await rig.startUp();
    expect(rig.pidOf('mic')).toBe(mic);
    expect(rig.pidOf('wind')).toBe(wind);
    expect(Object.keys(rig.me.now().modules).sort()).toEqual(['mic', 'wind']);
    expect(rig.me.module('wind').problem).toBeNull();

    rig.configure({ modules: { mic: sensor(20), cam: sensor(20), wind: sensor(20) } });
    const applied = await rig.run('config', 'apply', '--json');
    expect(JSON.parse(applied.stdout)).toMatchObject({
      version: 1,
      outcome: 'done',
      dryRun: false,
      partly: null,
      added: ['cam'],
      unchanged: ['mic', 'wind'],
    });
    expect(rig.me.module('cam').run).toBe(2);
    await rig.run('down');
  },
);

story('hooks are other ones from then on', async ({ makeRig }) => {
  const rig = await makeRig({ modules: { mic: sensor(20) } });
  await rig.startUp();
  const hooks = [{ on: ['mark'], run: ['sh', '-c', 'echo told >>told.txt'] }];
  rig.configure({ modules: { mic: sensor(20) }, hooks });
  expect((await rig.run('config', 'apply')).stdout).toContain('settings  hooks');
  await rig.wish('session.start', { name: 'dawn' });
  await rig.wish('mark', { text: 'owl' });
  await until('the hook has told', () => {
    try {
      return readFileSync(`${rig.folder}/told.txt`, 'utf8') === 'told\n';
    } catch {
      return false; // not yet
    }
  });
  await rig.run('down');
});
