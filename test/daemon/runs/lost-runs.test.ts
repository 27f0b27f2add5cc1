import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { startDaemon } from './dying-daemon.ts';
import { fixture, makeFolder, makeWorld, spec, type World } from './support.ts';

const obedient = spec(['node', fixture('run-obedient.mjs')]);
const plain = spec(['sleep', '1000'], { protocol: 'none', stopSignal: 'SIGTERM' });

function complaints({ faults }: World): string {
  return faults
    .map(({ fault }) =>
      typeof fault === 'object' && fault.code === 'run-folder' ? fault.message : '',
    )
    .join('\n');
}

test('modules whose run folders were removed with the daemon are ended before they are started again', async () => {
  const folder = makeFolder();
  const specs = { mic: obedient, cam: plain };
  const daemon = await startDaemon(folder, specs);
  const recording = () =>
    daemon.inputs.filter((input) => input.type === 'said' && input.said.is === 'recording');
  await until('both record', () => recording().length === 2);
  const pids = daemon.inputs.flatMap((input) =>
    input.type === 'spawned' && input.pid !== null ? [input.pid] : [],
  );
  expect(pids).toHaveLength(2);
  await daemon.kill();
  rmSync(join(folder, 'run'), { recursive: true });

  const world = makeWorld(specs, folder);
  const found = await world.runs.adopt();
  for (const pid of pids) expect(existsSync(`/proc/${pid}`)).toBe(false);
  const gone = { run: 7, restarts: 0, living: null, finished: null, ended: null };
  expect(found).toEqual({ mic: gone, cam: gone });
  world.runs.begin();
  expect(complaints(world)).toMatch(/mic ran on .* cam ran on|cam ran on .* mic ran on/);
  world.runs.spawn('mic', 8, 0);
  await world.next('spawned');
});

test('a run folder that is removed under the daemon is put back, and the next daemon hears and tells the same process', async () => {
  const folder = makeFolder();
  const first = makeWorld({ mic: obedient }, folder);
  first.runs.spawn('mic', 3, 1);
  first.runs.attend('mic', true);
  await until('it is ready', () => first.said('mic').length > 0);
  const pid = first.runs.pidOf('mic');
  rmSync(join(folder, 'run', 'mic'), { recursive: true });
  first.runs.health();
  expect(complaints(first)).toContain('mic');
  await first.runs.handOver();

  const world = makeWorld({ mic: obedient }, folder);
  expect((await world.runs.adopt())['mic']).toMatchObject({
    run: 3,
    restarts: 1,
    living: { pid, ready: true },
  });
  world.runs.attend('mic', true);
  const session = { id: '0001', name: 'rec' };
  const place = { dir: folder, prefix: 'mic', session, trial: 1, segment: 1 };
  world.runs.tell('mic', 3, { do: 'arm', ...place });
  await until('armed', () => world.said('mic').some(({ is }) => is === 'armed'));
  world.runs.tell('mic', 3, { do: 'quit' });
  expect((await world.next('exited')).run).toBe(3);
});

test.each(['exit', 'status', 'log', 'pid', 'said.json', 'run.json'])(
  'a folder in the place of %s keeps neither the daemon nor the other modules down',
  async (file) => {
    const folder = makeFolder();
    const specs = { mic: obedient, cam: obedient };
    const first = makeWorld(specs, folder);
    for (const module of ['mic', 'cam']) first.runs.spawn(module, 1, 0);
    const pids = await until('both run', () => {
      const both = ['mic', 'cam'].map((module) => first.runs.pidOf(module));
      return both.includes(null) ? null : both;
    });
    await first.runs.handOver();
    const path = join(folder, 'run', 'mic', file);
    rmSync(path);
    mkdirSync(path);
    writeFileSync(join(path, 'x'), '');
    const world = makeWorld(specs, folder);
    const found = await world.runs.adopt();
    expect(found['cam']?.living).toMatchObject({ pid: pids[1] });
    // Either it is the same process, or that one has ended: never a second beside it.
    const living = found['mic']?.living?.pid ?? null;
    expect([living, existsSync(`/proc/${pids[0]}`)]).toEqual(
      living === null ? [null, false] : [pids[0], true],
    );
    if (living === null) world.runs.spawn('mic', 2, 0);
    await until('it runs', () => world.runs.pidOf('mic'));
  },
);

test('a damaged folder in which nothing lives is set aside and named', async () => {
  const folder = makeFolder();
  mkdirSync(join(folder, 'run', 'mic'), { recursive: true });
  writeFileSync(join(folder, 'run', 'mic', 'run.json'), '{"lay');
  const world = makeWorld({ mic: obedient }, folder);
  expect(await world.runs.adopt()).toEqual({});
  world.runs.begin();
  expect(complaints(world)).toContain('mic is damaged');
  expect(readdirSync(world.runDir)).toEqual(['mic.damaged-1']);
  world.runs.spawn('mic', 1, 0);
  await world.next('spawned');
});
