import type { RemoteView } from '../../../src/protocol/rig.ts';
import type { ModuleRecord, RigRecord } from '../../../src/protocol/snapshot.ts';
import { sampleHost, trialWith } from '../../support/sample-rig.ts';
import { ago, aModule, aSnapshot, aView, monoNoon } from './rig-view.ts';

const required = { host: false, mic: true, cam: true } as const;
const details = {
  host: 'cpu 31 %, 24.1 GB free',
  mic: '48 kHz stereo, -31 dB',
  cam: '1280x720@30 · 0 dropped · 0.5 MB/s',
} as const;
const rates = { host: 312, mic: 192e3, cam: 508e3 } as const;
const names = ['host', 'mic', 'cam'] as const;

/** The rig of the quick start, a Pi 4 with a webcam: up for a minute, and idle. */
export function firstRig(): RemoteView {
  return seen({ name: 'field-rig-03' }, () => ({ startedAt: ago(60), stateSince: ago(58) }));
}

/** The same, 83 s into its first trial. */
export function firstRecording(): RemoteView {
  const evidence = { bytes: 1, samples: 1, dropped: 0, files: 1, lastProgressAt: ago(0) };
  const rig = {
    name: 'field-rig-03',
    status: 'recording',
    desired: 'recording',
    state: 'recording',
    session: { id: '0001', name: 'rec', path: '/home/pi/recordings/0001', startedAt: ago(83) },
    trial: trialWith({ startedAt: ago(83), startedMonoMs: monoNoon - 83_000 }),
  } as const;
  const view = seen(rig, (name) => ({
    state: 'recording',
    startedAt: ago(140),
    stateSince: ago(83),
    detail: details[name],
    evidence,
  }));
  const figures = { cpuPercent: 4.2, memoryBytes: 42e6, bytes: 1e6, samples: 1, dropped: 0 };
  const modules = Object.fromEntries(
    names.map((name) => [
      name,
      { ...figures, bytesPerS: rates[name], detail: details[name], gauges: {} },
    ]),
  );
  return {
    ...view,
    telemetry: { at: ago(0), host: view.snapshot?.host ?? sampleHost, modules },
    rates: Object.fromEntries(names.map((name) => [name, Array<number>(8).fill(rates[name])])),
  };
}

function seen(
  rig: Partial<RigRecord>,
  factsOf: (name: (typeof names)[number]) => Partial<ModuleRecord>,
): RemoteView {
  const modules = Object.fromEntries(
    names.map((name) => {
      const group = name === 'host' ? 'main' : 'av';
      return [name, aModule({ required: required[name], group, ...factsOf(name) })];
    }),
  );
  const storage = {
    ...sampleHost.storage,
    freeBytes: 24.1e9,
    secondsToFull: rig.state === 'recording' ? 33_600 : null,
  };
  const clock = { synchronized: true, offsetMs: 3, source: 'systemd-timesyncd' };
  const snapshot = { ...aSnapshot({ rig, modules }), host: { ...sampleHost, storage, clock } };
  return aView(snapshot);
}
