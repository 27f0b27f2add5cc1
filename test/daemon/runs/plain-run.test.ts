import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { lives, makeWorld, spec, type World } from './support.ts';

const session = { id: '0042', name: 'rec' };

function start(command: readonly string[], more = {}): World {
  const world = makeWorld({ cam: spec(command, { protocol: 'none', ...more }) });
  world.runs.spawn('cam', 1, 0);
  const dir = world.runDir;
  world.runs.tell('cam', 1, { do: 'arm', dir, prefix: 'cam_s002', session, trial: 3, segment: 2 });
  return world;
}

const words = (world: World) =>
  world.inputs.map((input) => {
    if (input.type === 'said') return input.said.is;
    return input.type === 'spawned' ? `pid ${input.pid === null ? 'none' : 'some'}` : input.type;
  });

test('an ordinary program is ready at once, runs while it records, and is idle after its stop signal', async () => {
  const world = start(
    [
      'sh',
      '-c',
      'echo $0 $WHERE; trap "exit 3" INT; while :; do sleep 0.01; done',
      '{module}_{session}_{trial}_{segment}_{prefix}_{no}',
    ],
    { env: { WHERE: '{dir}' } },
  );
  await until('armed', () => words(world).includes('armed'));
  const goNs = process.hrtime.bigint() + 100_000_000n;
  world.runs.tell('cam', 1, { do: 'record', atMonoNs: String(goNs) });
  await until('recording', () => words(world).includes('recording'));
  expect(process.hrtime.bigint()).toBeGreaterThan(goNs);
  const log = join(world.runDir, 'cam', 'log');
  await until(
    'its places are filled',
    () => readFileSync(log, 'utf8') === `cam_0042_3_s002_cam_s002_{no} ${world.runDir}\n`,
  );
  world.runs.tell('cam', 1, { do: 'stop' });
  await until('idle', () => words(world).includes('idle'));
  expect(words(world)).toEqual([
    'pid none',
    'ready',
    'armed',
    'pid some',
    'recording',
    'pid none',
    'idle',
  ]);
  world.runs.tell('cam', 1, { do: 'quit' });
  expect((await world.next('exited')).exit).toEqual({ code: 0, signal: null });
});

test('an ordinary program that ends by itself while it records has crashed, code 0 too', async () => {
  const world = start(['true']);
  world.runs.tell('cam', 1, { do: 'record', atMonoNs: '0' });
  await until('armed', () => words(world).includes('armed'));
  world.runs.tell('cam', 1, { do: 'record', atMonoNs: '0' });
  const exited = await world.next('exited');
  expect(exited.exit).toEqual({ code: 0, signal: null });
  expect(world.runs.health()).toEqual([]);
});

test('a program that is not there does not arm, and the error names it', async () => {
  const world = start(['no-such-recorder', '{dir}']);
  const error = await until('an error', () => world.said('cam').find(({ is }) => is === 'error'));
  expect(error).toMatchObject({
    recoverable: true,
    message: expect.stringContaining('no-such-recorder'),
  });
});

test('a start that is called off before the common instant starts nothing', async () => {
  const world = start(['sleep', '1000']);
  await until('armed', () => words(world).includes('armed'));
  world.runs.tell('cam', 1, {
    do: 'record',
    atMonoNs: String(process.hrtime.bigint() + 50_000_000n),
  });
  world.runs.tell('cam', 1, { do: 'stop' });
  await until('idle', () => words(world).includes('idle'));
  await until('the instant is over', () => true, 200);
  expect(world.runs.pidOf('cam')).toBeNull();
});

test('an ordinary program that was idle when its daemon went has nothing to adopt and nothing to tell', async () => {
  const first = start(['sleep', '1000'], { stopSignal: 'SIGTERM' });
  await until('armed', () => words(first).includes('armed'));
  first.runs.tell('cam', 1, { do: 'record', atMonoNs: '0' });
  await until('recording', () => words(first).includes('recording'));
  first.runs.tell('cam', 1, { do: 'stop' });
  await until('idle', () => words(first).includes('idle'));
  await first.runs.handOver();
  const second = makeWorld({}, first.folder);
  expect(await second.runs.adopt()).toEqual({
    cam: {
      run: 1,
      restarts: 0,
      living: null,
      finished: { trial: 3, segment: 2 },
      ended: null,
      lost: null,
    },
  });
});

test('what an ordinary program left behind in a session of its own is gone before it says that it is idle', async () => {
  const leaves =
    'setsid sh -c \'trap "" TERM; while :; do sleep 0.05; done\' & echo $!; sleep 1000';
  const world = start(['sh', '-c', leaves], { stopSignal: 'SIGTERM' });
  await until('armed', () => words(world).includes('armed'));
  world.runs.tell('cam', 1, { do: 'record', atMonoNs: '0' });
  const log = join(world.runDir, 'cam', 'log');
  await until('recording', () => words(world).includes('recording'));
  const child = await until('its child runs', () => Number(readFileSync(log, 'utf8')));
  world.runs.tell('cam', 1, { do: 'stop' });
  await until('idle', () => words(world).includes('idle'));
  expect(lives(child)).toBe(false);
});

test('an ordinary program that ends at a signal of the stop ladder has ended, and is not idle', async () => {
  const deaf = 'trap "" INT; echo up; while :; do sleep 0.01; done';
  const world = start(['sh', '-c', deaf]);
  await until('armed', () => words(world).includes('armed'));
  world.runs.tell('cam', 1, { do: 'record', atMonoNs: '0' });
  const log = join(world.runDir, 'cam', 'log');
  await until('it is deaf', () => readFileSync(log, 'utf8') === 'up\n');
  world.runs.tell('cam', 1, { do: 'stop' });
  for (const signal of ['SIGINT', 'SIGKILL'] as const) world.runs.signal('cam', 1, signal);
  expect((await world.next('exited')).exit).toEqual({ code: null, signal: 'SIGKILL' });
  expect(words(world)).not.toContain('idle');
  expect(world.runs.pidOf('cam')).toBeNull();
});

test('an ordinary program that records is up since its run began, not since its process did, for the next daemon too', async () => {
  const first = start(['sleep', '1000'], { stopSignal: 'SIGTERM' });
  const began = () => JSON.parse(readFileSync(join(first.runDir, 'cam', 'run.json'), 'utf8'));
  const { startedAt } = began();
  expect(startedAt).toMatch(/^\d{4}-.*Z$/);
  await until('armed', () => words(first).includes('armed'));
  await until('a moment is over', () => Date.now() > Date.parse(startedAt));
  first.runs.tell('cam', 1, { do: 'record', atMonoNs: '0' });
  await until('recording', () => words(first).includes('recording'));
  await first.runs.handOver();
  const second = makeWorld({}, first.folder);
  const adopted = await second.runs.adopt();
  expect(adopted['cam']?.living).toMatchObject({ pid: expect.any(Number), startedAt });
  second.runs.signal('cam', 1, 'SIGKILL');
  await second.next('exited');
});
