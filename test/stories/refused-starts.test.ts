import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/until.ts';
import { storyEnvironment } from './support/daemon-process.ts';
import { filesOf, manifestOf, theSession } from './support/recorded.ts';
import type { StoryRig } from './support/rig.ts';
import { story } from './support/story.ts';

const sensor = { use: 'demo-sensor', options: { rate: 50 } };
const sdk = new URL('../../modules/sdk/python', import.meta.url).pathname;
const snake = {
  command: ['python3', './snake.py'],
  env: { PYTHONPATH: sdk },
  armTimeout: '3s',
  stopTimeout: '1s',
};

/** Makes its file with a header, and then does something else than to say that it has armed. */
function program(instead: string): string {
  return `
import os, time, rigdeck
def record(take):
    rows = take.open("csv", "n,monoNs,value\\n")
    ${instead}
    for now in take.samples(hz=50):
        pass
rigdeck.run(record)
`;
}

const habits: Readonly<Record<string, readonly [instead: string, words: RegExp]>> = {
  'says why it cannot': ['raise rigdeck.Problem("no-device", "no snake in the grass")', /no snake/],
  hangs: ['time.sleep(600)', /did not open its device and files/],
  'ends while it arms': ['os._exit(3)', /exit code 3/],
};

/** Nobody is left over: a process for each module at most, none beside them, and nothing on disk. */
async function nothingIsLeft(rig: StoryRig): Promise<void> {
  await until('nothing is left on disk', () => readdirSync(rig.recordings).length === 0);
  await until('no process is left over', () => {
    const living = rig.processes();
    const modules = living.filter(({ kind }) => kind === 'module').map(({ module }) => module);
    const others = living.filter(({ kind }) => kind === 'other');
    return new Set(modules).size === modules.length && others.length === 0;
  });
}

for (const [habit, [instead, words]] of Object.entries(habits)) {
  story.concurrent(
    `a start that is refused because a module ${habit} leaves no file, no folder, no process, and uses no number`,
    { timeout: 90_000 },
    async ({ makeRig, expect }) => {
      const rig = await makeRig({ modules: { cam: sensor, snake } });
      writeFileSync(join(rig.folder, 'snake.py'), program(instead));
      await rig.startUp();
      const refused = await rig.run('record', 'start');
      expect(refused.code).toBe(5);
      expect(refused.stderr).toMatch(words);
      await rig.until('the rig is idle', ({ rig: { state } }) => state === 'idle');
      await nothingIsLeft(rig);
      await rig.wish('module.disable', { module: 'snake' });
      await rig.wish('record.start');
      expect(rig.me.now().rig).toMatchObject({ session: { id: '0001' }, trial: { number: 1 } });
    },
  );
}

story.concurrent(
  'a disk that fails while modules arm ends the start in words: they stand down, no number is used, nothing is left',
  { timeout: 90_000 },
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules: { cam: sensor, mic: sensor } });
    await rig.startUp();
    await rig.wish('session.start', { name: 'frogs' });
    const session = theSession(rig.recordings);
    const before = readdirSync(session).sort();
    const inTheWay = join(session, 'session.json.next'); // the manifest cannot be replaced
    mkdirSync(inTheWay);
    const refused = await rig.run('record', 'start');
    expect(refused.code).toBe(5);
    expect(refused.stderr).toContain('cannot be written to');
    await rig.until('the rig is idle', ({ rig: { state }, modules }) => {
      const phases = Object.values(modules).map((module) => `${module.state} ${module.phase}`);
      return state === 'idle' && phases.every((phase) => phase === 'idle null');
    });
    rmdirSync(inTheWay);
    await until('nothing is left', () => readdirSync(session).sort().join() === before.join());
    await rig.wish('record.start');
    expect(rig.me.now().rig).toMatchObject({ trial: { number: 1 } });
    await rig.wish('record.stop');
    expect(filesOf(session, 'cam')).toHaveLength(1);
    expect(filesOf(session, 'mic')).toHaveLength(1);
  },
);

const slow = { use: 'demo-sensor', armTimeout: '30s', options: { rate: 50, armAfter: 8_000 } };

story.concurrent(
  'while a start waits, status says who is waited for, and record stop leaves nothing of it',
  { timeout: 90_000 },
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules: { cam: sensor, slow } });
    await rig.startUp();
    const started = rig.run('record', 'start');
    await rig.until('it waits', ({ rig: { waitingFor } }) => waitingFor.join() === 'slow');
    const screen = await rig.run('status');
    expect(screen.stdout).toMatch(
      /1 of 2 armed, waiting for slow: opening its devices and\s+files, \d+ s of 30 s/,
    );
    expect((await rig.run('record', 'stop', '--yes')).code).toBe(0);
    const ended = await started;
    expect(ended.code).toBe(5);
    expect(ended.stderr).toContain('called off');
    await nothingIsLeft(rig);
  },
);

story.concurrent(
  'Ctrl-C ends the waiting of record start and not the start; a module that is switched on later is recorded as late',
  { timeout: 90_000 },
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules: { slow, other: { ...sensor, enabled: false } } });
    await rig.startUp();
    const { program: file, folder } = rig.where;
    const env = storyEnvironment(rig.where);
    const command = spawn(process.execPath, [file, 'record', 'start'], { cwd: folder, env });
    const ended = new Promise((resolve) => command.on('exit', (_, signal) => resolve(signal)));
    await rig.until('it waits', ({ rig: { waitingFor } }) => waitingFor.join() === 'slow');
    command.kill('SIGINT');
    expect(await ended).toBe('SIGINT');
    await rig.until('it records', ({ rig: { status } }) => status === 'recording', 30_000);
    await rig.wish('module.enable', { module: 'other' });
    await rig.until('the other, too', ({ modules }) => modules['other']?.state === 'recording');
    await rig.wish('record.stop');
    const session = theSession(rig.recordings);
    const [trial] = manifestOf(session).trials;
    expect(trial?.segments[0]?.modules['other']).toMatchObject({ late: true });
    expect(trial?.segments[0]?.modules['slow']).not.toHaveProperty('late');
    expect(filesOf(session, 'other')).toHaveLength(1);
  },
);
