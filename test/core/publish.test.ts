import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../src/protocol/canonical.ts';
import type { Intent } from '../../src/protocol/intent.ts';
import type { Change } from '../../src/protocol/snapshot.ts';
import { isMoveByHand } from '../simulation/status-by-hand.ts';
import { begun, type CoreRig, ready, recording, sha256 } from './support/core-rig.ts';

const plan = {
  modules: { mic: {}, gps: { after: ['mic'] }, lamp: { required: false, group: 'side' } },
};

/** What a client holds: whole entities by their path. */
type Held = Map<string, unknown>;

function held(rig: CoreRig): Held {
  const { rig: record, groups, modules, gpio, clients } = rig.snapshot();
  const parts = { rig: record, gpio, clients };
  return new Map<string, unknown>([
    ...Object.entries(parts),
    ...Object.entries(groups).map(([name, group]): [string, unknown] => [`groups.${name}`, group]),
    ...Object.entries(modules).map(([name, one]): [string, unknown] => [`modules.${name}`, one]),
  ]);
}

function apply(parts: Held, change: Change): void {
  for (const [path, entity] of Object.entries(change.changed)) {
    if (entity === null) parts.delete(path);
    else parts.set(path, entity);
  }
}

type Deed = (rig: CoreRig) => void;

const name = fc.constantFrom('mic', 'gps', 'lamp');
const wish = fc.oneof(
  fc.record({
    kind: fc.constantFrom('module.enable', 'module.disable', 'module.restart', 'module.retry'),
    module: name,
    waitMs: fc.constantFrom(0, 3_000),
  }),
  fc.record({
    kind: fc.constantFrom(
      'record.start',
      'record.stop',
      'record.pause',
      'record.resume',
      'record.toggle',
      'mark',
      'problem.acknowledge',
      'session.end',
    ),
    waitMs: fc.constantFrom(0, 3_000),
  }),
) satisfies fc.Arbitrary<Intent>;

const deed: fc.Arbitrary<Deed> = fc.oneof(
  wish.map(
    (intent): Deed =>
      (rig) =>
        rig.ask(intent),
  ),
  fc.double({ min: 0, max: 15_000, noNaN: true }).map(
    (ms): Deed =>
      (rig) =>
        rig.pass(ms),
  ),
  name.map(
    (one): Deed =>
      (rig) =>
        rig.saysReady(one),
  ),
  name.map(
    (one): Deed =>
      (rig) =>
        rig.saysArmed(one),
  ),
  name.map(
    (one): Deed =>
      (rig) =>
        rig.saysRecording(one),
  ),
  name.map(
    (one): Deed =>
      (rig) =>
        rig.saysIdle(one),
  ),
  name.map(
    (one): Deed =>
      (rig) =>
        rig.says(one, { is: 'paused' }),
  ),
  name.map(
    (one): Deed =>
      (rig) =>
        rig.says(one, { is: 'finalizing', etaMs: 9_000 }),
  ),
  fc.tuple(name, fc.boolean()).map(
    ([one, may]): Deed =>
      (rig) =>
        rig.reports(one, 'odd', may),
  ),
  fc.tuple(name, fc.constantFrom(0, 1, 78)).map(
    ([one, code]): Deed =>
      (rig) =>
        rig.exits(one, { code }),
  ),
  fc.tuple(name, fc.constantFrom('yes' as const, 'no' as const, 'unflushed' as const)).map(
    ([one, moved]): Deed =>
      (rig) =>
        rig.look(one, moved, { bytes: 5 }),
  ),
  fc.tuple(name, fc.constantFrom(0, 20_000)).map(
    ([one, ms]): Deed =>
      (rig) =>
        rig.silent(one, ms),
  ),
  name.map(
    (one): Deed =>
      (rig) =>
        rig.spawned(one, 77),
  ),
  name.map(
    (module): Deed =>
      (rig) =>
        rig.input({ type: 'queue-full', module, run: rig.run(module) }),
  ),
  fc.constant<Deed>((rig) => rig.of('prepare-trial').length > 0 && rig.prepared()),
  fc.constant<Deed>((rig) => rig.of('close-trial').length > 0 && rig.closed()),
  fc.constant<Deed>((rig) => rig.input({ type: 'clients', clients: [] })),
);

/** Everything that a client can rely on after any step. */
function expectTruth(rig: CoreRig, parts: Held, seen: number): void {
  for (const change of rig.changes.slice(seen)) {
    apply(parts, change);
    expect(change.epoch).toBe('epoch-1');
  }
  const snapshot = rig.snapshot();
  expect(parts).toEqual(held(rig));
  expect(rig.changes.map(({ seq }) => seq)).toEqual(rig.changes.map((_, index) => index + 1));
  expect(snapshot.seq).toBe(rig.changes.length);
  const { rig: record, groups, modules } = snapshot;
  const text = canonicalJson(structuredClone({ rig: record, groups, modules }));
  expect(snapshot.checksum).toBe(sha256(text));
  const last = rig.changes.at(-1);
  if (last !== undefined) expect(last.checksum).toBe(snapshot.checksum);
}

test('whatever happens, a snapshot and the changes after it give the next snapshot, with its checksum', () => {
  const beginning = fc.constantFrom(
    () => begun(plan),
    () => ready(plan),
    () => recording(plan),
  );
  const life = fc.property(beginning, fc.array(deed, { maxLength: 60 }), (begin, deeds) => {
    const rig = begin();
    const parts = held(rig);
    for (const next of deeds) {
      const seen = rig.changes.length;
      next(rig);
      expectTruth(rig, parts, seen);
    }
    for (const one of Object.keys(plan.modules)) {
      for (const { from, to } of rig.manager.transitions(one)) {
        expect(isMoveByHand(from, to)).toBe(true);
      }
    }
  });
  fc.assert(life, { numRuns: 300, seed: 1 });
});

test('the checksum of a change is that of its own state, also when it is asked for later', () => {
  const [now, later] = [ready(plan), ready(plan)];
  const rounds = [now, later].map((rig) => {
    const seen = rig.changes.length;
    for (const module of ['mic', 'gps']) {
      rig.ask({ kind: 'module.disable', module });
      if (rig === now) rig.changes.at(-1)?.checksum;
    }
    return rig.changes.slice(seen).map(({ checksum }) => checksum);
  });
  expect(new Set(rounds[0]).size).toBeGreaterThan(1);
  expect(rounds[1]).toEqual(rounds[0]);
});

test('a step that changes nothing that is shown tells nobody anything', () => {
  const rig = ready(plan);
  const { seq } = rig.snapshot();
  rig.input({ type: 'deadline' });
  rig.saysReady('mic');
  rig.silent('mic', 20_000);
  rig.ask({ kind: 'module.enable', module: 'mic' });
  expect(rig.snapshot().seq).toBe(seq);
});

test('evidence that only goes on is telemetry: no change is told and no seq is used', () => {
  const rig = recording(plan);
  const before = rig.snapshot();
  for (let bytes = 1; bytes < 100; bytes++) rig.look('mic', 'yes', { bytes, detail: `${bytes} B` });
  expect(rig.snapshot()).toEqual(before);
});

test('a change of a module carries its newest evidence', () => {
  const rig = recording(plan);
  rig.look('mic', 'yes', { bytes: 5_000_000 });
  rig.reports('mic', 'the buffer ran over');
  expect(rig.module('mic').evidence.bytes).toBe(5_000_000);
});

test('a change tells what changed, whole, and nothing else', () => {
  const rig = ready(plan);
  rig.look('mic');
  rig.input({
    type: 'problem',
    module: 'lamp',
    fault: { code: 'flood', message: 'x', remedy: null },
  });
  const change = rig.changes.at(-1);
  expect(Object.keys(change?.changed ?? {})).toEqual(['modules.lamp']);
  expect(change?.changed['modules.lamp']).toEqual(rig.module('lamp'));
  expect(change).toMatchObject({ actor: 'somebody', cause: 'problem', monoMs: rig.monoMs });
});

test('clients and lamps are told like the rest, and are no part of the checksum', () => {
  const rig = ready(plan);
  const { checksum, seq } = rig.snapshot();
  const since = '2026-11-22T12:00:00.000Z';
  const client = { id: 1, name: 'tui', actor: 'pi@pts/2', role: 'control', since } as const;
  rig.input({ type: 'clients', clients: [client] });
  const words = { chip: 'simulated', problem: null, testedBy: null };
  const gpio = { backend: 'simulated', ...words, buttons: {}, leds: {} } as const;
  rig.input({ type: 'gpio', gpio });
  expect(rig.changes.slice(-2).map(({ changed }) => Object.keys(changed))).toEqual([
    ['clients'],
    ['gpio'],
  ]);
  expect(rig.snapshot()).toMatchObject({ checksum, seq: seq + 2, clients: [client] });
});

test('what was published never changes under the hands of an observer', () => {
  const rig = begun(plan);
  const first = rig.module('mic');
  const text = JSON.stringify(first);
  rig.saysReady('mic');
  expect(JSON.stringify(first)).toBe(text);
  expect(Object.isFrozen(rig.module('mic'))).toBe(true);
  expect(Object.isFrozen(rig.rig)).toBe(true);
});
