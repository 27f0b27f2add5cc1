import { expect, it } from 'vitest';
import { reportIn, sayReport } from '../../src/cli/trial-report.ts';
import type { Manifest, ManifestFile, ManifestTrial } from '../../src/protocol/manifest.ts';

const second = (s: number) => new Date(Date.UTC(2026, 10, 22, 14, 0, s)).toISOString();

function fileWith(facts: Partial<ManifestFile>): ManifestFile {
  const path = 'mic/trial-001/mic_s001.csv';
  return { path, bytes: 1_000, sha256: null, verdict: 'ok', ...facts };
}

function trialWith(facts: Partial<ManifestTrial>, files: ManifestFile[]): ManifestTrial {
  const segment = { number: 1, startedAt: second(0), reason: 'start' } as const;
  return {
    number: 1,
    label: null,
    startedAt: second(0),
    stoppedAt: second(30),
    goMonoNs: '1',
    startSkewMs: null,
    outcome: 'complete',
    segments: [{ ...segment, modules: { mic: { firstSampleMonoNs: null, files } } }],
    ...facts,
  };
}

function manifestWith(trial: ManifestTrial, facts: Partial<Manifest> = {}): Manifest {
  return {
    version: 1,
    rig: 'lab',
    session: { id: '0001', name: 'rec', startedAt: second(0), endedAt: null },
    host: {},
    versions: {},
    config: {},
    clock: { synchronized: null, offsetMs: null, source: null, steps: [] },
    trials: [trial],
    gaps: [],
    markers: [],
    problems: [],
    health: {},
    ...facts,
  };
}

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

it('nothing is told of a trial that still runs, or that is not there', () => {
  expect(reportIn(manifestWith(trialWith({ stoppedAt: null }, [])), 1)).toBeNull();
  expect(reportIn(manifestWith(trialWith({}, [])), 2)).toBeNull();
});
