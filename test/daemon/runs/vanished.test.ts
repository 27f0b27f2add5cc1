import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { fixture, makeWorld, spec } from './support.ts';

test('a run folder that is removed while its module prints is a problem of the rig, and nothing ends', async () => {
  const world = makeWorld({ mic: spec([fixture('run-floods.sh'), '1000000000']) });
  const lines: string[] = [];
  const unfollow = world.runs.followLog('mic', (more) => lines.push(...more));
  world.runs.spawn('mic', 1, 0);
  world.runs.attend('mic', true);
  const { pid } = await world.next('spawned');
  rmSync(join(world.runDir, 'mic'), { recursive: true, force: true });
  world.runs.tell('mic', 1, { do: 'ping' });
  await until('the rig says so', () =>
    world.faults.some(({ fault }) => typeof fault === 'object' && fault.code === 'run-folder'),
  );
  expect(world.runs.health()).toMatchObject([{ module: 'mic', run: 1 }]);
  expect(existsSync(`/proc/${pid}`)).toBe(true);
  // What was removed is put back, so that its prints are seen again.
  await until('its words', () => world.runs.lastWords('mic').length > 0);
  unfollow();
  world.runs.signal('mic', 1, 'SIGTERM');
  expect(await world.next('exited')).toMatchObject({ run: 1 });
  world.runs.spawn('mic', 2, 1);
  await until('the next run is up', () =>
    world.inputs.some((input) => input.type === 'spawned' && input.run === 2),
  );
});
