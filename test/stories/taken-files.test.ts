import { renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rigBadge } from '../../src/protocol/rig-badge.ts';
import { until } from '../support/until.ts';
import { filesOf, manifestOf, theSession } from './support/recorded.ts';
import { story } from './support/story.ts';

const quick = { evidenceTimeout: '2s' };
const sensor = { use: 'demo-sensor', options: { rate: 50 }, ...quick };
const sound = { use: 'audio', options: { source: 'test' }, ...quick };

story.concurrent(
  'files that are cut, and a folder that is removed while it is recorded into, are told until the stop, which is done in part',
  { timeout: 120_000 },
  async ({ makeRig, expect }) => {
    const modules = { cut: sensor, sound, removed: sensor, well: sensor };
    const rig = await makeRig({ modules, rig: { segment: '20s' } });
    await rig.startUp();
    await rig.wish('record.start');
    const session = theSession(rig.recordings);
    await rig.until('all are proven', (now) => rigBadge(now).text === 'REC');
    const [file = ''] = filesOf(session, 'cut');
    const wav = filesOf(session, 'sound').find((one) => one.endsWith('.wav')) ?? '';
    const [inFolder = ''] = filesOf(session, 'removed');
    // What is cut must not have grown to that size again before the next look, however late that is.
    await until('there is something to cut', () => statSync(file).size > 5_000);
    truncateSync(file, 0);
    truncateSync(wav, 0);
    rmSync(dirname(inFolder), { recursive: true, maxRetries: 10 });
    const told = await rig.until('all is told', ({ modules: { cut, sound, removed } }) =>
      [cut, sound, removed].every((one) => one?.problem != null),
    );
    expect(rigBadge(told).text).toMatch(/^REC[ ?]/);
    expect(told.modules['cut']?.problem?.message).toMatch(/cut_s001.csv shrank from \S+ k?B to /);
    expect(told.modules['sound']?.problem?.message).toMatch(/sound_s001.wav (was cut|shrank)/);
    const next = await rig.until(
      'the next segment',
      ({ rig: { trial }, modules }) =>
        (trial?.segment ?? 0) > 1 && Object.values(modules).every(({ phase }) => phase === null),
      40_000,
    );
    expect(rigBadge(next).text).not.toBe('REC');
    for (const name of ['cut', 'sound']) {
      expect(next.modules[name]).toMatchObject({ health: 'degraded', problem: { code: 'taken' } });
    }
    expect(next.modules['well']).toMatchObject({ health: 'ok', problem: null });
    const stop = await rig.run('record', 'stop', '--yes');
    expect(stop.code).toBe(7);
    expect(stop.stdout).toContain('NOT complete (partial)');
    expect(stop.stdout).toContain('removed_s001.csv is empty: it is gone');
    const { trials, problems } = manifestOf(session);
    expect(trials).toMatchObject([{ outcome: 'partial' }]);
    const taken = problems.filter(({ code }) => code === 'taken').map(({ module }) => module);
    expect([...taken].sort()).toEqual(['cut', 'removed', 'sound']);
  },
);

story.concurrent(
  'a file that is cut in a pause is told in the pause',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules: { cut: sensor, well: sensor } });
    await rig.startUp();
    await rig.wish('record.start');
    const [file = ''] = filesOf(theSession(rig.recordings), 'cut');
    await rig.until('all are proven', (now) => rigBadge(now).text === 'REC');
    await rig.wish('record.pause');
    truncateSync(file, 0);
    const told = await rig.until('it is told', ({ modules: { cut } }) => cut?.problem != null);
    expect(told.rig.state).toBe('paused');
    expect(told.modules['cut']).toMatchObject({ health: 'degraded', problem: { code: 'taken' } });
    expect(told.modules['well']).toMatchObject({ health: 'ok', problem: null });
  },
);

story.concurrent(
  'a stop of a trial whose session folder was removed is done in part, and gives no counters as facts',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules: { cam: sensor } });
    await rig.startUp();
    await rig.wish('record.start');
    const session = theSession(rig.recordings);
    renameSync(session, join(rig.folder, 'away')); // at one stroke, while files in it are written
    const stop = await rig.run('record', 'stop', '--yes');
    expect(stop.code).toBe(7);
    expect(stop.stdout).toContain(`the files of trial 1 are gone: there is no folder ${session}`);
    expect(stop.stdout).not.toContain('recorded');
  },
);
