import { expect, test } from 'vitest';
import type { Change } from '../../src/protocol/snapshot.ts';
import { begun, CoreRig, ready, recording } from './support/core-rig.ts';

// What state managers of recording rigs get wrong, point by point; each test fails with that behaviour.

const mic = { modules: { mic: {} } };
const three = { modules: { mic: {}, camera: {}, gps: {} } };

test('an unknown module is refused with the names that exist, and has no comfortable defaults', () => {
  const rig = ready(mic);
  const before = rig.snapshot();
  const { verdict } = rig.ask({ kind: 'module.enable', module: 'nobody' });
  expect(verdict).toMatchObject({
    ok: false,
    refusal: { reason: 'no-such-module', remedy: 'Modules are: mic' },
  });
  rig.input({ type: 'said', module: 'nobody', run: 1, said: { is: 'paused' } });
  rig.input({
    type: 'problem',
    module: 'nobody',
    fault: { code: 'flood', message: 'x', remedy: null },
  });
  expect(rig.snapshot()).toEqual(before);
});

test('a module cannot jump to a state that does not follow: it is refused, counted and journalled', () => {
  const rig = ready(mic);
  rig.saysRecording('mic'); // nobody told it to
  expect(rig.module('mic').state).toBe('idle');
  expect(rig.manager.state().modules['mic']?.oddities).toBe(1);
  expect(rig.newest('journal')).toMatchObject({ name: 'refused-move', module: 'mic' });
});

test('the second text of an error is not lost', () => {
  const rig = ready(mic);
  rig.reports('mic', 'the device is gone');
  rig.reports('mic', 'the device is broken');
  const { problem, lastProblem } = rig.module('mic');
  expect(problem).toMatchObject({ message: 'mic: the device is broken', count: 2 });
  expect(lastProblem).toEqual(problem);
  expect(rig.changes.at(-1)?.changed).toMatchObject({ 'modules.mic': { problem } });
});

test('two quick changes reach everybody in their order, however slow the first observer is', async () => {
  const rig = new CoreRig(mic);
  const opens: (() => void)[] = [];
  const gate = new Promise<void>((resolve) => opens.push(resolve));
  const slow: Change[] = [];
  const quick: Change[] = [];
  const done: Promise<void>[] = [];
  const seeSlowly = async (change: Change) => {
    await gate;
    slow.push(change);
  };
  rig.manager.observe((change) => {
    const seen = seeSlowly(change);
    done.push(seen);
    return seen;
  });
  rig.manager.observe((change) => quick.push(change));
  rig.input({ type: 'boot', record: null });
  rig.saysReady('mic');
  expect(quick.map(({ seq }) => seq)).toEqual([1, 2]); // nobody waits for the slow one
  for (const open of opens) open();
  await Promise.all(done);
  expect(slow).toEqual(quick);
  expect(slow.at(-1)?.changed['modules.mic']).toEqual(rig.module('mic'));
});

test('a change made from inside an observer comes after the one that it saw, for everybody', () => {
  const rig = new CoreRig(mic);
  let depth = 0;
  let deepest = 0;
  const first: number[] = [];
  const last: number[] = [];
  rig.manager.observe(({ seq }) => {
    depth += 1;
    deepest = Math.max(deepest, depth);
    first.push(seq);
    if (seq === 1) {
      rig.saysReady('mic');
      rig.ask({ kind: 'module.disable', module: 'mic' });
    }
    depth -= 1;
  });
  rig.manager.observe(({ seq }) => last.push(seq));
  rig.input({ type: 'boot', record: null });
  expect(first).toEqual([1, 2, 3]);
  expect(last).toEqual([1, 2, 3]);
  expect(deepest).toBe(1);
});

test('an observer that never comes back holds up neither the rig nor the other observers', () => {
  const rig = new CoreRig(mic);
  const seen: number[] = [];
  rig.manager.observe(() => new Promise(() => undefined));
  rig.manager.observe(({ seq }) => seen.push(seq));
  rig.input({ type: 'boot', record: null });
  rig.saysReady('mic');
  expect(seen).toEqual([1, 2]);
  expect(rig.module('mic').state).toBe('idle');
});

test('an observer that throws, or whose promise fails, harms nobody and is written down', async () => {
  const rig = new CoreRig(mic);
  const seen: number[] = [];
  rig.manager.observe(() => {
    throw new Error('at once');
  });
  rig.manager.observe(() => Promise.reject(new Error('later')));
  rig.manager.observe(({ seq }) => seen.push(seq));
  rig.input({ type: 'boot', record: null });
  await Promise.resolve();
  await Promise.resolve();
  expect(seen).toEqual([1]);
  expect(rig.observerErrors).toEqual([new Error('at once'), new Error('later')]);
});

test('an observer that removes itself does not make the next one miss the change', () => {
  const rig = new CoreRig(mic);
  const seen: number[] = [];
  const leave = rig.manager.observe(() => leave());
  rig.manager.observe(({ seq }) => seen.push(seq));
  rig.input({ type: 'boot', record: null });
  rig.saysReady('mic');
  expect(seen).toEqual([1, 2]);
});

test('an observer that removes another one harms only that one, which hears nothing any more', () => {
  const rig = new CoreRig(mic);
  const second: number[] = [];
  const third: number[] = [];
  const leavers: (() => void)[] = [];
  rig.manager.observe(() => leavers.pop()?.());
  leavers.push(rig.manager.observe(({ seq }) => second.push(seq)));
  rig.manager.observe(({ seq }) => third.push(seq));
  rig.input({ type: 'boot', record: null });
  rig.saysReady('mic');
  expect(second).toEqual([]);
  expect(third).toEqual([1, 2]);
});

test('whoever subscribes inside a callback hears what comes after, and its snapshot has what came before', () => {
  const rig = new CoreRig(mic);
  const late: number[] = [];
  const snapshots: number[] = [];
  const leave = rig.manager.observe(() => {
    leave();
    snapshots.push(rig.snapshot().seq);
    rig.manager.observe(({ seq }) => late.push(seq));
  });
  rig.input({ type: 'boot', record: null });
  rig.saysReady('mic');
  expect(rig.observerErrors).toEqual([]);
  expect(snapshots).toEqual([1]);
  expect(late).toEqual([2]);
});

test('the end of a recording is told once, and only when the last of three modules has finished', () => {
  const rig = recording(three);
  const since = rig.changes.length;
  rig.ask({ kind: 'record.stop' });
  for (const name of ['mic', 'camera', 'gps']) {
    expect(rig.rig.state).toBe('stopping');
    rig.saysIdle(name);
  }
  rig.closed();
  const told = rig.changes.slice(since).map(({ changed }) => changed['rig']);
  expect(told.filter((one) => isIdle(one))).toHaveLength(1);
  expect(told.at(-1)).toMatchObject({ state: 'idle', status: 'idle', trial: null });
});

function isIdle(rig: unknown): boolean {
  return typeof rig === 'object' && rig !== null && 'state' in rig && rig.state === 'idle';
}

test('the end of an error is told like its beginning', () => {
  const rig = ready(mic);
  rig.reports('mic', 'the device is gone');
  rig.saysIdle('mic');
  expect(rig.changes.at(-1)?.changed['modules.mic']).toMatchObject({
    state: 'idle',
    problem: null,
  });
  const fault = { code: 'low-space', message: 'full', remedy: null } as const;
  rig.input({ type: 'problem', module: null, fault });
  rig.input({ type: 'problem-over', module: null, code: 'low-space' });
  expect(rig.changes.at(-1)?.changed['rig']).toMatchObject({ problems: [] });
});

test('a module that is enabled while it is stopping ends up running, and never as two', () => {
  const rig = ready(mic);
  rig.ask({ kind: 'module.disable', module: 'mic' });
  expect(rig.module('mic').state).toBe('stopping');
  rig.ask({ kind: 'module.enable', module: 'mic' });
  expect(rig.of('spawn')).toEqual([]); // the old one is still there
  rig.exits('mic', { code: 0 });
  expect(rig.of('spawn')).toHaveLength(1);
  rig.saysReady('mic');
  expect(rig.module('mic')).toMatchObject({ desired: 'on', state: 'idle' });
});

test('a module that is disabled while it is starting ends up off', () => {
  const rig = begun(mic);
  rig.ask({ kind: 'module.disable', module: 'mic' });
  rig.saysReady('mic');
  rig.exits('mic', { signal: 'SIGINT' });
  expect(rig.module('mic')).toMatchObject({ desired: 'off', state: 'disabled', problem: null });
});

test('start-up is not complete before every wanted module is ready or has failed', () => {
  const rig = begun({ modules: { mic: {}, camera: {}, gps: {}, spare: { desired: 'off' } } });
  rig.saysReady('mic');
  expect(rig.rig.startup).toBe('pending');
  rig.exits('camera');
  expect(rig.rig.startup).toBe('pending');
  rig.reports('gps', 'no antenna');
  expect(rig.rig.startup).toBe('complete');
  expect(rig.of('journal').filter(({ name }) => name === 'startup-complete')).toHaveLength(1);
});

test('a crash has its reason, and does not touch what people want', () => {
  const rig = ready(mic);
  rig.exits('mic', { signal: 'SIGSEGV' }, ['opening the device', 'Segmentation fault']);
  const record = rig.module('mic');
  expect(record).toMatchObject({ desired: 'on', state: 'crashed' });
  expect(record.problem).toMatchObject({
    code: 'exited',
    exit: {
      code: null,
      signal: 'SIGSEGV',
      lastWords: ['opening the device', 'Segmentation fault'],
    },
  });
  expect(record.problem?.message).toContain('Segmentation fault');
  expect(record.problem?.remedy).toContain('rigdeck logs mic');
  expect(rig.of('remember-wish')).toEqual([]);
});

test('a command that was sent does not count as recording', () => {
  const rig = ready(mic);
  rig.ask({ kind: 'record.start' });
  rig.prepared();
  rig.saysArmed('mic');
  rig.pass(200);
  expect(rig.told('mic')).toEqual(['arm', 'record']);
  expect(rig.rig).toMatchObject({ state: 'arming', status: 'arming' });
  expect(rig.module('mic')).toMatchObject({ state: 'idle', phase: 'going' });
  rig.saysRecording('mic');
  expect(rig.rig).toMatchObject({ state: 'recording', status: 'recording' });
  expect(rig.module('mic')).toMatchObject({ state: 'recording', phase: 'proving' });
});

test('no trial number is used up when every module failed to arm', () => {
  const rig = ready(three);
  rig.ask({ kind: 'record.start' });
  rig.prepared(7);
  rig.pass(10_000);
  for (const name of ['mic', 'camera', 'gps']) rig.saysIdle(name);
  expect(rig.of('discard-trial')).toMatchObject([{ trial: 7 }]);
  expect(rig.notes()).toEqual([]);
  expect(rig.rig).toMatchObject({ state: 'idle', desired: 'idle', trial: null, session: null });
});

test('no trial number is used up when every module armed and none confirmed that it records', () => {
  const rig = ready(three);
  const asked = rig.ask({ kind: 'record.start', waitMs: 60_000 });
  rig.prepared(7);
  for (const name of ['mic', 'camera', 'gps']) rig.saysArmed(name);
  rig.pass(30_000);
  for (const name of ['mic', 'camera', 'gps']) rig.saysIdle(name);
  expect(rig.of('discard-trial')).toMatchObject([{ trial: 7 }]);
  expect(rig.of('close-trial')).toEqual([]);
  expect(asked.verdict).toMatchObject({ ok: false, refusal: { reason: 'not-armed' } });
  expect(rig.rig).toMatchObject({ state: 'idle', desired: 'idle', trial: null, session: null });
});

test('what an effect leads to comes after the step that it belongs to, never inside it', () => {
  const rig = new CoreRig(mic);
  const order: string[] = [];
  rig.manager.observe(({ seq, cause }) => order.push(`${seq} ${cause}`));
  const push = rig.effects.push.bind(rig.effects);
  rig.effects.push = (...effects) => {
    for (const effect of effects) if (effect.type === 'spawn') rig.spawned(effect.module);
    return push(...effects);
  };
  rig.input({ type: 'boot', record: null });
  expect(order).toEqual(['1 boot', '2 spawned']);
  expect(rig.module('mic')).toMatchObject({ state: 'starting', phase: 'probing', pid: 4_000 });
});
