import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { RunInput } from '../../../src/core/input.ts';
import { until } from '../../support/until.ts';
import { startDaemon } from './dying-daemon.ts';
import { fixture, makeFolder, makeWorld, spec } from './support.ts';

const obedient = spec(['node', fixture('run-obedient.mjs')]);
const plain = spec(['sleep', '1000'], { protocol: 'none', stopSignal: 'SIGTERM' });

function recordsIn(inputs: readonly RunInput[], module: string) {
  return inputs.some(
    (input) => input.type === 'said' && input.module === module && input.said.is === 'recording',
  );
}

function pidIn(inputs: readonly RunInput[], module: string): number {
  const spawned = inputs.findLast((input) => input.type === 'spawned' && input.module === module);
  return spawned?.type === 'spawned' ? (spawned.pid ?? 0) : 0;
}

test('modules that record live through kill -9 of the daemon, and the next one takes them over as they are', async () => {
  const folder = makeFolder();
  const specs = { mic: obedient, cam: plain };
  const daemon = await startDaemon(folder, specs);
  await until(
    'both record',
    () => recordsIn(daemon.inputs, 'mic') && recordsIn(daemon.inputs, 'cam'),
  );
  await daemon.kill();

  const world = makeWorld(specs, folder);
  const before = performance.now();
  const found = await world.runs.adopt();
  expect(performance.now() - before).toBeLessThan(4_000);
  const heard: Record<string, object> = {
    mic: { firstSampleMonoNs: '5000000000', files: [join(folder, 'run', 'a.csv')] },
    cam: { firstSampleMonoNs: null, files: [] },
  };
  for (const module of ['mic', 'cam']) {
    expect(found[module]).toMatchObject({
      run: 7,
      restarts: 6,
      ended: null,
      lost: null,
      living: {
        pid: pidIn(daemon.inputs, module),
        ready: true,
        take: 'recording',
        trial: 3,
        segment: 4,
        heard: heard[module],
      },
    });
  }
  // The same process is spoken to again, with ids that never came before.
  world.runs.attend('mic', true);
  world.runs.tell('mic', 7, { do: 'stop' });
  world.runs.tell('cam', 7, { do: 'stop' });
  await until('both are idle', () =>
    ['mic', 'cam'].every((module) => world.said(module).some(({ is }) => is === 'idle')),
  );
  const ids =
    readFileSync(join(world.runDir, 'mic', 'log'), 'utf8')
      .match(/\d+$/gm)
      ?.map(Number) ?? [];
  expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
  world.runs.tell('mic', 7, { do: 'quit' });
  expect((await world.next('exited')).exit).toEqual({ code: 0, signal: null });
});

test('the end of an adopted module is noticed at once', async () => {
  const folder = makeFolder();
  const specs = { mic: obedient };
  const daemon = await startDaemon(folder, specs);
  await until('it records', () => recordsIn(daemon.inputs, 'mic'));
  await daemon.kill();
  const world = makeWorld(specs, folder);
  await world.runs.adopt();
  world.runs.begin();
  const before = performance.now();
  process.kill(pidIn(daemon.inputs, 'mic'), 'SIGKILL');
  const { exit, run } = await world.next('exited');
  expect(performance.now() - before).toBeLessThan(4_000);
  expect({ exit, run }).toEqual({ exit: { code: null, signal: 'SIGKILL' }, run: 7 });
});

test('how and when a module ended while nobody watched is learnt once', async () => {
  const folder = makeFolder();
  const specs = { mic: obedient };
  const daemon = await startDaemon(folder, specs);
  await until('it records', () => recordsIn(daemon.inputs, 'mic'));
  await daemon.kill();
  const killedAt = Date.now();
  process.kill(pidIn(daemon.inputs, 'mic'), 'SIGSEGV');
  await until('its keeper wrote it down', () =>
    readFileSync(join(folder, 'run', 'mic', 'exit'), 'utf8').startsWith('139 '),
  );

  const world = makeWorld(specs, folder);
  const found = await world.runs.adopt();
  expect(found['mic']).toMatchObject({
    living: null,
    ended: {
      exit: { code: null, signal: 'SIGSEGV' },
      take: 'recording',
      lastWords: ['told arm 1', 'told record 2'],
    },
  });
  expect(Math.abs(Date.parse(found['mic']?.ended?.at ?? '') - killedAt)).toBeLessThan(2_000);
  world.runs.begin();
  await world.runs.handOver();
  expect((await makeWorld(specs, folder).runs.adopt())['mic']?.ended).toBeNull();
});

test('what a module said while nobody listened is known when it is adopted', async () => {
  const folder = makeFolder();
  const mic = spec([fixture('run-says.sh')]);
  const first = makeWorld({ mic }, folder);
  first.runs.spawn('mic', 1, 0);
  await first.next('spawned');
  await first.runs.handOver();
  const words = [
    '{"is":"ready","version":"2","can":["arm"]}',
    '{"is":"armed","files":["/tmp/a"]}',
    '{"is":"progress","bytes":12}',
    '{"is":"error","code":"no-device","message":"gone"}',
  ];
  writeFileSync(join(folder, 'run', 'mic', 'status'), `${words.join('\n')}\n`, { flag: 'a' });
  const world = makeWorld({ mic }, folder);
  const found = await world.runs.adopt();
  expect(found['mic']?.living).toMatchObject({
    ready: true,
    version: '2',
    can: ['arm'],
    take: 'armed',
  });
  expect(world.runs.live('mic')).toMatchObject({ bytes: 12, files: ['/tmp/a'] });
  expect(world.inputs).toEqual([]);
  world.runs.begin();
  expect(world.said('mic')).toMatchObject([{ is: 'error', code: 'no-device' }]);
});

test('another process with the number of a module is neither adopted nor signalled', async () => {
  const folder = makeFolder();
  const mic = spec([fixture('run-deaf.sh')]);
  const first = makeWorld({ mic }, folder);
  first.runs.spawn('mic', 1, 0);
  const { pid } = await first.next('spawned');
  await first.runs.handOver();
  process.kill(pid ?? 0, 'SIGKILL');
  const exitPath = join(folder, 'run', 'mic', 'exit');
  await until('its end is written down', () => readFileSync(exitPath, 'utf8').includes('\n'));
  writeFileSync(exitPath, ' '.repeat(64));

  const bystander = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
  onTestFinished(() => void bystander.kill('SIGKILL'));
  const stat = readFileSync(`/proc/${bystander.pid}/stat`, 'utf8').split(' ');
  stat[21] = String(Number(stat[21]) - 1);
  writeFileSync(join(folder, 'run', 'mic', 'pid'), stat.join(' '));
  const second = makeWorld({ mic }, folder);
  expect((await second.runs.adopt())['mic']).toMatchObject({
    living: null,
    ended: { exit: { code: null, signal: null } },
  });
  second.runs.signal('mic', 1, 'SIGKILL');
  expect(existsSync(`/proc/${bystander.pid}`)).toBe(true);
});

test('a module whose record is damaged is found all the same, and never started a second time', async () => {
  const folder = makeFolder();
  const first = makeWorld({ mic: obedient }, folder);
  first.runs.spawn('mic', 5, 0);
  const { pid } = await first.next('spawned');
  await first.runs.handOver();
  for (const file of ['run.json', 'said.json'])
    writeFileSync(join(folder, 'run', 'mic', file), '{"lay');
  const world = makeWorld({ mic: obedient }, folder);
  await until(
    'it is ready',
    () => readFileSync(join(folder, 'run', 'mic', 'status'), 'utf8') !== '',
  );
  expect((await world.runs.adopt())['mic']).toMatchObject({ run: 5, living: { pid, ready: true } });
});

test('a module that the configuration does not name any more is found, so that it can be ended', async () => {
  const folder = makeFolder();
  const first = makeWorld({ old: obedient }, folder);
  first.runs.spawn('old', 1, 0);
  await first.next('spawned');
  await first.runs.handOver();
  const world = makeWorld({}, folder);
  expect((await world.runs.adopt())['old']?.living).not.toBeNull();
  world.runs.signal('old', 1, 'SIGTERM');
  expect((await world.next('exited')).exit.signal).toBe('SIGTERM');
});

test('a file in the run dir that has the name of a module is no run and harms nobody', async () => {
  const world = makeWorld({ mic: obedient });
  writeFileSync(join(world.runDir, 'mic'), 'left here by somebody');
  expect(await world.runs.adopt()).toEqual({});
});

test('a run of another boot lives no more, whatever has its number now', async () => {
  const folder = makeFolder();
  const mic = spec([fixture('run-deaf.sh')]);
  const first = makeWorld({ mic }, folder);
  first.runs.spawn('mic', 1, 0);
  const { pid } = await first.next('spawned');
  await first.runs.handOver();
  const path = join(folder, 'run', 'mic', 'run.json');
  const genuine = readFileSync(path, 'utf8');
  writeFileSync(path, JSON.stringify({ ...JSON.parse(genuine), bootId: 'another' }));
  const second = makeWorld({ mic }, folder);
  expect((await second.runs.adopt())['mic']).toEqual({
    run: 1,
    restarts: 0,
    living: null,
    finished: null,
    ended: null,
    lost: null,
  });
  writeFileSync(path, genuine);
  expect((await makeWorld({ mic }, folder).runs.adopt())['mic']?.living?.pid).toBe(pid);
});

test.each([
  ['its folder is made', 'run.json'],
  ['its keeper works', 'stdin'],
  ['it has said ready', 'status'],
])('a daemon that is killed when %s never leads to a second copy', async (_moment, file) => {
  const folder = makeFolder();
  const specs = { mic: spec(['node', fixture('run-obedient.mjs'), folder]) };
  const path = join(folder, 'run', 'mic', file);
  const daemon = await startDaemon(folder, specs);
  await until(file, () => existsSync(path) && (file !== 'status' || statSync(path).size > 0));
  await daemon.kill();
  const world = makeWorld(specs, folder);
  const { living } = (await world.runs.adopt())['mic'] ?? {};
  if (living === null) world.runs.spawn('mic', 8, 7);
  await until('it runs', () => world.runs.pidOf('mic'));
  const copies = () => readdirSync('/proc').filter((entry) => isCopy(entry, folder));
  await until('a copy is there', () => copies().length > 0);
  expect(copies()).toEqual([String(world.runs.pidOf('mic'))]);
});

/** Whether that process is the module of this test, by its argument; not its keeper and not the daemon. */
function isCopy(entry: string, folder: string): boolean {
  const path = `/proc/${entry}/cmdline`;
  const words = existsSync(path) ? readFileSync(path, 'utf8').split('\0') : [];
  return words.includes(folder) && !words.some((word) => word.endsWith('keeper.sh'));
}
