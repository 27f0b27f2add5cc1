import { expect, test } from 'vitest';
import { describeChange } from '../../src/daemon/history-words.ts';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import { moduleWith, problemWith, snapshotWith } from '../support/sample-rig.ts';

/** What the history says of a step from one state to the next. */
function said(before: Snapshot, { rig, modules, ...after }: Snapshot): readonly string[] {
  const entities = Object.entries(modules).map(([name, module]) => [`modules.${name}`, module]);
  const changed = { rig, ...Object.fromEntries(entities) };
  const step = { ...after, seq: 2, monoMs: 1, actor: 'rig', cause: 'gauge is over', changed };
  const entry = describeChange(before, step);
  return entry.type === 'change' ? entry.what : [];
}

const gauge = problemWith({ code: 'gauge', message: 'host: cpu 98 % (warns at 90 %)' });
const silent = problemWith({ code: 'unresponsive', message: 'host does not answer.' });
const low = problemWith({ code: 'low-space', message: 'Only 1 GB is free.' });
const well = snapshotWith({ host: moduleWith() });

test('a problem that begins and ends says whose it is, and what it was', () => {
  const warned = snapshotWith({ host: moduleWith({ problem: gauge }) });
  expect(said(well, warned)).toEqual(['host: cpu 98 % (warns at 90 %)']);
  expect(said(warned, well)).toEqual(['host problem over: cpu 98 % (warns at 90 %)']);
  const other = snapshotWith({ host: moduleWith({ problem: silent }) });
  expect(said(warned, other)).toEqual([
    'host does not answer.',
    'host problem over: cpu 98 % (warns at 90 %)',
  ]);
  expect(said(warned, warned)).toEqual([]);
});

test('a problem of the rig that ends is said so, and the others stay', () => {
  const both = snapshotWith({}, { problems: [low, gauge] });
  expect(said(snapshotWith({}), both)).toHaveLength(2);
  expect(said(both, snapshotWith({}, { problems: [gauge] }))).toEqual([
    'rig problem over: Only 1 GB is free',
  ]);
});
