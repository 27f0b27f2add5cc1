import { describe, expect, it } from 'vitest';
import { isTrue, parseCondition } from '../../src/cli/conditions.ts';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import { moduleWith, problemWith, snapshotWith } from '../support/sample-rig.ts';

function truth(text: string, snapshot: Snapshot) {
  const condition = parseCondition(text);
  if (condition === undefined) throw new Error(`${text} is no condition`);
  return isTrue(condition, snapshot);
}

describe('a condition', () => {
  it('is a word or a module with a state, and nothing else', () => {
    expect(parseCondition('ready')).toEqual({ about: 'rig', is: 'ready' });
    expect(parseCondition('mic:recording')).toMatchObject({ module: 'mic', state: 'recording' });
    for (const typed of [
      '',
      'reddy',
      'mic:',
      ':idle',
      'mic:rec',
      'mic:idle:x',
      'Mic:idle',
      'toString',
    ]) {
      expect(parseCondition(typed)).toBeUndefined();
    }
  });

  it('ready: every wanted module is ready or has failed', () => {
    const starting = moduleWith({ state: 'starting' });
    const crashed = moduleWith({ state: 'crashed' });
    const unwanted = moduleWith({ desired: 'off', state: 'disabled' });
    expect(truth('ready', snapshotWith({ a: moduleWith(), b: crashed, c: unwanted }))).toBe(true);
    expect(truth('ready', snapshotWith({ a: moduleWith(), b: starting }))).toBe(false);
    const waiting = moduleWith({ state: 'disabled' });
    expect(truth('ready', snapshotWith({ a: waiting }))).toBe(false);
    expect(truth('ready', snapshotWith({}))).toBe(true);
  });

  it('idle and recording go by what the rig does, not by its roll-up', () => {
    const degraded = snapshotWith({}, { state: 'recording', status: 'degraded' });
    expect(truth('recording', degraded)).toBe(true);
    expect(truth('idle', degraded)).toBe(false);
    expect(truth('degraded', degraded)).toBe(true);
  });

  it('ok: no problem and no bad health anywhere', () => {
    expect(truth('ok', snapshotWith({ a: moduleWith() }))).toBe(true);
    expect(truth('ok', snapshotWith({ a: moduleWith({ health: 'stalled' }) }))).toBe(false);
    expect(truth('ok', snapshotWith({ a: moduleWith({ problem: problemWith({}) }) }))).toBe(false);
    expect(truth('ok', snapshotWith({ a: moduleWith({ state: 'crashed' }) }))).toBe(false);
    expect(truth('ok', snapshotWith({}, { problems: [problemWith({ code: 'low-space' })] }))).toBe(
      false,
    );
    const off = moduleWith({ desired: 'off', state: 'disabled', health: 'unknown' });
    expect(truth('ok', snapshotWith({ a: off }))).toBe(true);
  });

  it('about a module that the rig does not have is neither true nor false', () => {
    const snapshot = snapshotWith({ mic: moduleWith({ state: 'paused' }) });
    expect(truth('mic:paused', snapshot)).toBe(true);
    expect(truth('mic:idle', snapshot)).toBe(false);
    expect(truth('cam:idle', snapshot)).toBe('no-such-module');
    expect(truth('constructor:idle', snapshot)).toBe('no-such-module');
  });
});
