import { expect, test } from 'vitest';
import { begun, ready, recording } from './support/core-rig.ts';

const pair = { modules: { mic: {}, gps: {} } };
const off = { modules: { mic: { desired: 'off' }, gps: {} } } as const;

test('a wish with a wait ends in what was wished, and only then it is remembered', () => {
  const rig = ready(off);
  const asked = rig.ask({ kind: 'module.enable', module: 'mic', waitMs: 30_000 });
  expect(rig.module('mic').state).toBe('starting');
  expect(asked.verdict).toBeNull();
  expect(rig.of('remember-wish')).toEqual([]);
  rig.saysReady('mic');
  expect(asked).toMatchObject({ answers: 1, verdict: { ok: true, outcome: 'done' } });
  expect(rig.of('remember-wish')).toEqual([
    { type: 'remember-wish', module: 'mic', enabled: true },
  ]);
});

test('a wish that does not come true in time is rolled back, says so, and is not remembered', () => {
  const rig = ready(off);
  const asked = rig.ask({ kind: 'module.enable', module: 'mic', waitMs: 5_000 });
  rig.pass(4_999);
  expect(asked.verdict).toBeNull();
  rig.pass(1);
  expect(asked.verdict).toMatchObject({ ok: false, refusal: { reason: 'deadline' } });
  expect(JSON.stringify(asked.verdict)).toContain('the wish is off again');
  expect(rig.module('mic')).toMatchObject({ desired: 'off', state: 'stopping' });
  rig.exits('mic', { signal: 'SIGINT' });
  expect(rig.module('mic').state).toBe('disabled');
  expect(rig.of('remember-wish')).toEqual([]);
});

test('a disable that does not come true in time is rolled back, and the module runs again', () => {
  const rig = ready(pair);
  const asked = rig.ask({ kind: 'module.disable', module: 'mic', waitMs: 2_000 });
  rig.pass(2_000);
  expect(asked.verdict).toMatchObject({ refusal: { reason: 'deadline' } });
  expect(rig.module('mic').desired).toBe('on');
  rig.exits('mic', { code: 0 });
  rig.saysReady('mic');
  expect(rig.module('mic').state).toBe('idle');
});

test('a wish without a wait is remembered at once', () => {
  const rig = ready(pair);
  expect(rig.ask({ kind: 'module.disable', module: 'mic' }).verdict).toMatchObject({
    ok: true,
    outcome: 'accepted',
  });
  expect(rig.of('remember-wish')).toEqual([
    { type: 'remember-wish', module: 'mic', enabled: false },
  ]);
  expect(rig.ask({ kind: 'module.disable', module: 'mic' }).verdict).toMatchObject({
    outcome: 'unchanged',
  });
  expect(rig.of('remember-wish')).toHaveLength(1);
});

test('a wish that somebody else shares without a wait is not rolled back any more', () => {
  const rig = ready(off);
  const one = rig.ask({ kind: 'module.enable', module: 'mic', waitMs: 5_000 });
  rig.ask({ kind: 'module.enable', module: 'mic' });
  rig.pass(5_000);
  expect(one.verdict).toMatchObject({ refusal: { reason: 'deadline' } });
  expect(rig.module('mic').desired).toBe('on');
  expect(rig.of('remember-wish')).toHaveLength(1);
});

test('whoever waits is told when somebody else wishes the opposite', () => {
  const rig = ready(off);
  const asked = rig.ask({ kind: 'module.enable', module: 'mic', waitMs: 30_000 });
  rig.ask({ kind: 'module.disable', module: 'mic' });
  expect(asked.verdict).toMatchObject({ ok: false, refusal: { reason: 'called-off' } });
});

test('a wait for a module that crashes goes on until its deadline', () => {
  const rig = ready(off);
  const asked = rig.ask({ kind: 'module.enable', module: 'mic', waitMs: 30_000 });
  rig.exits('mic');
  rig.pass(600);
  rig.saysReady('mic');
  expect(asked.verdict).toMatchObject({ ok: true, outcome: 'done' });
});

test('an intent about something that changed since its sender looked is refused as stale', () => {
  const rig = ready(pair);
  const expected = { epoch: 'epoch-1', seq: rig.snapshot().seq };
  rig.exits('mic');
  const stale = rig.ask({ kind: 'module.disable', module: 'mic', expect: expected });
  expect(stale.verdict).toMatchObject({ ok: false, refusal: { reason: 'stale' } });
  const other = rig.ask({ kind: 'module.disable', module: 'gps', expect: expected });
  expect(other.verdict).toMatchObject({ ok: true });
});

test('an intent of another epoch, or of a seq that lies ahead, is refused as stale', () => {
  const rig = ready(pair);
  const { seq } = rig.snapshot();
  for (const seen of [
    { epoch: 'epoch-0', seq },
    { epoch: 'epoch-1', seq: seq + 1 },
  ]) {
    const { verdict } = rig.ask({ kind: 'module.disable', module: 'mic', expect: seen });
    expect(verdict).toMatchObject({ ok: false, refusal: { reason: 'stale' } });
  }
  const right = { epoch: 'epoch-1', seq };
  expect(rig.ask({ kind: 'module.disable', module: 'mic', expect: right }).verdict).toMatchObject({
    ok: true,
  });
});

test('a toggle does what its sender saw, or nothing', () => {
  const rig = ready(pair);
  const seen = { epoch: 'epoch-1', seq: rig.snapshot().seq };
  rig.ask({ kind: 'record.toggle', expect: seen });
  expect(rig.rig.desired).toBe('recording');
  const { verdict } = rig.ask({ kind: 'record.toggle', expect: seen });
  expect(verdict).toMatchObject({ ok: false, refusal: { reason: 'stale' } });
  expect(rig.rig.desired).toBe('recording');
});

test('a marker is about an instant, which no change makes stale', () => {
  const rig = recording(pair);
  const seen = { epoch: 'epoch-1', seq: 0 };
  expect(rig.ask({ kind: 'mark', expect: seen }).verdict).toMatchObject({ ok: true });
});

test('a press that is older than two seconds is refused, whatever it wants', () => {
  const rig = recording(pair);
  for (const kind of ['record.stop', 'mark', 'rig.shutdown', 'record.toggle'] as const) {
    const { verdict } = rig.ask({ kind }, 2_001);
    expect(verdict).toMatchObject({ ok: false, refusal: { reason: 'too-late' } });
  }
  expect(rig.rig.state).toBe('recording');
  expect(rig.ask({ kind: 'record.stop' }, 2_000).verdict).toMatchObject({ ok: true });
});

test('a marker is stamped when its key went down, and told to those who record and can mark', () => {
  const rig = ready(pair);
  rig.ask({ kind: 'module.restart', module: 'gps' });
  rig.exits('gps', { code: 0 });
  rig.saysReady('gps', ['arm']);
  rig.record(['mic', 'gps']);
  rig.forget();
  const { verdict } = rig.ask({ kind: 'mark', text: 'first frog' }, 1_500);
  expect(verdict).toMatchObject({ ok: true, outcome: 'done' });
  const monoNs = `${rig.monoMs - 1_500}000000`;
  expect(rig.notes()).toEqual([
    {
      is: 'marker',
      at: new Date(rig.wallMs - 1_500).toISOString(),
      monoNs,
      text: 'first frog',
      actor: 'pi@pts/2',
      trial: 1,
    },
  ]);
  expect(rig.of('tell')).toMatchObject([
    { module: 'mic', command: { do: 'mark', text: 'first frog', atMonoNs: monoNs } },
  ]);
});

test('everybody hears of a marker, and it changes nothing that a wish could be about', () => {
  const rig = recording(pair);
  const { epoch, seq } = rig.snapshot();
  rig.ask({ kind: 'mark', text: 'first frog' });
  const marker = { actor: 'pi@pts/2', text: 'first frog', trial: 1 };
  expect(rig.rig.lastMarker).toMatchObject(marker);
  expect(Object.keys(rig.changes.at(-1)?.changed ?? {})).toEqual(['rig']);
  const stop = rig.ask({ kind: 'record.stop', expect: { epoch, seq } });
  expect(stop.verdict).toMatchObject({ ok: true });
});

test('a marker without a session has nowhere to go, and one between trials has no trial', () => {
  const rig = ready(pair);
  expect(rig.ask({ kind: 'mark' }).verdict).toMatchObject({ refusal: { reason: 'not-recording' } });
  rig.record(['mic', 'gps']);
  rig.stop(['mic', 'gps']);
  rig.forget();
  rig.ask({ kind: 'mark' });
  expect(rig.notes()).toMatchObject([{ is: 'marker', trial: null, text: null }]);
  expect(rig.of('tell')).toEqual([]);
});

test('at most 256 may wait at the same time; one more is told to come again', () => {
  const rig = ready(off);
  const asked = Array.from({ length: 257 }, () =>
    rig.ask({ kind: 'module.enable', module: 'mic', waitMs: 60_000 }),
  );
  expect(asked.at(-1)?.verdict).toMatchObject({ ok: false, refusal: { reason: 'busy' } });
  expect(rig.ask({ kind: 'module.disable', module: 'gps' }).verdict).toMatchObject({ ok: true });
  rig.saysReady('mic');
  expect(asked.every(({ answers }) => answers === 1)).toBe(true);
});

test('a log level goes to the daemon, or to a module that is told', () => {
  const rig = ready(pair);
  expect(rig.ask({ kind: 'log.level', level: 'debug' }).verdict).toMatchObject({ outcome: 'done' });
  rig.ask({ kind: 'log.level', module: 'mic', level: 'warn' });
  expect(rig.of('log-level')).toEqual([
    { type: 'log-level', module: null, level: 'debug' },
    { type: 'log-level', module: 'mic', level: 'warn' },
  ]);
  expect(rig.of('tell')).toMatchObject([{ module: 'mic', command: { do: 'log', level: 'warn' } }]);
});

test('a module that is switched off is neither restarted nor retried', () => {
  const rig = ready(off);
  for (const kind of ['module.restart', 'module.retry'] as const) {
    const { verdict } = rig.ask({ kind, module: 'mic' });
    expect(verdict).toMatchObject({
      refusal: { reason: 'switched-off', remedy: expect.any(String) },
    });
  }
});

test.each(['nobody', 'constructor', '__proto__', 'toString', 'hasOwnProperty', 'MIC'])(
  'no module is called %s, and every wish for it is refused',
  (module) => {
    const rig = ready(pair);
    const before = rig.snapshot();
    const { seq } = before;
    for (const kind of [
      'module.enable',
      'module.disable',
      'module.restart',
      'module.retry',
      'problem.acknowledge',
    ] as const) {
      const { verdict } = rig.ask({ kind, module, expect: { epoch: 'epoch-1', seq } });
      expect(verdict).toMatchObject({ ok: false, refusal: { reason: 'no-such-module' } });
    }
    expect(rig.ask({ kind: 'log.level', module, level: 'info' }).verdict).toMatchObject({
      refusal: { reason: 'no-such-module' },
    });
    rig.input({
      type: 'exited',
      module,
      run: 1,
      exit: { code: 1, signal: null },
      lastWords: [],
      at: '',
    });
    rig.input({ type: 'health', seen: [{ module, run: 1, silentMs: 60_000 }] });
    rig.input({ type: 'problem-over', module, code: 'flood' });
    expect(rig.snapshot()).toEqual(before);
  },
);

test('a module may be called like something that every object has', () => {
  const rig = begun({ modules: { constructor: {}, valueof: {} } });
  for (const name of ['constructor', 'valueof']) rig.saysReady(name);
  const asked = rig.record(['constructor', 'valueof']);
  expect(asked.verdict).toMatchObject({ ok: true, outcome: 'done' });
  rig.exits('constructor');
  rig.pass(2_000);
  rig.saysReady('constructor');
  expect(rig.newest('arm')).toMatchObject({ module: 'constructor', segment: 2 });
});

test('nobody is answered before everybody was told what the wish changed', () => {
  const rig = ready(pair);
  const order: string[] = [];
  rig.manager.observe(({ seq }) => order.push(`change ${seq}`));
  rig.manager.intend({ kind: 'module.disable', module: 'mic' }, { actor: 'pi' }, ({ seq }) =>
    order.push(`answer ${seq}`),
  );
  const { seq } = rig.snapshot();
  expect(order).toEqual([`change ${seq}`, `answer ${seq}`]);
});

test('a sender that throws at its answer harms nobody', () => {
  const rig = ready(pair);
  rig.manager.intend({ kind: 'module.disable', module: 'mic' }, { actor: 'pi' }, () => {
    throw new Error('gone');
  });
  expect(rig.observerErrors).toEqual([new Error('gone')]);
  expect(rig.module('mic').state).toBe('stopping');
});

test('a second session cannot be opened while one is being opened, and a disk that hangs ends the wait', () => {
  const rig = ready(pair);
  const asked = rig.ask({ kind: 'session.start', name: 'pond', waitMs: 120_000 });
  for (const intent of [
    { kind: 'session.start', name: 'lake' },
    { kind: 'record.start' },
  ] as const) {
    expect(rig.ask(intent).verdict).toMatchObject({ refusal: { reason: 'busy' } });
  }
  rig.pass(40_000);
  expect(asked.verdict).toMatchObject({ ok: false, refusal: { reason: 'recordings-folder' } });
  expect(rig.ask({ kind: 'session.end' }).verdict).toMatchObject({ outcome: 'unchanged' });
});

test('a session that cannot be opened is refused with the words of the disk', () => {
  const rig = ready(pair);
  const asked = rig.ask({ kind: 'session.start', name: 'pond', waitMs: 5_000 });
  const refusal = { reason: 'recordings-folder', message: 'read-only', remedy: null } as const;
  rig.input({ type: 'session-failed', ask: rig.newest('open-session').ask, refusal });
  expect(asked.verdict).toMatchObject({ ok: false, refusal });
  expect(rig.rig.session).toBeNull();
  expect(rig.ask({ kind: 'record.start' }).verdict).toMatchObject({ ok: true });
});
