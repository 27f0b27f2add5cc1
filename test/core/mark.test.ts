import { describe, expect, test } from 'vitest';
import type { RigRecord } from '../../src/protocol/snapshot.ts';
import { ready, recording, session } from './support/core-rig.ts';

const pair = { modules: { mic: {}, gps: {} } };

test('keys that came in one piece, within a millisecond, are told one by one', () => {
  const rig = recording(pair);
  rig.pass(5_000);
  const before = rig.changes.length;
  const keys = [0.9, 0.6, 0.3].map((agoMs) => rig.monoMs - agoMs);
  for (const atMonoMs of keys) rig.ask({ kind: 'mark', atMonoMs });
  const told = rig.changes.slice(before).map(({ changed }) => changed['rig'] as RigRecord);
  const instants = keys.map((ms) => `${Math.round(ms * 1_000)}000`);
  expect(told.map(({ lastMarker }) => lastMarker?.monoNs)).toEqual(instants);
  expect(new Set(told.map(({ lastMarker }) => lastMarker?.at)).size).toBeLessThan(3);
});

describe('words that follow a marker', () => {
  const at = (rig: ReturnType<typeof recording>, agoMs: number) => ({
    kind: 'mark' as const,
    atMonoMs: rig.monoMs - agoMs,
  });

  test('have the instant of its key and the trial that it was set in, also when that is over', () => {
    const rig = recording(pair);
    rig.pass(5_000);
    const key = at(rig, 40);
    rig.ask(key);
    rig.pass(3_000);
    rig.stop(['mic', 'gps']);
    rig.wallMs += 7; // slewed, or set by somebody
    rig.ask({ ...key, text: 'first frog' });
    const [first, second] = rig.notes().filter(({ is }) => is === 'marker');
    expect(first).toMatchObject({ text: null, trial: 1, monoNs: `${key.atMonoMs}000000` });
    expect(second).toEqual({ ...first, text: 'first frog' });
    expect(rig.rig.lastMarker).toMatchObject({ text: 'first frog', trial: 1 });
  });

  test('are a marker of their own when the first was lost on its way', () => {
    const rig = recording(pair);
    rig.pass(60_000);
    rig.forget();
    rig.ask({ ...at(rig, 30_000), text: 'first frog' });
    expect(rig.notes()).toMatchObject([{ is: 'marker', text: 'first frog', trial: 1 }]);
  });

  test('are not put into a session that began after them', () => {
    const rig = ready(pair);
    rig.pass(60_000);
    rig.ask({ kind: 'session.start', name: 'pilot' });
    const next = { ...session, startedAt: new Date(rig.wallMs).toISOString() };
    rig.input({ type: 'session-opened', ask: rig.newest('open-session').ask, session: next });
    rig.pass(10_000);
    expect(rig.ask({ ...at(rig, 30_000), text: 'x' }).verdict).toMatchObject({
      refusal: { reason: 'too-late', message: expect.stringContaining('from before session') },
    });
    expect(rig.ask({ ...at(rig, 9_000), text: 'x' }).verdict).toMatchObject({ ok: true });
  });

  test('are taken for ten minutes', () => {
    const rig = recording(pair);
    rig.pass(700_000);
    expect(rig.ask({ ...at(rig, 600_001), text: 'x' }).verdict).toMatchObject({
      refusal: { reason: 'too-late' },
    });
    expect(rig.ask({ ...at(rig, 599_999), text: 'x' }).verdict).toMatchObject({ ok: true });
  });

  test('an instant that is still to come is the present one', () => {
    const rig = recording(pair);
    rig.forget();
    rig.ask(at(rig, -5_000));
    expect(rig.notes()).toMatchObject([{ at: new Date(rig.wallMs).toISOString() }]);
  });
});
