import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as othersTurn } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { until } from '../../support/until.ts';
import { fixture, makeWorld, spec, type World } from './support.ts';

async function startSaying(...lines: string[]): Promise<World> {
  const world = makeWorld({ mic: spec([fixture('run-says.sh'), ...lines]) });
  world.runs.spawn('mic', 1, 0);
  await world.next('spawned');
  return world;
}

test('lines that are no JSON, of a wrong shape or too long are counted, cut and shown once', async () => {
  const world = await startSaying();
  const status = join(world.runDir, 'mic', 'status');
  appendFileSync(
    status,
    `no json \u001b[2J\n{"is":"error"}\n${'x'.repeat(200_000)}\n{"is":"ready"}\n`,
  );
  await until('ready', () => world.said('mic').some(({ is }) => is === 'ready'));
  expect(world.runs.live('mic')?.badLines).toBe(3);
  expect(world.faults).toHaveLength(1);
  expect(world.faults[0]).toMatchObject({ module: 'mic', fault: { code: 'bad-lines' } });
  expect(JSON.stringify(world.faults)).not.toContain('\\u001b');
});

test('messages of a later version are counted and no fault', async () => {
  const world = await startSaying('{"is":"sparkling"}', '{"is":"pong"}', '{"is":"ready","new":1}');
  await until('ready', () => world.said('mic').some(({ is }) => is === 'ready'));
  expect(world.runs.live('mic')?.badLines).toBe(1);
  expect(world.faults).toEqual([]);
});

test('an answer to what is no longer asked is dropped', async () => {
  const world = await startSaying();
  world.runs.attend('mic', true);
  const session = { id: '0001', name: 'rec' };
  const place = { dir: '/tmp', prefix: 'mic', session, trial: 1, segment: 1 };
  const status = join(world.runDir, 'mic', 'status');
  world.runs.tell('mic', 1, { do: 'arm', ...place });
  world.runs.tell('mic', 1, { do: 'record', atMonoNs: '0' });
  world.runs.tell('mic', 1, { do: 'stop' });
  world.runs.tell('mic', 1, { do: 'arm', ...place });
  for (const line of ['recording","id":2', 'idle","id":3', 'armed","id":1', 'armed","id":4'])
    appendFileSync(status, `{"is":"${line}}\n`);
  await until('armed', () => world.said('mic').length > 0);
  expect(world.said('mic')).toEqual([{ is: 'armed', files: [] }]);
  expect(world.runs.live('mic')?.badLines).toBe(3);
});

test('an answer that comes right after its question does not wait for an ear that cools down', async () => {
  const world = await startSaying();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  world.runs.attend('mic', true);
  for (let turns = 0; turns < 3; turns += 1) await othersTurn();
  expect(vi.getTimerCount()).toBe(0);
});

test('files outside the folder that a module was given must be named absolutely', async () => {
  const world = await startSaying();
  const session = { id: '0001', name: 'rec' };
  world.runs.tell('mic', 1, {
    do: 'arm',
    dir: '/data/mic',
    prefix: 'mic',
    session,
    trial: 1,
    segment: 1,
  });
  const files = ['a.wav', '../b.wav', '/other/c.wav', ''];
  appendFileSync(
    join(world.runDir, 'mic', 'status'),
    `${JSON.stringify({ is: 'armed', files })}\n`,
  );
  await until('armed', () => world.said('mic').length > 0);
  expect(world.said('mic')).toEqual([{ is: 'armed', files: ['/data/mic/a.wav', '/other/c.wav'] }]);
});

test('what was read of descriptor 3 is given back to the file system, and no line is torn', async () => {
  const world = makeWorld({ mic: spec(['python3', fixture('run-reports-much.py'), '20000']) });
  world.runs.spawn('mic', 1, 0);
  world.runs.attend('mic', true);
  const numbers = () =>
    world.said('mic').flatMap((said) => (said.is === 'finalizing' ? (said.etaMs ?? []) : []));
  await until('the last of them', () => numbers().at(-1) === 19_999, 30_000);
  expect(numbers()).toEqual([...new Set(numbers())].sort((a, b) => a - b));
  expect(world.runs.live('mic')?.badLines).toBe(0);
  const status = join(world.runDir, 'mic', 'status');
  await until('the consumed part is punched', () => statSync(status).blocks * 512 < 2_000_000);
  expect(statSync(status).size).toBeGreaterThan(4_000_000);
  expect(JSON.parse(readFileSync(join(world.runDir, 'mic', 'said.json'), 'utf8')).take).toBe(
    'finalizing',
  );
});

test('a flood of reports is cut short, and the module is named', async () => {
  const world = await startSaying();
  appendFileSync(
    join(world.runDir, 'mic', 'status'),
    '{"is":"progress","bytes":1}\n'.repeat(100_000),
  );
  appendFileSync(
    join(world.runDir, 'mic', 'status'),
    '{"is":"progress","bytes":7}\n{"is":"ready"}\n',
  );
  await until('ready', () => world.said('mic').length > 0);
  expect(world.runs.live('mic')?.bytes).toBe(7);
  expect(world.faults).toMatchObject([{ module: 'mic', fault: { code: 'flood' } }]);
});

test('a module that changes its mind without end is followed at a measured pace, and its answers are heard at once', async () => {
  const world = await startSaying();
  world.runs.attend('mic', true);
  const status = join(world.runDir, 'mic', 'status');
  const loop = '{"is":"error","code":"x","message":"no"}\n{"is":"ready"}\n';
  appendFileSync(status, loop.repeat(1_000));
  await until('the flood is told', () => world.faults.length > 0);
  expect(world.faults).toMatchObject([{ module: 'mic', fault: { code: 'flood' } }]);
  expect(world.said('mic').length).toBeLessThan(100);
  const session = { id: '0001', name: 'rec' };
  const place = { dir: '/tmp', prefix: 'mic', session, trial: 1, segment: 1 };
  world.runs.tell('mic', 1, { do: 'arm', ...place });
  appendFileSync(status, `${loop.repeat(1_000)}{"is":"armed","id":1}\n`);
  await until('armed', () => world.said('mic').some(({ is }) => is === 'armed'));
  // What was said before the answer is told before it.
  expect(
    world
      .said('mic')
      .slice(-3)
      .map(({ is }) => is),
  ).toEqual(['error', 'ready', 'armed']);
  expect(world.said('mic').length).toBeLessThan(200);
});

test('what a module said last before it ended is told before its end, however much it said', async () => {
  const lines = Array.from({ length: 500 }, (_, n) => `{"is":"finalizing","etaMs":${n}}`);
  const command = ['sh', '-c', `printf '%s\\n' "$@" >&3; exit 4`, 'sh', ...lines];
  const world = makeWorld({ mic: spec(command) });
  world.runs.spawn('mic', 1, 0);
  await world.next('exited');
  expect(world.inputs.slice(-2)).toMatchObject([
    { type: 'said', said: { is: 'finalizing', etaMs: 499 } },
    { type: 'exited', exit: { code: 4 } },
  ]);
  expect(world.said('mic').length).toBeLessThan(100);
});
