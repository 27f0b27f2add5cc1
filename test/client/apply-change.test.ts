import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyChange, checksumOf } from '../../src/client/apply-change.ts';
import { merge } from '../../src/daemon/serve/outbox.ts';
import type { Change, Changed, Snapshot } from '../../src/protocol/snapshot.ts';
import { createTinyRig, moduleRecord } from '../daemon/serve/tiny-rig.ts';

const name = fc.constantFrom('camera', 'mic', 'gps', 'a-b');
const entity = fc.oneof(
  fc.tuple(
    name.map((module) => `modules.${module}`),
    fc.option(fc.nat(1_000).map((run) => moduleRecord({ run }))),
  ),
  fc.tuple(
    name.map((group) => `groups.${group}`),
    fc.option(fc.array(name).map((modules) => ({ status: 'idle', modules }))),
  ),
  fc.tuple(fc.constant('rig'), fc.record({ name, problems: fc.constant([]) })),
  fc.tuple(fc.constant('gpio'), fc.record({ backend: name })),
  fc.tuple(fc.constant('clients'), fc.array(fc.record({ id: fc.nat() }))),
);
const changed: fc.Arbitrary<Changed> = fc
  .array(entity, { minLength: 1, maxLength: 4 })
  .map((entities) => Object.fromEntries(entities));
/** `merged`: the peer was behind when the change came, so that it goes together with the one before. */
const steps = fc.array(fc.record({ changed, merged: fc.boolean() }), { maxLength: 30 });

test('whatever changes, and wherever changes are merged, a client ends with the truth', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const { sent, first, last } = play(all);
      let snapshot = first;
      for (const change of sent) {
        snapshot = applyChange(snapshot, JSON.parse(JSON.stringify(change)));
        expect(checksumOf(snapshot)).toBe(change.checksum);
      }
      expect(snapshot).toEqual(last);
    }),
    { numRuns: 500, seed: 1 },
  );
});

test('what was shown before does not change under the eyes of who shows it', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const { sent, first } = play(all);
      let snapshot = first;
      for (const change of sent) {
        const before = JSON.stringify(snapshot);
        const after = applyChange(snapshot, change);
        expect(JSON.stringify(snapshot)).toBe(before);
        snapshot = after;
      }
    }),
    { numRuns: 200, seed: 2 },
  );
});

test('a path that this client does not know is no obstacle', () => {
  const { first, sent } = play([{ changed: { 'weather.here': { wet: true } }, merged: false }]);
  for (const change of sent) {
    const { seq, at, checksum, ...rest } = applyChange(first, change);
    expect(seq).toBe(change.seq);
    expect({ ...first, seq, at, checksum }).toEqual({ ...rest, seq, at, checksum });
  }
});

type Played = { sent: Change[]; first: Snapshot; last: Snapshot };

function play(all: readonly { changed: Changed; merged: boolean }[]): Played {
  const rig = createTinyRig('epoch', ['camera', 'mic']);
  const first = rig.snapshot();
  const told: Change[] = [];
  rig.observe((change) => told.push(change));
  for (const step of all) rig.change(step.changed);
  const sent: Change[] = [];
  for (const [index, change] of told.entries()) {
    const before = all[index]?.merged ? sent.pop() : undefined;
    sent.push(before === undefined ? change : merge(before, change));
  }
  return { sent, first, last: rig.snapshot() };
}
