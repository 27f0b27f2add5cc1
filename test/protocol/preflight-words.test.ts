import { expect, test } from 'vitest';
import type { Preflight } from '../../src/protocol/preflight.ts';
import { sayVerdict } from '../../src/protocol/preflight-words.ts';

const asked = { version: 1, at: '2026-11-22T14:00:00.000Z', checks: [] } as const;
const recording = { state: 'recording', trial: 7 } as const;

const answers: readonly (readonly [Partial<Preflight>, string])[] = [
  [{}, 'Ready to record.'],
  [{ verdict: 'blocked', recording: null }, 'Not ready to record.'],
  [{ recording }, 'Trial 7 is being recorded, and nothing is wrong.'],
  [{ recording, verdict: 'warnings' }, 'Trial 7 is being recorded, with warnings.'],
  [
    { recording: { state: 'paused', trial: 7 }, verdict: 'blocked' },
    'Trial 7 is paused. What blocks would keep the next one from starting.',
  ],
  [
    { recording: { state: 'arming', trial: null } },
    'A recording is just starting, and nothing is wrong.',
  ],
];

test.each(answers)('a preflight of %j is said as it is', (facts, words) => {
  expect(sayVerdict({ ...asked, verdict: 'ready', ...facts })).toBe(words);
});
