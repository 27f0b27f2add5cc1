import { expect, it } from 'vitest';
import { sessionLines } from '../../src/cli/session-words.ts';
import { widthOf } from '../../src/protocol/text.ts';
import { fileWith, manifestWith, second, trialWith } from './manifest-with.ts';

const path = 'mic/trial-001/mic_s001.csv';
const open = trialWith({ stoppedAt: null }, [fileWith({ bytes: 0, verdict: 'open' })]);
const message = 'host: cpu 98 % (warns at 90 %)';
const problem = { at: second(4), module: 'host', code: 'gauge', message } as const;
const manifest = manifestWith(open, { problems: [problem] });
const session = { manifest, folder: '0001_rec', path: '/data/0001_rec', damaged: null };

it('a trial that is still open has what has landed of it so far', () => {
  const lines = sessionLines(session, new Map([[path, 4_700]]), Number.POSITIVE_INFINITY);
  expect(lines).toContain(`      4.7 kB  open     ${path}`);
});

it('a problem has the name of its module once', () => {
  const lines = sessionLines(session, new Map(), Number.POSITIVE_INFINITY);
  expect(lines).toContain('  problem 14:00:04 host: cpu 98 % (warns at 90 %)');
});

it('a gap has the name of its module once', () => {
  const gap = { from: second(1), to: second(2), module: 'mic', cause: 'mic was ended by SIGKILL.' };
  const gaps = [gap, { ...gap, module: null, cause: 'paused' }];
  const lines = sessionLines(
    { ...session, manifest: { ...manifest, gaps } },
    new Map(),
    Number.POSITIVE_INFINITY,
  );
  expect(lines).toContain('  gap 14:00:01 to 14:00:02: mic was ended by SIGKILL.');
  expect(lines).toContain('  gap 14:00:01 to 14:00:02: all: paused');
});

it.each([20, 40, 80])('a session fits %i columns, and nothing of it is lost', (columns) => {
  const lines = sessionLines(session, new Map(), columns);
  for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
  const joined = lines.join('').replace(/\s/g, '');
  expect(joined).toContain('problem14:00:04host:cpu98%(warnsat90%)');
  expect(joined).toContain(path);
});

it.each([
  [0.04, '0 ms'],
  [1.25, '1.3 ms'],
  [9.96, '10 ms'],
  [475.899, '476 ms'],
])('a start skew of %d ms is told as %s', (startSkewMs, words) => {
  const trial = { ...trialWith({}, []), startSkewMs };
  const all = { ...session, manifest: manifestWith(trial) };
  const lines = sessionLines(all, new Map(), Number.POSITIVE_INFINITY);
  expect(lines.join('\n')).toMatch(new RegExp(`start skew ${words.replace('.', '\\.')}$`, 'm'));
});
