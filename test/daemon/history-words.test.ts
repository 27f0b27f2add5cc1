import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { describeChange, describeLater } from '../../src/daemon/history-words.ts';
import { Journal } from '../../src/daemon/store/journal.ts';
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

test('a change that cannot be put into words is written down as one, and so is what comes after it', async () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'words-'));
  onTestFinished(() => rmSync(stateDir, { recursive: true }));
  const mistakes: unknown[] = [];
  const journal = new Journal(stateDir, () => undefined);
  const changes = [{ clients: null }, { 'modules.host': moduleWith({ desired: 'on' }) }];
  for (const [at, changed] of changes.entries()) {
    const step = { ...well, seq: at + 2, monoMs: 1, actor: 'rig', cause: 'test', changed };
    journal.append(describeLater(well, step, (error) => mistakes.push(error)));
  }
  expect(await journal.close()).toBe(true);
  const written = await new Journal(stateDir, () => undefined).query({});
  expect(written.map((entry) => 'seq' in entry && entry.seq)).toEqual([2, 3]);
  expect(mistakes).toEqual([expect.any(TypeError)]);
});
