import { expect, it } from 'vitest';
import { reportIn, sayReport } from '../../src/cli/trial-report.ts';
import type { Manifest } from '../../src/protocol/manifest.ts';
import { fileWith, manifestWith, second, trialWith } from './manifest-with.ts';

function reportOf(manifest: Manifest) {
  const report = reportIn(manifest, 1);
  if (report === null) throw new Error('nothing is reported');
  return report;
}

it('a complete trial is told in one line: how long, files, bytes', () => {
  const report = reportOf(manifestWith(trialWith({}, [fileWith({}), fileWith({ bytes: 500 })])));
  expect(sayReport(report)).toBe('30 s, 2 files, 1.5 kB');
  expect(report.missing).toEqual([]);
});

it('a partial trial says who was missing, when, and why', () => {
  const trial = trialWith({ outcome: 'partial' }, [fileWith({}), fileWith({ verdict: 'empty' })]);
  const report = reportOf(
    manifestWith(trial, {
      gaps: [
        { from: second(4), to: second(9), module: null, cause: 'paused' },
        { from: second(10), to: second(12), module: 'mic', cause: 'mic was ended by SIGSEGV.' },
        { from: second(50), to: null, module: 'mic', cause: 'of a later trial' },
      ],
      problems: [
        { at: second(0), module: 'cam', code: 'not-armed', message: 'trial 1 began without cam' },
      ],
    }),
  );
  expect(sayReport(report)).toContain('30 s, 2 files, 2.0 kB, NOT complete (partial)');
  expect(report.missing).toEqual([
    'cam recorded nothing: it was not ready when the trial began',
    expect.stringMatching(
      /^mic recorded nothing for 2 s from \d\d:00:10: mic was ended by SIGSEGV\.$/,
    ),
    'mic/trial-001/mic_s001.csv is empty',
  ]);
});

it('that a module recorded nothing is said once', () => {
  const cause = 'mic recorded nothing: its process 812 is frozen';
  const gap = { from: second(10), to: second(12), module: 'mic', cause };
  const { missing } = reportOf(
    manifestWith(trialWith({ outcome: 'partial' }, []), { gaps: [gap] }),
  );
  expect(missing.join()).toMatch(
    /^mic recorded nothing for 2 s from \d\d:00:10: its process 812 is frozen$/,
  );
});

it('nothing is told of a trial that still runs, or that is not there', () => {
  expect(reportIn(manifestWith(trialWith({ stoppedAt: null }, [])), 1)).toBeNull();
  expect(reportIn(manifestWith(trialWith({}, [])), 2)).toBeNull();
});
