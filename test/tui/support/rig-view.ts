import type { RemoteView } from '../../../src/protocol/rig.ts';
import type {
  ModuleRecord,
  RigRecord,
  Snapshot,
  TrialRecord,
} from '../../../src/protocol/snapshot.ts';
import type { Theme } from '../../../src/protocol/theme.ts';
import { type Situation, situationOf } from '../../../src/tui/situation.ts';
import { type Notices, noNotices } from '../../../src/tui/view/notices.ts';
import { firstView, type ViewState } from '../../../src/tui/view/view-state.ts';
import { moduleWith, sampleHost, snapshotWith, trialWith } from '../../support/sample-rig.ts';

/** The instant that every screen in these tests is drawn at: wall clock and monotonic, in ms. */
export const noon: number = Date.parse('2026-11-22T12:00:00Z');
export const monoNoon = 1_000_000;

/** An instant before noon (or after it, negative), ISO-8601. */
export function ago(seconds: number): string {
  return new Date(noon - seconds * 1_000).toISOString();
}

/** A module that has been idle and well for two hours, but for what is said. */
export function aModule(facts: Partial<ModuleRecord> = {}): ModuleRecord {
  const can = ['arm', 'pause', 'mark'];
  return moduleWith({ startedAt: ago(7_500), stateSince: ago(7_500), can, ...facts });
}

const noPanel: Snapshot['gpio'] = {
  backend: 'none',
  chip: null,
  problem: null,
  testedBy: null,
  buttons: {},
  leds: {},
};

/** Two LEDs and two buttons on simulated lines. */
export const aPanel: Snapshot['gpio'] = {
  ...noPanel,
  backend: 'simulated',
  chip: 'simulated, no header',
  leds: {
    status: {
      line: 'GPIO22',
      pin: 15,
      state: 'ok',
      shows: 'rig',
      rhythm: 'recording',
      show: null,
      litUntilMs: null,
      exit: 'off',
    },
    mic: {
      line: 'GPIO23',
      pin: 16,
      state: 'ok',
      shows: 'module.mic',
      rhythm: 'off',
      show: null,
      litUntilMs: null,
      exit: 'off',
    },
  },
  buttons: {
    record: {
      line: 'GPIO17',
      pin: 11,
      state: 'ok',
      pressed: false,
      does: {
        click: 'record.start',
        double: null,
        hold: { afterMs: 2_000, action: 'record.stop' },
        level: null,
      },
    },
    mark: {
      line: 'GPIO27',
      pin: 13,
      state: 'stuck',
      pressed: false,
      does: { click: 'mark', double: null, hold: null, level: null },
    },
  },
};

type Parts = {
  readonly rig?: Partial<RigRecord>;
  readonly modules?: Readonly<Record<string, ModuleRecord>>;
  readonly seq?: number;
  readonly clients?: Snapshot['clients'];
  readonly gpio?: Snapshot['gpio'];
};

export function aSnapshot({
  rig,
  modules = { mic: aModule() },
  seq = 7,
  clients = [],
  gpio = noPanel,
}: Parts = {}): Snapshot {
  return snapshotWith(modules, rig, { seq, at: ago(0), clients, gpio });
}

export const aTrial: TrialRecord = trialWith({
  number: 7,
  label: 'maze left',
  startedAt: ago(761),
  startedMonoMs: monoNoon - 761_000,
});

/** A rig that records trial 7. */
export const recordingRig: Partial<RigRecord> = {
  status: 'recording',
  desired: 'recording',
  state: 'recording',
  session: { id: '0042', name: 'pilot-b', path: '/rec/0042', startedAt: ago(900) },
  trial: aTrial,
};

/** What a screen draws from: live and in control, unless told otherwise. */
export function aView(snapshot: Snapshot | null, rest: Partial<RemoteView> = {}): RemoteView {
  return {
    snapshot,
    telemetry: null,
    rates: {},
    link: { state: 'live', role: 'control', words: null },
    ...rest,
  };
}

const problem = { count: 1, firstAt: ago(7), lastAt: ago(7) };

function live(bytesPerS: number, detail: string | null) {
  return {
    cpuPercent: 4.2,
    memoryBytes: 42e6,
    bytes: 1e6,
    bytesPerS,
    samples: 1,
    dropped: 0,
    detail,
    gauges: {},
  };
}

const sketchTelemetry = {
  at: ago(0),
  host: sampleHost,
  modules: {
    'camera-left': live(2.1e6, '1280x720@30'),
    'camera-right': live(0, null),
    mic: live(188e3, '48 kHz · peak -12 dB'),
  },
};

const sketchRates = {
  'camera-left': [1.4e6, 2.6e6, 2.2e6, 1.4e6, 1.4e6, 2.6e6, 2.2e6, 1.4e6],
  'camera-right': [2.1e6, 2e6, 2.2e6, 2.1e6, 2.1e6, 2.1e6, 0, 0],
  mic: [null, null, 188e3, 188e3, 188e3, 188e3, 188e3, 188e3],
};

/** The rig of the sketch: six modules, each in another state, while trial 7 is recorded. */
export function sketchView(): RemoteView {
  const evidence = { bytes: 1, samples: 1, dropped: 0, files: 1, lastProgressAt: ago(7) };
  const recording = { state: 'recording', evidence } as const;
  const modules = {
    'camera-left': aModule({ ...recording, detail: '1280x720@30' }),
    'camera-right': aModule({
      ...recording,
      health: 'stalled',
      problem: {
        ...problem,
        code: 'stalled',
        message: 'camera-right records nothing: its file stopped growing 7 s ago.',
        remedy: 'Check the cable, then R to restart it; the other modules record on.',
      },
    }),
    mic: aModule({ ...recording, detail: '48 kHz · peak -12 dB' }),
    gps: aModule({
      state: 'starting',
      phase: 'probing',
      startedAt: ago(12),
      stateSince: ago(12),
      phaseUntil: ago(-48),
      detail: 'waiting for a fix',
      required: false,
    }),
    'eye-tracker': aModule({
      state: 'crashed',
      phase: 'backoff',
      pid: null,
      startedAt: null,
      retryAt: ago(-4),
      restarts: 2,
      required: false,
      problem: { ...problem, code: 'exited', message: 'ended by SIGSEGV', remedy: null },
    }),
    notes: aModule({
      desired: 'off',
      state: 'disabled',
      pid: null,
      startedAt: null,
      required: false,
    }),
  };
  const clients = ['pi@pts/2 via ssh', 'kiosk'].map((actor, at) => ({
    id: at,
    name: 'tui',
    actor,
    role: 'control' as const,
    since: ago(60),
  }));
  const rig = { ...recordingRig, status: 'degraded' as const };
  return aView(aSnapshot({ rig, modules, clients }), {
    telemetry: sketchTelemetry,
    rates: sketchRates,
  });
}

/** The rig of the sketch with its modules in three groups. */
export function groupedView(): RemoteView {
  const view = sketchView();
  const { snapshot } = view;
  if (snapshot === null) return view;
  const groups: Readonly<Record<string, string>> = { mic: 'sound', gps: 'place', notes: 'place' };
  const modules = Object.fromEntries(
    Object.entries(snapshot.modules).map(([name, record]) => [
      name,
      { ...record, group: groups[name] ?? 'pictures' },
    ]),
  );
  return { ...view, snapshot: { ...snapshot, modules } };
}

type Looks = {
  readonly view?: Partial<ViewState>;
  readonly notices?: Partial<Notices>;
  readonly leaving?: string;
  readonly columns?: number;
  readonly rows?: number;
  readonly theme?: Theme;
};

/** A moment on a screen of that size. */
export function aSituation(remote: RemoteView, looks: Looks = {}): Situation {
  const size = { columns: looks.columns ?? 80, rows: looks.rows ?? 24 };
  const clocks = { nowMs: () => noon, monoMs: () => monoNoon };
  const theme = looks.theme ?? { colours: 'plain', ascii: false };
  const notices = { ...noNotices, ...looks.notices };
  const view = { ...firstView, below: [firstView.screen], notices, ...looks.view };
  return situationOf(remote, view, clocks, size, theme, looks.leaving ?? null);
}
