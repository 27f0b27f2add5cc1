import type { RemoteView } from '../../../src/protocol/rig.ts';
import type { ModuleRecord, ModuleTelemetry } from '../../../src/protocol/snapshot.ts';
import { moduleStates, rigStatuses } from '../../../src/protocol/vocabulary.ts';
import type { Prng } from '../../support/prng.ts';
import { problemWith, sampleHost } from '../../support/sample-rig.ts';
import { ago, aModule, aPanel, aSnapshot, aTrial, aView, noon, recordingRig } from './rig-view.ts';

const letters = [...'abcdefghijklmnop-0123456789 照相한é🎥', 'e\u0301'];
const hostile = ['👩\u200d👧', '\u001b[2J', '\u202e', '\t', '\n', '\u0007', '\u0300\u0301\u0302'];

// A daemon takes no names with control characters; of any other letter nothing is certain.
function anyName(prng: Prng, longest: number): string {
  return Array.from({ length: prng.int(0, longest) }, () => prng.pick(letters)).join('');
}

/** Words of any length, in letters of any width, some of them hostile. */
export function anyWords(prng: Prng, longest: number): string {
  const alphabet = prng.chance(0.3) ? [...letters, ...hostile] : letters;
  return Array.from({ length: prng.int(0, longest) }, () => prng.pick(alphabet)).join('');
}

/** A rig in any state, with as many modules as there may be, and with what is known of it or not. */
export function anyView(prng: Prng): RemoteView {
  const names = Array.from({ length: prng.int(0, 25) }, (_, at) => `${anyName(prng, 20)}${at}`);
  const groups = Array.from({ length: prng.int(1, 4) }, () => anyName(prng, 12));
  const modules = Object.fromEntries(names.map((name) => [name, anyModule(prng, groups)]));
  const trial = prng.chance(0.6) ? { ...aTrial, label: anyWords(prng, 60) } : null;
  const state = prng.pick(['idle', 'arming', 'recording', 'paused', 'stopping'] as const);
  const rig = {
    ...recordingRig,
    name: anyWords(prng, 40),
    status: prng.pick(rigStatuses),
    state,
    trial: state === 'idle' ? null : trial,
    problems: prng.chance(0.2) ? [anyProblem(prng)] : [],
    waitingFor: prng.chance(0.3) ? names.slice(0, 3) : [],
  };
  const clients = Array.from({ length: prng.int(0, 6) }, (_, id) => ({
    id,
    name: 'tui',
    actor: anyWords(prng, 30),
    role: 'control' as const,
    since: ago(60),
  }));
  const gpio = prng.chance(0.5) ? aPanel : undefined;
  const snapshot = aSnapshot({ rig, modules, clients, ...(gpio === undefined ? {} : { gpio }) });
  const live = Object.fromEntries(names.map((name) => [name, anyTelemetry(prng)]));
  const telemetry = { at: ago(0), host: sampleHost, modules: live };
  const rates = Object.fromEntries(names.map((name) => [name, anyRates(prng)]));
  const lost = { state: 'lost', sinceMs: noon - 9_000, retryAtMs: noon, words: anyWords(prng, 80) };
  return aView(prng.chance(0.05) ? null : snapshot, {
    telemetry: prng.chance(0.7) ? telemetry : null,
    rates,
    ...(prng.chance(0.1) ? { link: lost as Extract<RemoteView['link'], { state: 'lost' }> } : {}),
  });
}

function anyModule(prng: Prng, groups: readonly string[]): ModuleRecord {
  return aModule({
    state: prng.pick(moduleStates),
    phase: prng.pick([null, null, 'proving', 'arming', 'finalizing', 'backoff'] as const),
    health: prng.pick(['ok', 'ok', 'degraded', 'stalled', 'unresponsive', 'unknown'] as const),
    group: prng.pick(groups),
    detail: prng.chance(0.5) ? anyWords(prng, 80) : null,
    restarts: prng.chance(0.2) ? prng.int(1, 12_345) : 0,
    pid: prng.chance(0.2) ? null : prng.int(1, 4_194_304),
    retryAt: prng.chance(0.1) ? ago(-prng.int(0, 900)) : null,
    phaseUntil: prng.chance(0.2) ? ago(-prng.int(0, 90)) : null,
    startedAt: prng.chance(0.1) ? null : ago(prng.int(0, 9_999_999)),
    problem: prng.chance(0.2) ? anyProblem(prng) : null,
  });
}

function anyProblem(prng: Prng) {
  const remedy = prng.chance(0.5) ? anyWords(prng, 200) : null;
  return problemWith({ message: anyWords(prng, 200), remedy });
}

function anyTelemetry(prng: Prng): ModuleTelemetry {
  return {
    cpuPercent: prng.chance(0.2) ? null : prng.next() * 400,
    memoryBytes: prng.chance(0.2) ? null : prng.next() * 1e12,
    bytes: prng.int(0, 1e12),
    bytesPerS: prng.chance(0.2) ? null : prng.next() * 1e10,
    samples: prng.int(0, 1e9),
    dropped: prng.int(0, 1e6),
    detail: prng.chance(0.5) ? anyWords(prng, 80) : null,
    gauges: {},
  };
}

function anyRates(prng: Prng): (number | null)[] {
  return Array.from({ length: prng.int(0, 8) }, () => prng.pick([null, 0, prng.next() * 1e7]));
}
