import { checksumOf } from '../../src/client/apply-change.ts';
import type { Problem } from '../../src/protocol/problem.ts';
import type {
  HostRecord,
  ModuleRecord,
  RigRecord,
  Snapshot,
  TrialRecord,
} from '../../src/protocol/snapshot.ts';

const at = '2026-11-22T14:00:00.000Z';

/** A module that is idle and well, but for what is said. */
export function moduleWith(facts: Partial<ModuleRecord> = {}): ModuleRecord {
  return {
    desired: 'on',
    state: 'idle',
    phase: null,
    phaseSince: null,
    phaseUntil: null,
    phaseEta: null,
    health: 'ok',
    required: true,
    group: 'main',
    pid: 4_711,
    run: 1,
    startedAt: at,
    stateSince: at,
    restarts: 0,
    retryAt: null,
    evidence: { bytes: 0, samples: 0, dropped: 0, files: 0, lastProgressAt: null },
    problem: null,
    lastProblem: null,
    detail: null,
    can: ['arm', 'mark'],
    version: null,
    ...facts,
  };
}

export function problemWith(facts: Partial<Problem>): Problem {
  const words = { message: 'something is wrong', remedy: null };
  return { code: 'reported', ...words, count: 1, firstAt: at, lastAt: at, ...facts };
}

/** The first trial of a rig, in its first segment, without a label. */
export function trialWith(facts: Partial<TrialRecord> = {}): TrialRecord {
  return {
    number: 1,
    label: null,
    startedAt: at,
    segment: 1,
    partial: false,
    startedMonoMs: 0,
    pausedMs: 0,
    pausedSinceMonoMs: null,
    nextSegmentMs: null,
    ...facts,
  };
}

/** A machine that is well. */
export const sampleHost: HostRecord = {
  storage: {
    path: '/data',
    freeBytes: 83e9,
    totalBytes: 128e9,
    freeInodes: 7_000_000,
    secondsToFull: 22_320,
    bytesPerS: 3_700_000,
    gone: false,
    mountPoint: '/data',
    mounted: true,
    fileSystem: 'ext4',
    readOnly: false,
    writeMs: 4,
  },
  clock: { synchronized: true, offsetMs: 3, source: 'chrony: 10.0.0.1' },
  power: { ok: true, words: 'power ok', underVoltage: false, throttled: false, sinceBoot: null },
  temperatureC: 61,
  load1: 0.4,
  memoryAvailableBytes: 2e9,
  oomKills: 0,
};

/** An idle rig with these modules, but for what is said of the rig and of all around it. */
export function snapshotWith(
  modules: Readonly<Record<string, ModuleRecord>>,
  rig: Partial<RigRecord> = {},
  rest: Partial<Omit<Snapshot, 'rig' | 'modules'>> = {},
): Snapshot {
  const facts = {
    rig: {
      name: 'field-rig-03',
      status: 'idle',
      desired: 'idle',
      state: 'idle',
      session: null,
      trial: null,
      problems: [],
      scheduled: null,
      waitingFor: [],
      until: null,
      startup: 'complete',
      lastMarker: null,
      ...rig,
    },
    groups: { main: { status: rig.status ?? 'idle', modules: Object.keys(modules) } },
    modules,
  } as const;
  return {
    ...facts,
    version: 1,
    epoch: 'e1',
    seq: 1,
    at,
    checksum: checksumOf(facts),
    gpio: { backend: 'none', chip: null, problem: null, testedBy: null, buttons: {}, leds: {} },
    clients: [],
    host: sampleHost,
    ...rest,
  };
}
