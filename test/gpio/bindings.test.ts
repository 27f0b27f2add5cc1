import { expect, test } from 'vitest';
import {
  type ButtonConfig,
  deedOf,
  moduleToggle,
  pressSettings,
  recordToggle,
} from '../../src/gpio/bindings.ts';
import type { PressEvent } from '../../src/gpio/press-events.ts';
import { configSchema } from '../../src/protocol/config.ts';
import { moduleWith, snapshotWith } from '../support/sample-rig.ts';

function button(facts: object): ButtonConfig {
  const gpio = { buttons: [{ line: 'GPIO17', name: 'record', ...facts }] };
  const [only] = configSchema.parse({ version: 1, gpio }).gpio?.buttons ?? [];
  if (only === undefined) throw new Error('no button');
  return only;
}

const click: PressEvent = { is: 'click', downMs: 1_000, meantMs: 1_150, atMs: 1_180 };
const hold: PressEvent = { is: 'hold', downMs: 1_000, meantMs: 3_000, atMs: 3_000 };
const idle = snapshotWith({ mic: moduleWith() });

test('a press becomes the intent that is bound to it, with the time of the finger', () => {
  const both = button({ click: 'record.start', hold: { after: '2s', do: 'record.stop' } });
  expect(deedOf(both, click, idle)).toEqual({
    is: 'intent',
    intent: { kind: 'record.start' },
    downMs: 1_000,
    meantMs: 1_150,
  });
  expect(deedOf(both, hold, idle)).toMatchObject({ intent: { kind: 'record.stop' } });
  expect(deedOf(button({ click: 'preflight' }), click, idle)).toEqual({ is: 'preflight' });
  expect(deedOf(button({ click: 'mark' }), hold, idle)).toBeNull();
});

test('what may do harm needs a hold, or the word of the configuration', () => {
  const plain = button({ click: 'rig.shutdown' });
  expect(deedOf(plain, click, idle)).toMatchObject({ is: 'refused' });
  const allowed = button({ click: 'rig.shutdown', allowDangerousClick: true });
  expect(deedOf(allowed, click, idle)).toMatchObject({ intent: { kind: 'rig.shutdown' } });
});

test('a switch wishes by its position', () => {
  const level = button({ level: 'record' });
  const switched = (to: 0 | 1): PressEvent => ({ is: 'switched', level: to, meantMs: 5, atMs: 35 });
  expect(deedOf(level, switched(1), idle)).toMatchObject({ intent: { kind: 'record.start' } });
  expect(deedOf(level, switched(0), idle)).toMatchObject({ intent: { kind: 'record.stop' } });
  expect(pressSettings(level)).toEqual({ kind: 'switch', debounceMs: 30 });
});

test('the tables of the toggles', () => {
  const { idle: free, recording, paused } = recordToggle;
  expect(free).toMatchObject({ idle: 'record.start', stopping: { is: 'refused' } });
  expect(new Set([...Object.values(recording), ...Object.values(paused)])).toEqual(
    new Set(['record.stop']),
  );
  expect(new Set(Object.values(moduleToggle.off))).toEqual(new Set(['module.enable']));
  const toggle = button({ click: 'module.mic.toggle' });
  const recorded = snapshotWith({ mic: moduleWith({ state: 'recording' }) });
  expect(deedOf(toggle, click, idle)).toMatchObject({ intent: { kind: 'module.disable' } });
  expect(deedOf(toggle, click, recorded)).toMatchObject({ is: 'refused' });
});
