import { expect, test } from 'vitest';
import { begun, ready, recording } from './support/core-rig.ts';
import { offerOf } from './support/plan.ts';

const pair = { modules: { mic: {}, gps: {} } };
const rate = ['rate: 20 -> 50'];

test('a module that is new in rig.yaml starts by its `enabled:`, and its runs are counted on', () => {
  const rig = ready(pair);
  const asked = rig.apply(
    offerOf({ modules: { cam: { run: 7 }, mic: {}, gps: {}, spare: { enabled: false } } }),
    { waitMs: 30_000 },
  );
  expect(rig.effects).toMatchObject([
    { type: 'take-config' },
    { type: 'spawn', module: 'cam', run: 8 },
  ]);
  expect(Object.keys(rig.snapshot().modules)).toEqual(['cam', 'mic', 'gps', 'spare']);
  expect(rig.module('spare')).toMatchObject({ desired: 'off', state: 'disabled' });
  expect(asked.verdict).toBeNull();
  rig.saysReady('cam');
  expect(asked).toMatchObject({
    answers: 1,
    verdict: {
      ok: true,
      outcome: 'done',
      applied: { added: ['cam', 'spare'], changed: [], removed: [], unchanged: ['mic', 'gps'] },
    },
  });
  expect(rig.told('mic')).toEqual([]);
});

test('a module that rig.yaml does not name any more ends in order, and leaves the state', () => {
  const rig = ready(pair);
  const asked = rig.apply(offerOf({ modules: { gps: {} } }), { waitMs: 30_000 });
  expect(rig.told('mic')).toEqual(['quit']);
  expect(rig.module('mic')).toMatchObject({ desired: 'off', state: 'stopping' });
  expect(asked.verdict).toBeNull();
  expect(rig.ask({ kind: 'module.enable', module: 'mic' }).verdict).toMatchObject({
    refusal: { reason: 'no-such-module', remedy: 'Modules are: gps' },
  });
  rig.exits('mic', { code: 0 });
  expect(rig.snapshot().modules).not.toHaveProperty('mic');
  expect(rig.changes.at(-1)?.changed).toMatchObject({ 'modules.mic': null });
  expect(rig.snapshot().groups['main']?.modules).toEqual(['gps']);
  expect(asked.verdict).toMatchObject({ outcome: 'done', applied: { removed: ['mic'] } });
  expect(rig.of('remember-wish')).toEqual([]);
  expect(rig.told('gps')).toEqual([]);
});

test('a changed module ends in order and starts anew; its wish and its neighbours stay as they are', () => {
  const rig = ready(pair);
  const offer = offerOf({ modules: { mic: { anew: rate, armMs: 7_000 }, gps: {} } });
  const asked = rig.apply(offer, { waitMs: 30_000 });
  expect(rig.told('mic')).toEqual(['quit']);
  rig.exits('mic', { code: 0 });
  expect(rig.newest('spawn')).toMatchObject({ module: 'mic', run: 2, restarts: 0 });
  expect(asked.verdict).toBeNull();
  rig.saysReady('mic');
  expect(asked.verdict).toMatchObject({
    outcome: 'done',
    applied: { changed: [{ module: 'mic', what: rate, startsAnew: true }], unchanged: ['gps'] },
  });
  expect(rig.manager.state().modules['mic']?.spec.armMs).toBe(7_000);
  expect(rig.told('gps')).toEqual([]);
});

test('without a wait the answer comes at once, and says what is under way', () => {
  const rig = ready(pair);
  const { verdict } = rig.apply(offerOf({ modules: { mic: { anew: rate }, gps: {} } }));
  expect(verdict).toMatchObject({ outcome: 'accepted', applied: { changed: [{ module: 'mic' }] } });
});

test('a setting that no process sees holds at once, without a restart', () => {
  const rig = ready(pair);
  const offer = offerOf({
    modules: { mic: { inPlace: ['required'], required: false }, gps: {} },
    autostart: 'never',
    segmentMs: 60_000,
    settings: ['hooks'],
    waiting: ['gpio'],
  });
  expect(rig.apply(offer).verdict).toMatchObject({
    outcome: 'done',
    applied: {
      changed: [{ module: 'mic', startsAnew: false }],
      settings: ['rig.segment', 'rig.autostart', 'hooks'],
      waiting: ['gpio'],
    },
  });
  expect(rig.module('mic')).toMatchObject({ state: 'idle', run: 1, required: false });
  expect(rig.manager.state().spec).toMatchObject({ autostart: 'never', segmentMs: 60_000 });
  expect(rig.told('mic')).toEqual([]);
});

test('wishes of people survive, whatever `enabled:` says', () => {
  const rig = ready({ modules: { mic: { desired: 'off' }, gps: {} } });
  const offer = offerOf({ modules: { mic: { anew: rate }, gps: { enabled: false } } });
  expect(rig.apply(offer).verdict).toMatchObject({
    outcome: 'done',
    applied: {
      wished: [
        { module: 'mic', desired: 'off' },
        { module: 'gps', desired: 'on' },
      ],
    },
  });
  expect(rig.module('mic')).toMatchObject({ desired: 'off', state: 'disabled' });
  expect(rig.module('gps')).toMatchObject({ desired: 'on', state: 'idle' });
  expect(rig.manager.state().modules['mic']?.next).toBeNull();
});

test('a rig.yaml that says the same does nothing, and is in force', () => {
  const rig = ready(pair);
  const { verdict } = rig.apply(offerOf(pair));
  expect(verdict).toMatchObject({ outcome: 'unchanged', applied: { unchanged: ['mic', 'gps'] } });
  expect(rig.effects).toEqual([{ type: 'take-config' }]);
});

test('a dry run says what would be, and does nothing', () => {
  const rig = ready(pair);
  const before = rig.manager.state();
  const { verdict } = rig.apply(offerOf({ modules: { mic: { anew: rate }, cam: {} } }), {
    dryRun: true,
  });
  expect(verdict).toMatchObject({
    outcome: 'unchanged',
    applied: { added: ['cam'], changed: [{ module: 'mic' }], removed: ['gps'] },
  });
  expect(rig.manager.state()).toBe(before);
  expect(rig.effects).toEqual([]);
});

test('it is refused as a whole, with the list, where it touches what is recorded', () => {
  const rig = recording({ modules: { mic: {}, gps: {}, cam: {} } });
  const before = rig.manager.state();
  const offer = offerOf({
    modules: { mic: { anew: rate }, cam: { inPlace: ['limits'] }, added: {} },
    segmentMs: 1_000,
  });
  for (const dryRun of [true, false]) {
    expect(rig.apply(offer, { dryRun }).verdict).toMatchObject({
      ok: false,
      refusal: {
        reason: 'recording',
        message:
          'rig.yaml would change mic, change cam, remove gps and change rig.segment while that is being recorded; nothing of it was taken over.',
        remedy: 'Stop the recording first: rigdeck record stop',
      },
    });
  }
  expect(rig.manager.state()).toBe(before);
  expect(rig.effects).toEqual([]);
});

test('while the rig records, a module may be new, and one that has no part in it may change', () => {
  const rig = ready({ modules: { mic: {}, spare: { desired: 'off' }, old: { desired: 'off' } } });
  rig.record(['mic']);
  rig.forget();
  const offer = offerOf({ modules: { mic: {}, spare: { anew: rate }, cam: {} } });
  expect(rig.apply(offer).verdict).toMatchObject({
    applied: { added: ['cam'], changed: [{ module: 'spare' }], removed: ['old'] },
  });
  expect(rig.snapshot().modules).not.toHaveProperty('old');
  rig.saysReady('cam');
  expect(rig.told('cam')).toEqual(['spawn', 'arm']);
  expect(rig.told('mic')).toEqual([]);
});

test('while the rig records, one that could not come into the trial may change, and comes late', () => {
  const lacking = { required: false };
  const restart = { policy: 'never', initial: 500, factor: 2, max: 60_000 } as const;
  const rig = begun({ modules: { mic: {}, badopt: lacking, gone: { ...lacking, restart } } });
  rig.saysReady('mic');
  rig.exits('badopt', { code: 78 });
  rig.exits('gone', { code: 127 });
  rig.record(['mic']);
  rig.forget();
  const changed = { ...lacking, anew: rate };
  const offer = offerOf({ modules: { mic: {}, badopt: changed, gone: changed } });
  expect(rig.apply(offer).verdict).toMatchObject({
    applied: { changed: [{ module: 'badopt' }, { module: 'gone' }], unchanged: ['mic'] },
  });
  for (const name of ['badopt', 'gone']) {
    rig.saysReady(name);
    expect(rig.told(name)).toEqual(['spawn', 'arm']);
  }
  expect(rig.told('mic')).toEqual([]);
});

test('one that has crashed in the trial is of it, and is not changed', () => {
  const rig = recording(pair);
  rig.exits('mic', { code: 78 });
  expect(rig.module('mic').state).toBe('error');
  const offer = offerOf({ modules: { mic: { anew: rate }, gps: {} } });
  expect(rig.apply(offer).verdict).toMatchObject({ refusal: { reason: 'recording' } });
});

test('a module that has recorded in the open trial stays in the rig until that is closed', () => {
  const rig = recording({ modules: { mic: {}, gps: {} } });
  rig.ask({ kind: 'module.disable', module: 'gps' });
  rig.saysIdle('gps');
  rig.exits('gps', { code: 0 });
  const offer = offerOf({ modules: { mic: {} } });
  expect(rig.apply(offer).verdict).toMatchObject({ refusal: { reason: 'recording' } });
  rig.ask({ kind: 'record.stop' });
  rig.saysIdle('mic');
  expect(rig.apply(offer).verdict).toMatchObject({ refusal: { reason: 'recording' } });
  rig.closed();
  expect(rig.apply(offer).verdict).toMatchObject({ outcome: 'done' });
});

test('a module that could not start is tried at once with its new options', () => {
  const rig = begun(pair);
  rig.exits('mic', { code: 78 });
  rig.saysReady('gps');
  expect(rig.module('mic').state).toBe('error');
  const asked = rig.apply(offerOf({ modules: { mic: { anew: rate }, gps: {} } }), {
    waitMs: 30_000,
  });
  expect(rig.module('mic')).toMatchObject({ state: 'starting', run: 2 });
  rig.saysReady('mic');
  expect(asked.verdict).toMatchObject({ outcome: 'done' });
  expect(rig.module('mic').problem).toBeNull();
});

test('who waits hears which module does not run with its new options', () => {
  const rig = ready(pair);
  const asked = rig.apply(offerOf({ modules: { mic: { anew: rate }, gps: {} } }), {
    waitMs: 30_000,
  });
  rig.exits('mic', { code: 0 });
  rig.exits('mic', { code: 78 }, ['no such rate']);
  expect(asked.verdict).toMatchObject({ outcome: 'done', partly: expect.stringContaining('mic') });
});

test('who waits too long is told who is still on the way, and nothing is taken back', () => {
  const rig = ready(pair);
  const asked = rig.apply(offerOf({ modules: { mic: { anew: rate }, gps: {} } }), {
    waitMs: 1_000,
  });
  rig.pass(1_000);
  expect(asked.verdict).toMatchObject({
    refusal: { reason: 'deadline', message: 'It is still under way, waiting for mic.' },
  });
  rig.exits('mic', { code: 0 });
  expect(rig.module('mic')).toMatchObject({ state: 'starting', run: 2 });
});

test('a module that leaves and is named again before it has ended starts anew', () => {
  const rig = ready(pair);
  rig.apply(offerOf({ modules: { gps: {} } }));
  const asked = rig.apply(offerOf({ modules: { mic: { armMs: 9_000 }, gps: {} } }), {
    waitMs: 30_000,
  });
  expect(asked.verdict).toBeNull();
  rig.exits('mic', { code: 0 });
  rig.saysReady('mic');
  expect(asked.verdict).toMatchObject({ outcome: 'done', applied: { added: ['mic'] } });
  expect(rig.manager.state().modules['mic']).toMatchObject({ next: null, spec: { armMs: 9_000 } });
});

test('a wish with a wait for a module that is removed meanwhile brings it back in no case', () => {
  const rig = ready({ modules: { mic: { desired: 'off' }, gps: {} } });
  const on = rig.ask({ kind: 'module.enable', module: 'mic', waitMs: 5_000 });
  const off = rig.ask({ kind: 'module.disable', module: 'gps', waitMs: 5_000 });
  rig.apply(offerOf({ modules: {} }));
  expect(on.verdict).toMatchObject({ refusal: { reason: 'called-off' } });
  rig.pass(5_000);
  expect(off.verdict).toMatchObject({ ok: false });
  rig.exits('mic', { code: 0 });
  rig.exits('gps', { code: 0 });
  expect(rig.snapshot().modules).toEqual({});
  expect(rig.of('remember-wish')).toEqual([]);
});

test('a module that is starting is ended first, and one in error, too', () => {
  const rig = begun(pair);
  rig.apply(offerOf({ modules: { mic: { anew: rate }, gps: {} } }));
  expect(rig.told('mic')).toEqual(['spawn', 'SIGINT']);
  rig.exits('mic', { signal: 'SIGINT' });
  rig.saysReady('mic');
  rig.reports('mic', 'No device.', false);
  rig.forget();
  rig.apply(offerOf({ modules: { mic: { anew: rate }, gps: {} } }));
  expect(rig.told('mic')).toEqual(['quit']);
  rig.exits('mic', { code: 0 });
  expect(rig.module('mic')).toMatchObject({ state: 'starting', run: 3 });
});

test('it is refused while the rig shuts down, and without a configuration', () => {
  const rig = ready(pair);
  expect(rig.ask({ kind: 'config.apply' }).verdict).toMatchObject({
    refusal: { reason: 'bad-configuration' },
  });
  rig.input({ type: 'close', step: 'refuse-intents' });
  expect(rig.apply(offerOf(pair)).verdict).toMatchObject({ refusal: { reason: 'shutting-down' } });
});
