import type { ModuleDetail } from '../../../src/protocol/module-detail.ts';
import type { RemoteSessions } from '../../../src/protocol/rig.ts';
import type { SessionDetail, SessionSummary, VerifyNews } from '../../../src/protocol/sessions.ts';
import { ago } from './rig-view.ts';

/** A session of which everything is well, unless told otherwise. */
export function aSummary(facts: Partial<SessionSummary> = {}): SessionSummary {
  return {
    id: '0041',
    name: 'pilot-a',
    folder: '0041_2026-11-22_09-00-00_pilot-a',
    startedAt: ago(10_800),
    endedAt: ago(9_000),
    trials: 2,
    bytes: 1.2e9,
    state: 'complete',
    worst: 'ok',
    damaged: null,
    ...facts,
  };
}

const file = {
  module: 'mic',
  segment: 1,
  bytes: 345e6,
  verdict: 'ok',
  note: null,
  recordedMs: 761_000,
  summed: true,
} as const;

/** Two trials, of which the newer is partial and has a file that is not in order. */
export const aSession: SessionDetail = {
  version: 1,
  id: '0041',
  name: 'pilot-a',
  folder: aSummary().folder,
  path: '/rec/0041_2026-11-22_09-00-00_pilot-a',
  startedAt: ago(10_800),
  endedAt: ago(9_000),
  damaged: null,
  remedy: 'Mend it: rigdeck sessions recover 0041',
  trials: [
    {
      number: 2,
      label: 'maze left',
      startedAt: ago(10_000),
      stoppedAt: ago(9_239),
      startSkewMs: 1.25,
      outcome: 'partial',
      bytes: 747e6,
      fileCount: 3,
      files: [
        { ...file, path: 'mic/trial-002/mic_s001.wav' },
        {
          ...file,
          path: 'cam/trial-002/clip.mkv',
          module: 'cam',
          verdict: 'short',
          note: 'it holds 9 min of the 12 min that were recorded',
          summed: false,
        },
      ],
    },
    {
      number: 1,
      label: null,
      startedAt: ago(10_700),
      stoppedAt: ago(10_600),
      startSkewMs: null,
      outcome: 'complete',
      bytes: 2e6,
      fileCount: 1,
      files: [{ ...file, path: 'mic/trial-001/mic_s001.wav', bytes: 2e6, recordedMs: 100_000 }],
    },
  ],
  gaps: [{ from: ago(9_900), to: ago(9_720), module: 'cam', cause: 'cam crashed' }],
  markers: [{ at: ago(9_800), text: 'a lion', actor: 'pi@pts/2', trial: 2 }],
  problems: [{ at: ago(9_900), module: 'cam', message: 'cam ended unexpectedly in trial 2' }],
  leftOut: { trials: 0, files: 1, gaps: 0, markers: 0, problems: 0 },
};

/** A module of which rig.yaml says something else by now. */
export const aDetail: ModuleDetail = {
  version: 1,
  module: 'mic',
  command: ['node', '/opt/rigdeck/modules/audio/main.mjs'],
  protocol: 'rigdeck/1',
  evidence: 'files',
  options: [
    { name: 'device', value: '"default"' },
    { name: 'gain', value: null, now: '3' },
    { name: 'mono', value: 'true', now: null },
    { name: 'rate', value: '48000', now: '96000' },
  ],
  configTrouble: null,
};

/** Who is to hear of a session that is verified. Null: it was ended. */
type Verified = { readonly session: string; readonly listener: (news: VerifyNews) => void } | null;

/** Recordings that a test holds in its hands; `verified` says what was verified and ended, in order. */
export function sampleSessions(): RemoteSessions & { readonly verified: Verified[] } {
  const verified: Verified[] = [];
  return {
    verified,
    list: async () => ({ version: 1, total: 1, sessions: [aSummary()], more: false }),
    show: async () => aSession,
    verify: (session, listener) => {
      verified.push({ session, listener });
      return () => verified.push(null);
    },
  };
}
