import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/until.ts';
import type { StoryRig } from './support/rig.ts';
import { story } from './support/story.ts';

const modules = {
  cam: { use: 'demo-sensor' },
  mic: { use: 'demo-sensor', enabled: false },
  gps: { use: 'demo-sensor' },
};

/** What a power cut, a bad card or another program can make of a saved file. */
const damages: Readonly<Record<string, (text: string) => string>> = {
  'is empty': () => '',
  'is cut': (text) => text.slice(0, text.length / 2),
  'is foreign': () => '[{"pm_id":0,"name":"cam"}]',
  'has a wrong checksum': (text) => text.replace('"off"', '"on"').replace('"run": 1', '"run": 7'),
  'is zeros': (text) => '\0'.repeat(text.length),
};
const files = ['running_modules.json', 'runtime-state.json'] as const;

for (const [how, damage] of Object.entries(damages)) {
  story.concurrent(
    `a saved file that ${how} is set aside and shown, the one before it is used, and no wish is lost`,
    async ({ makeRig, expect }) => {
      const rig = await makeRig({ modules });
      await rig.startUp();
      // Wishes differ from rig.yaml, which a person may put back at any time: only the saved file knows them.
      const yaml = readFileSync(rig.config, 'utf8');
      await rig.wish('module.enable', { module: 'mic' });
      await rig.wish('module.disable', { module: 'gps' });
      await until('the wishes are saved', () => /"gps": {\s*"desired": "off"/.test(saved(rig)));
      await rig.wish('record.start');
      await until('the wish to record is saved', () => saved(rig).includes('"recording": "rec'));
      const pids = [rig.pidOf('cam'), rig.pidOf('mic')];
      await rig.daemon.kill();
      writeFileSync(rig.config, yaml);
      for (const file of files) breakFile(rig, file, damage);

      await rig.start();
      await rig.until('the rig records', ({ rig: { state } }) => state === 'recording');
      expect([rig.pidOf('cam'), rig.pidOf('mic')]).toEqual(pids);
      expect(rig.me.module('mic').desired).toBe('on');
      expect(rig.me.module('gps')).toMatchObject({ desired: 'off', state: 'disabled' });
      const problem = rig.me.now().rig.problems.find(({ code }) => code === 'damaged-file');
      for (const file of files) {
        expect(problem?.message).toContain(`${file}.damaged-1`);
        expect(readdirSync(rig.stateDir)).toContain(`${file}.damaged-1`);
      }
      await rig.wish('problem.acknowledge', { code: 'damaged-file' });
      expect(rig.me.now().rig.problems).toEqual([]);
    },
  );
}

story.concurrent(
  'when both generations of both files are damaged, what lives goes on and rig.yaml says the rest',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    await rig.wish('record.start');
    await rig.wish('record.stop');
    await rig.wish('record.start');
    const pids = [rig.pidOf('cam'), rig.pidOf('gps')];
    await rig.daemon.kill();
    for (const name of readdirSync(rig.stateDir).filter((file) => file.includes('.json'))) {
      writeFileSync(join(rig.stateDir, name), '{"version":1');
    }

    await rig.startUp();
    expect([rig.pidOf('cam'), rig.pidOf('gps')]).toEqual(pids);
    expect(rig.me.module('mic').desired).toBe('off');
    expect(rig.me.now().rig.problems).toMatchObject([{ code: 'damaged-file' }]);
    // What records shows that it was wished; the number of the trial is known by the disk.
    expect(rig.me.now().rig).toMatchObject({ state: 'recording', trial: { number: 2 } });
    await rig.wish('record.stop');
    await rig.wish('record.start');
    expect(rig.me.now().rig).toMatchObject({ session: { id: '0001' }, trial: { number: 3 } });
  },
);

story.concurrent(
  'when the newest wishes are damaged and older ones are all there is, what records goes on',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    await rig.wish('module.enable', { module: 'mic' });
    await until('the wishes are saved', () => /"mic": {\s*"desired": "on"/.test(saved(rig)));
    const older = saved(rig);
    await rig.wish('record.start');
    await until('the wish to record is saved', () => saved(rig).includes('"recording": "rec'));
    const pids = [rig.pidOf('cam'), rig.pidOf('mic')];
    await rig.daemon.kill();
    writeFileSync(join(rig.stateDir, 'running_modules.json'), older);
    writeFileSync(join(rig.runDir, 'wishes.json'), '{"version":1');

    await rig.start();
    await rig.until('the rig records', ({ rig: { state } }) => state === 'recording');
    expect([rig.pidOf('cam'), rig.pidOf('mic')]).toEqual(pids);
    const [problem] = rig.me.now().rig.problems;
    expect(problem?.message).toContain('wishes.json.damaged-1');
  },
);

/** What is saved; nothing before the first time. */
function saved(rig: StoryRig): string {
  const path = join(rig.stateDir, 'running_modules.json');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function breakFile(rig: StoryRig, file: string, damage: (text: string) => string): void {
  const path = join(rig.stateDir, file);
  writeFileSync(path, damage(readFileSync(path, 'utf8')));
}
