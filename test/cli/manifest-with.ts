import type { Manifest, ManifestFile, ManifestTrial } from '../../src/protocol/manifest.ts';

/** An instant of the trial, ISO-8601. */
export const second = (s: number) => new Date(Date.UTC(2026, 10, 22, 14, 0, s)).toISOString();

export function fileWith(facts: Partial<ManifestFile>): ManifestFile {
  const path = 'mic/trial-001/mic_s001.csv';
  return { path, bytes: 1_000, sha256: null, verdict: 'ok', ...facts };
}

export function trialWith(facts: Partial<ManifestTrial>, files: ManifestFile[]): ManifestTrial {
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

export function manifestWith(trial: ManifestTrial, facts: Partial<Manifest> = {}): Manifest {
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
