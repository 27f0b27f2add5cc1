import { existsSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { fixture, lives, makeWorld, spec } from './support.ts';

test('a module says ready, is told to record, and answers at once', async () => {
  const world = makeWorld({ mic: spec(['node', fixture('run-obedient.mjs')]) });
  world.runs.spawn('mic', 1, 0);
  world.runs.attend('mic', true);
  const { pid } = await world.next('spawned');
  await until('ready', () => world.said('mic').some(({ is }) => is === 'ready'));
  const dir = world.folder;
  const session = { id: '0001', name: 'rec' };
  world.runs.tell('mic', 1, { do: 'arm', dir, prefix: 'mic_s001', session, trial: 1, segment: 1 });
  await until('armed', () => world.said('mic').some(({ is }) => is === 'armed'));
  const before = performance.now();
  world.runs.tell('mic', 1, { do: 'record', atMonoNs: '0' });
  await until('recording', () => world.said('mic').some(({ is }) => is === 'recording'));
  expect(performance.now() - before).toBeLessThan(4_000);
  expect(world.said('mic').map(({ is }) => is)).toEqual(['ready', 'armed', 'recording']);
  expect(world.runs.live('mic')?.files).toEqual([join(dir, 'a.csv')]);
  expect(world.runs.pidOf('mic')).toBe(pid);
  world.runs.tell('mic', 1, { do: 'quit' });
  const { exit } = await world.next('exited');
  expect(exit).toEqual({ code: 0, signal: null });
  expect(world.runs.pidOf('mic')).toBeNull();
});

test('a record that is told twice is asked once: whichever is answered, the answer fits', async () => {
  const world = makeWorld({ mic: spec(['node', fixture('run-obedient.mjs')]) });
  world.runs.spawn('mic', 1, 0);
  world.runs.attend('mic', true);
  await until('ready', () => world.said('mic').some(({ is }) => is === 'ready'));
  const session = { id: '0001', name: 'rec' };
  const about = { prefix: 'mic_s001', session, trial: 1, segment: 1 };
  world.runs.tell('mic', 1, { do: 'arm', dir: world.folder, ...about });
  world.runs.tell('mic', 1, { do: 'record', atMonoNs: '7' });
  world.runs.tell('mic', 1, { do: 'record', atMonoNs: '0' });
  const records = () => world.said('mic').filter(({ is }) => is === 'recording');
  await until('both are answered', () => records().length === 2);
  const log = readFileSync(join(world.runDir, 'mic', 'log'), 'utf8');
  const ids = log.match(/(?<=told record )\d+/g) ?? [];
  expect(ids).toHaveLength(2);
  expect(ids[0]).toBe(ids[1]);
});

test.each([
  ['0', { code: 0, signal: null }],
  ['78', { code: 78, signal: null }],
])('a module that ends with code %s is told once, with its last words', async (code, exit) => {
  const world = makeWorld({ cam: spec([fixture('run-ends.sh'), code]) });
  const before = Date.now();
  world.runs.spawn('cam', 3, 2);
  const exited = await world.next('exited');
  world.runs.health();
  expect(world.inputs.map(({ type }) => type)).toEqual(['spawned', 'exited']);
  expect(exited).toMatchObject({ module: 'cam', run: 3, exit });
  expect(exited.lastWords).toEqual(['opening the camera', 'no camera ␛[2Jhere']);
  expect(Math.abs(Date.parse(exited.at) - before)).toBeLessThan(5_000);
  const archive = join(world.folder, 'state', 'logs', 'cam.log');
  await until(
    'the log is archived',
    () => existsSync(archive) && readFileSync(archive, 'utf8').includes('no camera'),
  );
});

test('a killed module is told by the name of the signal, within a moment', async () => {
  const world = makeWorld({ mic: spec([fixture('run-deaf.sh')]) });
  world.runs.spawn('mic', 1, 0);
  const { pid } = await world.next('spawned');
  const before = performance.now();
  process.kill(pid ?? 0, 'SIGKILL');
  const { exit } = await world.next('exited');
  expect(performance.now() - before).toBeLessThan(4_000);
  expect(exit).toEqual({ code: null, signal: 'SIGKILL' });
});

test('a module that somebody stopped by a signal is seen to be frozen, until it goes on', async () => {
  const world = makeWorld({ mic: spec([fixture('run-deaf.sh')]) });
  world.runs.spawn('mic', 1, 0);
  const { pid } = await world.next('spawned');
  if (pid === null) throw new Error('it has no process');
  process.kill(pid, 'SIGSTOP');
  await until('frozen', () => world.runs.health()[0]?.frozenPid === pid);
  process.kill(pid, 'SIGCONT');
  await until('it goes on', () => world.runs.health()[0]?.frozenPid === undefined);
});

test('SIGTERM ends the whole group and spares the keeper, which writes down how', async () => {
  const world = makeWorld({ mic: spec(['sh', '-c', 'sleep 1000 & wait']) });
  world.runs.spawn('mic', 1, 0);
  await world.next('spawned');
  world.runs.signal('mic', 1, 'SIGTERM');
  const { exit } = await world.next('exited');
  expect(exit).toEqual({ code: null, signal: 'SIGTERM' });
});

test('a signal that comes before the process has begun is not lost', async () => {
  const world = makeWorld({ mic: spec([fixture('run-deaf.sh')]) });
  world.runs.spawn('mic', 1, 0);
  world.runs.signal('mic', 1, 'SIGTERM');
  expect((await world.next('exited')).exit.signal).toBe('SIGTERM');
});

test('a module leads its own session, and no signal is ignored in it', async () => {
  const world = makeWorld({ mic: spec(['python3', fixture('run-shows-itself.py')]) });
  world.runs.spawn('mic', 1, 0);
  world.runs.attend('mic', true);
  const detail = await until('its facts', () => world.runs.live('mic')?.detail);
  expect(JSON.parse(detail)).toEqual({ ignored: [], leads: true });
});

test('SIGPIPE ends a module that writes into a closed pipe, as its author expects', async () => {
  const world = makeWorld({ mic: spec(['sh', '-c', 'kill -PIPE $$; exit 5']) });
  world.runs.spawn('mic', 1, 0);
  expect((await world.next('exited')).exit).toEqual({ code: null, signal: 'SIGPIPE' });
});

test('a program that does not exist cannot be started, and the report says which', async () => {
  const world = makeWorld({ mic: spec(['no-such-program']) });
  world.runs.spawn('mic', 1, 0);
  const { message, transient } = await world.next('spawn-failed');
  expect(message).toContain('no-such-program');
  expect(transient).toBe(false);
});

test('a module with a PATH of its own, where nothing of the system is, starts and sees that PATH', async () => {
  const world = makeWorld({});
  symlinkSync('/bin/sh', join(world.folder, 'own-shell'));
  const command = ['own-shell', '-c', 'echo "my path is $PATH"; exit 3'];
  const own = makeWorld({ mic: spec(command, { env: { PATH: world.folder } }) });
  own.runs.spawn('mic', 1, 0);
  const { exit, lastWords } = await own.next('exited');
  expect(exit.code).toBe(3);
  expect(lastWords).toEqual([`my path is ${world.folder}`]);
});

test('a folder that does not exist cannot be started in', async () => {
  const world = makeWorld({ mic: spec(['true'], { cwd: '/no/such/folder' }) });
  world.runs.spawn('mic', 1, 0);
  expect((await world.next('spawn-failed')).transient).toBe(false);
});

test('a run dir that cannot be written for now is told as what may pass, and the next try goes', async () => {
  const world = makeWorld({ mic: spec([fixture('run-deaf.sh')]) });
  rmSync(world.runDir, { recursive: true });
  writeFileSync(world.runDir, 'no folder');
  world.runs.spawn('mic', 1, 0);
  expect((await world.next('spawn-failed')).transient).toBe(true);
  expect(world.faults).toMatchObject([{ module: null, fault: { code: 'run-folder' } }]);
  rmSync(world.runDir);
  world.runs.spawn('mic', 2, 1);
  await world.next('spawned');
});

test('commands wait for a module that does not read, and the one too many is reported once', async () => {
  const world = makeWorld({ mic: spec([fixture('run-deaf.sh')]) });
  world.runs.spawn('mic', 1, 0);
  await world.next('spawned');
  const text = 'x'.repeat(3_900);
  for (let n = 0; n < 16 + 32; n += 1)
    world.runs.tell('mic', 1, { do: 'mark', text, atMonoNs: '1' });
  expect(world.inputs.filter(({ type }) => type === 'queue-full')).toHaveLength(0);
  for (let n = 0; n < 4; n += 1) world.runs.tell('mic', 1, { do: 'mark', text, atMonoNs: '1' });
  expect(world.inputs.filter(({ type }) => type === 'queue-full')).toHaveLength(1);
});

test.each([
  ['in its session', []],
  ['in a session of its own', ['setsid']],
  ['without its environment', ['env', '-i', 'PATH=/usr/bin:/bin']],
])('what one run left behind %s is gone before its end is told', async (_where, how) => {
  const world = makeWorld({ mic: spec([fixture('run-leaves-a-child.sh'), ...how]) });
  world.runs.spawn('mic', 1, 0);
  const child = () =>
    JSON.parse(readFileSync(join(world.runDir, 'mic', 'status'), 'utf8') || '{}').detail;
  await until('it says what it leaves', child);
  await until('it is waited for by name', () =>
    world.runs.leftBehind()?.includes(`mic left process ${child()} behind`),
  );
  expect(world.inputs.map(({ type }) => type)).toEqual(['spawned']);
  await world.next('exited');
  expect(lives(child())).toBe(false);
  expect(world.runs.leftBehind()).toBeNull();
});

test('processes of another rig on the same machine, of a module and a run of the same name, live on', async () => {
  const world = makeWorld({ mic: spec([fixture('run-leaves-a-child.sh'), 'setsid']) });
  const other = makeWorld({ mic: spec(['setsid', '--wait', fixture('run-deaf.sh')]) });
  other.runs.spawn('mic', 1, 0);
  const { pid } = await other.next('spawned');
  world.runs.spawn('mic', 1, 0);
  await world.next('exited');
  expect(lives(pid ?? 0)).toBe(true);
  expect(other.inputs.some(({ type }) => type === 'exited')).toBe(false);
});

test('a keeper that is killed costs no recording, and the end is noticed without it', async () => {
  const world = makeWorld({ mic: spec([fixture('run-deaf.sh')]) });
  world.runs.spawn('mic', 1, 0);
  const { pid } = await world.next('spawned');
  const keeper = Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[3]);
  process.kill(keeper, 'SIGKILL');
  await until('the keeper is gone', () => !existsSync(`/proc/${keeper}`));
  world.runs.health();
  expect(world.inputs.some(({ type }) => type === 'exited')).toBe(false);
  process.kill(pid ?? 0, 'SIGKILL');
  const { exit } = await until('its end', () => {
    world.runs.health();
    return world.inputs.find((input) => input.type === 'exited');
  });
  expect(exit).toEqual({ code: null, signal: null });
});

test('the folder of a run is for its owner only', async () => {
  const world = makeWorld({ mic: spec([fixture('run-deaf.sh')]) });
  world.runs.spawn('mic', 1, 0);
  await world.next('spawned');
  expect(statSync(join(world.runDir, 'mic')).mode & 0o777).toBe(0o700);
});
