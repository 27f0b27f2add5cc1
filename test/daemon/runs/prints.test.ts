import { appendFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { fixture, makeWorld, spec } from './support.ts';

test('100 MB of prints never fill the run dir, cost the daemon next to nothing, and are told', async () => {
  const world = makeWorld({ mic: spec([fixture('run-floods.sh'), '100000000']) });
  const log = join(world.runDir, 'mic', 'log');
  const before = process.cpuUsage();
  world.runs.spawn('mic', 1, 0);
  let most = 0;
  let stallMs = 0;
  let lookedAt = performance.now();
  await until('all is printed', () => {
    stallMs = Math.max(stallMs, performance.now() - lookedAt);
    lookedAt = performance.now();
    most = Math.max(most, statSync(log).size);
    return world.runs.lastWords('mic').at(-1) === 'that was all';
  });
  const { user, system } = process.cpuUsage(before);
  // While a busy machine does not let the daemon look at all, a flood goes on at up to 500 MB/s.
  expect(most).toBeLessThan(20_000_000 + stallMs * 500_000);
  expect((user + system) / 1e6).toBeLessThan(1); // the figure itself is measured in bench/
  await until('it is below its cap', () => statSync(log).size <= 1_000_000);
  expect(world.runs.lastWords('mic')).toHaveLength(20);
  expect(world.faults).toMatchObject([{ module: 'mic', fault: { code: 'flood' } }]);
});

test('a log that fills slowly is cut in place and its end is kept', async () => {
  const world = makeWorld({ mic: spec([fixture('run-deaf.sh')]) });
  world.runs.spawn('mic', 1, 0);
  await world.next('spawned');
  const log = join(world.runDir, 'mic', 'log');
  appendFileSync(log, `${'a line\n'.repeat(150_000)}the newest\n`);
  await until('it was cut', () => statSync(log).size === 0);
  expect((await world.runs.logTail('mic', 2)).at(-1)).toBe('the newest');
  expect(world.faults).toEqual([]);
});

test('the log of the run before can still be read, and is not quoted as the last words of the next', async () => {
  const world = makeWorld({ mic: spec([fixture('run-ends.sh'), '1']) });
  world.runs.spawn('mic', 1, 0);
  await world.next('exited');
  world.runs.spawn('mic', 2, 1);
  const { run, lastWords } = await until('the second end', () =>
    world.inputs.findLast((input) => input.type === 'exited' && input.run === 2),
  ).then((input) => (input.type === 'exited' ? input : Promise.reject(input)));
  expect([run, lastWords.length]).toEqual([2, 2]);
  expect(await world.runs.logTail('mic', 10)).toHaveLength(4);
});

test('whoever follows a log is told its new lines, sanitised, over a cut too', async () => {
  const world = makeWorld({ mic: spec([fixture('run-deaf.sh')]) });
  world.runs.spawn('mic', 1, 0);
  await world.next('spawned');
  const log = join(world.runDir, 'mic', 'log');
  const lines: string[] = [];
  const end = world.runs.followLog('mic', (more) => lines.push(...more));
  appendFileSync(log, 'one\u001b[2J\ntw');
  await until('the first', () => lines.length === 1);
  appendFileSync(log, 'o\n');
  await until('the second', () => lines.length === 2);
  end();
  expect(lines).toEqual(['one␛[2J', 'two']);
});
