import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunInput } from '../../../src/core/input.ts';
import { until } from '../../support/until.ts';
import { startDaemon } from './dying-daemon.ts';
import { fixture, lives, makeFolder, makeWorld, spec, type World } from './support.ts';

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
  const gone = { run: 7, restarts: 0, living: null, finished: null, ended: null };
  const lost = { pid: expect.any(Number), startedAt: expect.any(String) };
  expect(found).toEqual({ mic: { ...gone, lost }, cam: { ...gone, lost } });
  expect(Object.values(found).map((one) => one.lost?.pid)).toEqual(expect.arrayContaining(pids));
  world.runs.begin();
  await until('both have ended', () => endOf(world, 'mic') && endOf(world, 'cam'));
  for (const pid of pids) expect(lives(pid)).toBe(false);
  expect(complaints(world)).toMatch(/mic ran on .* cam ran on|cam ran on .* mic ran on/);
  world.runs.spawn('mic', 8, 0);
  await world.next('spawned');
});

test('a run that nobody can reach any more and that ignores SIGTERM keeps no other module waiting', async () => {
  const folder = makeFolder();
  const ready = `echo '{"is":"ready","can":["arm"]}' >&3`;
  const deaf = `trap "" INT TERM; ${ready}; while :; do sleep 0.05; done`;
  const specs = { mic: spec(['sh', '-c', deaf]), cam: obedient };
  const daemon = await startDaemon(folder, specs);
  const pidOf = (module: string) =>
    daemon.inputs.flatMap((input) =>
      input.type === 'spawned' && input.module === module ? [input.pid ?? 0] : [],
    )[0] ?? 0;
  const isReady = (module: string) =>
    daemon.inputs.some((input) => input.type === 'said' && input.module === module);
  // What a module says and whose process it is are heard apart from each other.
  await until('both run and are ready', () =>
    ['mic', 'cam'].every((module) => isReady(module) && pidOf(module) > 0),
  );
  await daemon.kill();
  rmSync(join(folder, 'run', 'mic'), { recursive: true });

  const world = makeWorld(specs, folder);
  const found = await world.runs.adopt({ mic: 9 });
  expect(found['cam']?.living).toMatchObject({ pid: pidOf('cam') });
  expect(lives(pidOf('mic'))).toBe(true);
  expect(found['mic']).toMatchObject({ run: 9, living: null, lost: { pid: pidOf('mic') } });
  world.runs.begin();
  expect(() => world.runs.spawn('mic', 10, 0)).toThrow('no earlier run of mic lives');
  world.runs.signal('mic', 9, 'SIGKILL');
  const end = await until('it has ended', () => endOf(world, 'mic'));
  expect(end).toMatchObject({ run: 9 });
  expect(lives(pidOf('mic'))).toBe(false);
  world.runs.spawn('mic', 10, 0);
  await world.next('spawned');
});

test.each([
  ['in a session of its own', ['setsid']],
  ['without its environment', ['env', '-i', 'PATH=/usr/bin:/bin']],
])(
  'what a module left behind %s that crashed while no daemon lived is gone before its next run',
  async (_where, how) => {
    const folder = makeFolder();
    const specs = { mic: spec([fixture('run-leaves-a-child.sh'), ...how]) };
    const first = makeWorld(specs, folder);
    first.runs.spawn('mic', 1, 0);
    await until('its child is waited for', () => first.runs.leftBehind());
    const child = JSON.parse(readFileSync(join(folder, 'run', 'mic', 'status'), 'utf8')).detail;
    void first.runs.handOver(); // as if it were killed: what it has not told is for the next one

    const world = makeWorld(specs, folder);
    const found = await world.runs.adopt();
    expect(found['mic']).toMatchObject({
      living: null,
      ended: { exit: { code: null, signal: 'SIGKILL' } },
      lost: { pid: null },
    });
    world.runs.begin();
    await until('its end is told', () => endOf(world, 'mic'));
    expect(lives(child)).toBe(false);
    expect(first.inputs.some(({ type }) => type === 'exited')).toBe(false);
  },
);

function endOf({ inputs }: World, module: string): RunInput | undefined {
  return inputs.find((input) => input.type === 'exited' && input.module === module);
}

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
    world.runs.begin();
    if (living === null) {
      await until('it has ended', () => endOf(world, 'mic') ?? found['mic']?.lost === null);
      expect(lives(pids[0] ?? 0)).toBe(false);
      world.runs.spawn('mic', 2, 0);
    } else expect([living, lives(living)]).toEqual([pids[0], true]);
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

test.each([
  ['of a later layout', { layout: 2 }, 'written by a later Rigdeck: format 2, this one knows 1'],
  ['of another protocol', { protocol: 'rigdeck/2' }, 'it speaks rigdeck/2, this Rigdeck rigdeck/1'],
])(
  'a run %s is named, ended in order and never has a second one beside it',
  async (_, change, why) => {
    const folder = makeFolder();
    const first = makeWorld({ mic: obedient }, folder);
    first.runs.spawn('mic', 5, 0);
    first.runs.attend('mic', true);
    await until('it is ready', () => first.said('mic').length > 0);
    const pid = first.runs.pidOf('mic') ?? 0;
    await first.runs.handOver();
    const path = join(folder, 'run', 'mic', 'run.json');
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...change }));
    const text = readFileSync(path, 'utf8');

    const world = makeWorld({ mic: obedient }, folder);
    expect((await world.runs.adopt())['mic']).toMatchObject({
      run: 5,
      living: null,
      lost: { pid },
    });
    world.runs.begin();
    expect(complaints(world)).toBe(
      `mic was left by another version of Rigdeck and cannot be taken over (${why}). It was told to end in order, and is started anew when it has ended. Of its run folder: it was set aside as mic.damaged-1.`,
    );
    expect(readFileSync(join(folder, 'run', 'mic.damaged-1', 'run.json'), 'utf8')).toBe(text);
    expect(() => world.runs.spawn('mic', 6, 0)).toThrow('no earlier run of mic lives');
    await until('it has ended', () => endOf(world, 'mic'));
    expect(lives(pid)).toBe(false);
    world.runs.spawn('mic', 6, 0);
    await world.next('spawned');
  },
);

test('fields that a later version added to a run are no harm', async () => {
  const folder = makeFolder();
  const first = makeWorld({ mic: obedient }, folder);
  first.runs.spawn('mic', 5, 0);
  const { pid } = await first.next('spawned');
  await first.runs.handOver();
  for (const file of ['run.json', 'said.json']) {
    const path = join(folder, 'run', 'mic', file);
    writeFileSync(
      path,
      JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), mood: 'fine' }),
    );
  }
  const world = makeWorld({ mic: obedient }, folder);
  expect((await world.runs.adopt())['mic']).toMatchObject({ run: 5, living: { pid } });
  expect(complaints(world)).toBe('');
});
