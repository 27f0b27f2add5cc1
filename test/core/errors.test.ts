import { expect, test } from 'vitest';
import { begun, type CoreRig, recording } from './support/core-rig.ts';

const pair = { modules: { mic: {}, gps: {} } };

/** Both modules have crashed often, and wait for their next try. */
function bothDown(): CoreRig {
  const rig = begun({ modules: { mic: { failures: 8 }, gps: { failures: 8 } } });
  rig.exits('mic');
  rig.forget();
  rig.exits('gps');
  return rig;
}

test('a rig that enters error has its modules retried at once instead of after their back-off', () => {
  const rig = bothDown();
  expect(rig.rig.status).toBe('error');
  rig.pass(0);
  expect(rig.of('spawn').map(({ module }) => module)).toEqual(['mic', 'gps']);
});

test('it does so once: entering error again soon gives no second retry', () => {
  const rig = bothDown();
  rig.pass(0);
  rig.exits('mic');
  rig.exits('gps');
  rig.forget();
  expect(rig.rig.status).toBe('error');
  rig.pass(30_000);
  expect(rig.of('spawn')).toEqual([]);
  rig.pass(600_000);
  expect(rig.of('spawn').length).toBeGreaterThan(0); // but it goes on trying, for ever
});

test('after a minute outside error it does so again', () => {
  const rig = bothDown();
  rig.pass(0);
  rig.saysReady('mic');
  rig.saysReady('gps');
  rig.pass(60_000);
  for (const name of ['mic', 'gps']) {
    rig.ask({ kind: 'module.restart', module: name });
    rig.exits(name, { code: 0 });
    rig.exits(name);
  }
  rig.forget();
  expect(rig.rig.status).toBe('error');
  rig.pass(0);
  expect(rig.of('spawn').map(({ module }) => module)).toEqual(['mic', 'gps']);
});

test('a group that enters error has its own modules retried, and no others', () => {
  const rig = begun({
    modules: { mic: { group: 'av' }, gps: {}, lamp: { required: false, failures: 8 } },
  });
  rig.saysReady('gps');
  rig.exits('lamp');
  rig.forget();
  rig.exits('mic');
  expect(rig.snapshot().groups).toMatchObject({
    av: { status: 'error' },
    main: { status: 'degraded' },
  });
  rig.pass(0);
  expect(rig.of('spawn').map(({ module }) => module)).toEqual(['mic']);
});

test('a group called like something that every object has is watched like any other', () => {
  const rig = begun({ modules: { mic: { group: 'constructor' }, gps: {} } });
  rig.saysReady('gps');
  rig.exits('mic');
  rig.forget();
  rig.pass(0);
  expect(rig.of('spawn')).toHaveLength(1);
});

test('an error that retrying cures not is left alone', () => {
  const rig = begun(pair);
  rig.exits('mic', { code: 78 });
  rig.exits('gps', { code: 78 });
  rig.forget();
  expect(rig.rig.status).toBe('error');
  rig.pass(3_600_000);
  expect(rig.of('spawn')).toEqual([]);
});

test('a module that cannot go on keeps its reason, whatever it says while it finishes', () => {
  const rig = recording({ modules: { mic: {}, gps: {} } });
  rig.reports('mic', 'The sensor is hot.', false);
  rig.saysReady('mic');
  rig.saysIdle('mic');
  expect(rig.module('mic')).toMatchObject({ state: 'error', problem: { code: 'reported' } });
});

test('a module that cannot go on keeps its reason, also when it confirms a new file late', () => {
  const can = ['arm', 'pause', 'mark', 'split'];
  const rig = recording({ modules: { mic: {}, gps: {} }, segmentMs: 60_000 }, can);
  rig.pass(60_000);
  rig.reports('mic', 'The sensor is hot.', false);
  rig.saysSplit('mic', 2);
  rig.saysIdle('mic');
  expect(rig.module('mic')).toMatchObject({ state: 'error', problem: { code: 'reported' } });
});
