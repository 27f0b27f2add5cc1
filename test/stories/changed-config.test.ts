import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import { until } from '../support/until.ts';
import { manifestOf, theSession } from './support/recorded.ts';
import { story } from './support/story.ts';

const modules = {
  mic: { use: 'demo-sensor', options: { rate: 20 } },
  spare: { use: 'demo-sensor', enabled: false, required: false },
};

const notice = ({ rig }: Snapshot) => rig.problems.find(({ code }) => code === 'config-changed');

story(
  'a rig.yaml that is changed while the daemon runs is not silently ignored',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    const before = readFileSync(rig.config, 'utf8');
    writeFileSync(rig.config, before.replace('"rate":20', '"rate":50'));
    await until('the next who connects makes the daemon look', async () =>
      (await rig.run('status')).stdout.includes('rig.yaml was changed'),
    );
    const seen = await rig.until('it is a notice of the rig', notice);
    expect(notice(seen)?.message).toMatch(
      /^rig\.yaml was changed at \d\d:\d\d and is not in force\.$/,
    );
    expect((await rig.run('up')).stdout).toContain('! rig.yaml was changed');
    const enabled = await rig.run('enable', 'spare', '--wait', '20s');
    expect(enabled).toMatchObject({ code: 0, stdout: 'spare: runs\n' });
    expect(enabled.stderr).toMatch(
      /^note: rig\.yaml was changed .* is not in force\. Take it over/,
    );
    expect((await rig.run('is', 'ok')).code).toBe(0);
    writeFileSync(rig.config, readFileSync(rig.config, 'utf8').replace('"rate":50', '"rate":20'));
    await rig.until('it is over when the file is as it was', (now) => notice(now) === undefined);
    await rig.run('down');
  },
);

story('what the daemon itself writes into rig.yaml is no change of it', async ({ makeRig }) => {
  const rig = await makeRig({ modules });
  await rig.startUp();
  await rig.wish('module.enable', { module: 'spare' });
  await until('the wish is written back', () =>
    /"enabled": ?true/.test(readFileSync(rig.config, 'utf8')),
  );
  writeFileSync(rig.config, `${readFileSync(rig.config, 'utf8')} `);
  await rig.run('is', 'up');
  await rig.until('a blank by hand is one', notice);
  const raised = rig.me.changes.filter(({ cause }) => cause === 'problem config-changed');
  expect(raised).toHaveLength(1);
});

story(
  'a module that is new in rig.yaml when the daemon is started again joins the trial late, and nothing is missing of it',
  async ({ makeRig }) => {
    const { mic } = modules;
    const rig = await makeRig({ modules: { mic } });
    await rig.startUp();
    await rig.wish('record.start');
    await rig.daemon.kill();
    rig.configure({ modules: { mic, cam: mic } });
    await rig.startUp();
    await rig.until('cam records, too', ({ modules: all }) => all['cam']?.state === 'recording');
    await rig.wish('record.stop');
    const manifest = manifestOf(theSession(rig.recordings));
    expect(manifest.gaps).toEqual([]);
    expect(manifest.trials).toMatchObject([{ outcome: 'complete' }]);
    expect(manifest.trials[0]?.segments.at(-1)?.modules).toMatchObject({
      cam: { late: true, files: [{ verdict: 'ok' }] },
    });
    await rig.run('down');
  },
);

story(
  'a module that is adopted goes on with its old options, and says so until it is started again',
  async ({ makeRig }) => {
    const old = { ...modules.mic, env: { KEY: 'secret' } };
    const rig = await makeRig({ modules: { mic: old } });
    await rig.startUp();
    await rig.wish('record.start');
    await rig.daemon.kill();
    const options = { rate: 50, noPause: true };
    rig.configure({ modules: { mic: { ...old, options, env: { KEY: 'other' } } } });
    await rig.startUp();
    await rig.until('it is told', ({ modules: all }) => all['mic']?.problem);
    expect(rig.me.module('mic').problem).toMatchObject({
      code: 'options-old',
      message:
        'mic records on with the options it was started with (rate: 20 -> 50, noPause: not set -> true, env KEY).',
    });
    expect((await rig.run('is', 'ok')).code).toBe(0);
    expect((await rig.run('wait', 'mic:recording', '--timeout', '5')).code).toBe(0);
    await rig.wish('module.restart', { module: 'mic' });
    await rig.until(
      'it records with the new ones',
      () => rig.me.module('mic').state === 'recording' && rig.me.module('mic').problem === null,
    );
    await rig.wish('record.stop');
    const { config, configs } = manifestOf(theSession(rig.recordings));
    expect(config).toMatchObject({ modules: { mic: { options: { rate: 20 } } } });
    expect(configs).toMatchObject([{ config: { modules: { mic: { options } } } }]);
    expect(JSON.stringify([config, configs])).not.toMatch(/secret|other/);
    await rig.daemon.kill();
    await rig.startUp();
    expect(rig.me.module('mic').problem).toBeNull();
    await rig.run('down');
  },
);
