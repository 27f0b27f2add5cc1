import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/until.ts';
import type { StoryRig } from './support/rig.ts';
import { story } from './support/story.ts';

const sensor = { use: 'demo-sensor', options: { rate: 50 } };

function eventsIn(file: string): { event: string; module: string | null }[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line));
}

function ran(rig: StoryRig, event: string, module: string | null = null): boolean {
  const all = eventsIn(join(rig.folder, 'told.ndjson'));
  return all.some((one) => one.event === event && one.module === module);
}

const keep = ['sh', '-c', 'cat >>told.ndjson'];

story.concurrent(
  'commands run on what happens to the rig, in its order, and what they print is in the history',
  async ({ makeRig, expect }) => {
    const on = ['record.started', 'module.crashed', 'module.recovered', 'mark', 'record.stopped'];
    const rig = await makeRig({
      modules: { cam: sensor },
      hooks: [
        { on, run: keep },
        { on: ['record.started'], run: ['echo', 'hello from a hook'] },
      ],
    });
    await rig.startUp();
    await rig.wish('record.start');
    process.kill(rig.pidOf('cam'), 'SIGKILL');
    await until('the crash is told', () => ran(rig, 'module.crashed', 'cam'));
    await until('its end is told', () => ran(rig, 'module.recovered', 'cam'));
    await rig.wish('mark', { text: 'owl' });
    await rig.wish('record.stop');
    await until('the stop is told', () => ran(rig, 'record.stopped'));
    const told = eventsIn(join(rig.folder, 'told.ndjson')).map(({ event }) => event);
    expect(told).toEqual(on);
    const { stdout } = await rig.run('history');
    expect(stdout).toContain('echo hello from a hook on record.started: done');
  },
);

story.concurrent(
  'a hook that hangs or fails delays nothing, is a problem in words, and the daemon ends without it',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({
      modules: { cam: sensor },
      hooks: [
        { on: ['record.started'], run: ['sh', '-c', 'trap "" TERM; sleep 1000'], timeout: '500ms' },
        { on: ['record.stopped'], run: ['sh', '-c', 'echo $$ >hangs; exec sleep 1000'] },
        { on: ['problem.raised', 'problem.over'], run: ['/nowhere/notify'] },
      ],
    });
    await rig.startUp();
    await rig.wish('record.start');
    await rig.until('the hook is a problem', ({ rig: { problems } }) =>
      problems.some(
        ({ code, message }) => code === 'hook' && message.includes('longer than 0.5 s'),
      ),
    );
    await rig.wish('record.stop');
    await until('a hook hangs', () => existsSync(join(rig.folder, 'hangs')));
    const down = await rig.run('down', '--yes');
    expect(down, down.stderr).toMatchObject({ code: 0 });
    const pid = Number(readFileSync(join(rig.folder, 'hangs'), 'utf8'));
    await until('nothing is left of it', () => !existsSync(`/proc/${pid}`));
  },
);
