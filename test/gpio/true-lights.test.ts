import { expect, test } from 'vitest';
import { rhythmOf } from '../../src/gpio/pattern.ts';
import { badgeOf } from '../../src/protocol/badge.ts';
import type { ProblemCode } from '../../src/protocol/problem.ts';
import type { Rhythm } from '../../src/protocol/rhythm.ts';
import { rigBadge } from '../../src/protocol/rig-badge.ts';
import type { HostRecord, Snapshot } from '../../src/protocol/snapshot.ts';
import {
  type Health,
  type ModulePhase,
  moduleStates,
  type RigState,
  rigStatuses,
} from '../../src/protocol/vocabulary.ts';
import { moduleWith, problemWith, sampleHost, snapshotWith } from '../support/sample-rig.ts';

const healths: readonly Health[] = ['ok', 'degraded', 'stalled', 'unresponsive', 'unknown'];
const rigStates: readonly RigState[] = ['idle', 'arming', 'recording', 'paused', 'stopping'];
// biome-ignore format: read as a list
const phases: readonly (ModulePhase | null)[] = [
  null, 'waiting', 'spawning', 'probing', 'terminating', 'arming', 'armed', 'going', 'proving', 'splitting', 'pausing',
  'resuming', 'finalizing', 'quitting', 'SIGINT', 'SIGTERM', 'SIGKILL', 'backoff',
];

const everyModule = moduleStates.flatMap((state) =>
  phases.flatMap((phase) => healths.map((health) => moduleWith({ state, phase, health }))),
);

test('whatever a module is, its light looks like REC exactly where its badge is plain REC', () => {
  expect(everyModule.length).toBe(8 * 18 * 5);
  for (const mic of everyModule) {
    const rhythm = rhythmOf('module.mic', snapshotWith({ mic }));
    const what = `${mic.state} ${mic.phase} ${mic.health}`;
    expect(rhythm === 'recording', what).toBe(badgeOf(mic, 0).text === 'REC');
    expect(rhythm === 'off', what).toBe(mic.state === 'disabled');
    expect(rhythm === 'failed', what).toBe(mic.state === 'error' || mic.state === 'crashed');
  }
});

test('no light of a module that is idle, records or is paused hides that it does not answer or stands still', () => {
  const sick = everyModule.filter(({ state, health, phase }) => {
    const atWork = ['idle', 'recording', 'paused'].includes(state) && phase === null;
    return atWork && ['degraded', 'stalled', 'unresponsive'].includes(health);
  });
  expect(sick.length).toBe(9);
  for (const mic of sick)
    expect(rhythmOf('module.mic', snapshotWith({ mic })), mic.state).toBe('trouble');
});

test('whatever the rig is, its light looks like REC only where its badge is plain REC, and is never dark', () => {
  const rigs = rigStatuses.flatMap((status) => rigStates.map((state) => ({ status, state })));
  const all = rigs.flatMap((rig) => everyModule.map((mic) => snapshotWith({ mic }, rig)));
  expect(all.length).toBe(9 * 5 * 8 * 18 * 5);
  for (const snapshot of all) {
    const rhythm = rhythmOf('rig', snapshot);
    const { status, state } = snapshot.rig;
    const what = `${status} ${state} ${JSON.stringify(snapshot.modules['mic'])}`;
    if (rhythm === 'recording') expect(rigBadge(snapshot).text, what).toBe('REC');
    expect(rhythm, what).not.toBe('off');
    expect(rhythm === 'failed', what).toBe(status === 'error');
  }
});

const maybe = [true, false, null] as const;
const figures = [null, 0, 1, 83e9] as const;
const failing: readonly ProblemCode[] = [
  'not-mounted',
  'read-only',
  'disk-fails',
  'recordings-folder',
];
const warning: readonly ProblemCode[] = ['low-space', 'manifest'];
const foreign: readonly ProblemCode[] = ['under-voltage', 'clock-stepped', 'verdict', 'gpio'];

function withProblems(codes: readonly ProblemCode[], host: HostRecord): Snapshot {
  return snapshotWith({}, { problems: codes.map((code) => problemWith({ code })) }, { host });
}

/** Every member of one with every member of the other. */
function each<A, B>(some: readonly A[], others: readonly B[]): (readonly [A, B])[] {
  return some.flatMap((one) => others.map((other) => [one, other] as const));
}

test('whatever the disk is, its light is calm only where it is there, takes writes, has room and nothing is said against it', () => {
  const looks = each(each(maybe, maybe), each(figures, figures));
  const cases = each(looks, [null, ...failing, ...warning, ...foreign]);
  expect(cases.length).toBe(3 * 3 * 4 * 4 * 11);
  for (const [[[gone, readOnly], [freeBytes, freeInodes]], code] of cases) {
    const facts = { gone, readOnly, freeBytes, freeInodes };
    const storage = { ...sampleHost.storage, ...facts };
    const snapshot = withProblems(code === null ? [] : [code], { ...sampleHost, storage });
    const dead = [gone, readOnly, freeBytes === 0, freeInodes === 0, failing.some(is(code))];
    const words: readonly (readonly [Rhythm, boolean])[] = [
      ['failed', dead.includes(true)],
      ['trouble', warning.some(is(code))],
      ['busy', freeBytes === null],
      ['idle', true],
    ];
    const [expected] = words.find(([, holds]) => holds) ?? [];
    expect(rhythmOf('storage', snapshot), JSON.stringify([facts, code])).toBe(expected);
  }
});

function is(code: ProblemCode | null): (other: ProblemCode) => boolean {
  return (other) => other === code;
}

test('of two problems of the disk its light shows the worse one', () => {
  for (const bad of failing) {
    for (const mild of warning) {
      for (const codes of [
        [bad, mild],
        [mild, bad],
      ])
        expect(rhythmOf('storage', withProblems(codes, sampleHost))).toBe('failed');
    }
  }
});

test('whatever the clock is, its light is calm only where it is synchronised, less than a second off and was not set meanwhile', () => {
  const offsets = [null, 0, 999.9, -999.9, 1_000, -1_000, 3_600_000];
  const said: readonly (readonly ProblemCode[])[] = [[], ['clock-stepped'], ['low-space']];
  const cases = each(each(maybe, offsets), said);
  expect(cases.length).toBe(3 * 7 * 3);
  for (const [[synchronized, offsetMs], codes] of cases) {
    const clock = { synchronized, offsetMs, source: null };
    const isOff = Math.abs(offsetMs ?? 0) >= 1_000;
    const isWrong = [isOff, synchronized === false, codes.includes('clock-stepped')].includes(true);
    const otherwise = synchronized === null ? 'busy' : 'idle';
    const what = JSON.stringify([synchronized, offsetMs, codes]);
    const rhythm = rhythmOf('clock', withProblems(codes, { ...sampleHost, clock }));
    expect(rhythm, what).toBe(isWrong ? 'trouble' : otherwise);
  }
});

test('the light of the clients says whether anybody is attached', () => {
  const somebody = { id: 1, name: 'tui', actor: 'pi', role: 'view', since: 'now' } as const;
  for (const count of [0, 1, 2, 40]) {
    const clients = Array.from({ length: count }, (_, id) => ({ ...somebody, id }));
    const rhythm = rhythmOf('clients', snapshotWith({}, {}, { clients }));
    expect(rhythm).toBe(count === 0 ? 'idle' : 'busy');
  }
});
