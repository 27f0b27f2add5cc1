import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { IntentKind } from '../../src/protocol/intent.ts';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import { until } from '../support/until.ts';
import { chance, median } from './support/chance.ts';
import { manifestOf, rowsOf, sessions, theSession, unbroken } from './support/recorded.ts';
import type { StoryRig } from './support/rig.ts';
import { story } from './support/story.ts';
import { watchOver } from './support/watching.ts';

const names = ['cam', 'mic', 'gps', 'imu', 'lidar'];
const modules = Object.fromEntries(
  names.map((name) => [name, { use: 'demo-sensor', options: { rate: 50, armAfter: 30 } }]),
);
const adoptedWithinMs = 10_000;
/** What the rig is asked for just before its daemon is killed. */
const deeds: readonly IntentKind[] = [
  'record.start',
  'mark',
  'record.stop',
  'record.start',
  'mark',
];
const kills = 15;

story(
  'kill -9 of the daemon at any moment costs no row, no process and no wish while five modules record',
  { timeout: 120_000 },
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    const pids = pidsOf(rig);
    const watching = watchOver(rig);
    const roll = chance(20_261_122);
    const tookMs: number[] = [];

    for (let round = 0; round < kills; round++) {
      const kind = deeds[round % deeds.length] ?? 'mark';
      const wished = await killDuring(rig, kind, roll() * 220);
      if (round % 3 === 2) await killHalfStarted(rig, roll() * 500);
      const beganMs = performance.now();
      await rig.start();
      expect(pidsIn(rig.me.now())).toEqual(pids);
      tookMs.push(performance.now() - beganMs);
      expect(pidsOf(rig)).toEqual(pids);
      const now = await rig.until('the rig has settled', isSettled, 20_000);
      if (wished !== null) expect(now.rig.desired).toBe(wished);
    }
    await rig.wish('record.stop');
    const { looks, faults } = watching.end();

    expect(faults).toEqual([]);
    expect(looks).toBeGreaterThan(50);
    process.stdout.write(`  adopted after ${Math.round(median(tookMs))} ms (median)\n`);
    // How long it takes is measured in bench/; here it only must not wait for a deadline, on however slow a machine.
    expect(median(tookMs)).toBeLessThan(adoptedWithinMs);
    expectEveryRow(rig);
    expect((await rig.run('sessions', 'verify')).code).toBe(0);
  },
);

story(
  'kill -9 of a daemon that is just starting its modules never makes a second copy of one',
  { timeout: 120_000 },
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    const watching = watchOver(rig);
    const roll = chance(1_122);
    for (let round = 0; round < 12; round++) {
      // From before its first spawn to after its last, as far as one can know.
      await killHalfStarted(rig, 150 + roll() * 400);
      if (round % 4 !== 3) continue;
      await rig.startUp();
      expect(pidsIn(rig.me.now())).toEqual(pidsOf(rig));
      for (const { state } of Object.values(rig.me.now().modules)) expect(state).toBe('idle');
      await rig.me.insist({ kind: 'daemon.stop' });
      expect((await rig.daemon.ended).code).toBe(0);
      expect(rig.processes()).toEqual([]);
    }
    expect(watching.end().faults).toEqual([]);
  },
);

story(
  'a trial of which no disk had heard when the daemon was killed keeps its label and its instant',
  { timeout: 60_000 },
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    await rig.wish('session.start', { name: 'noon' });
    const session = theSession(rig.recordings);
    const slow = [
      join(session, 'session.json'),
      join(session, 'events.jsonl'),
      join(rig.stateDir, 'runtime-state.json'),
    ];
    await until('the state dir knows the session', () =>
      readFileSync(slow[2] ?? '', 'utf8').includes('noon'),
    );
    const before = slow.map((file) => readFileSync(file));
    await rig.wish('record.start', { label: 'a label' });
    const { trial } = rig.me.now().rig;
    expect(trial?.label).toBe('a label');
    await rig.daemon.kill();
    for (const [at, file] of slow.entries()) writeFileSync(file, before[at] ?? '');

    await rig.start();
    const now = await rig.until('the rig has settled', isSettled, 20_000);
    const { number, label, startedAt, startedMonoMs } = trial ?? {};
    expect(now.rig.trial).toMatchObject({ number, label, startedAt, startedMonoMs });
    await rig.wish('record.stop');
    expect(manifestOf(session).trials).toMatchObject([{ number, label, startedAt }]);
    expect((await rig.run('sessions', 'verify')).code).toBe(0);
  },
);

async function killHalfStarted(rig: StoryRig, afterMs: number): Promise<void> {
  const daemon = rig.launch();
  await pause(afterMs);
  await daemon.kill();
}

/** Gives the wish that was acknowledged before the kill; null when none was. */
async function killDuring(
  rig: StoryRig,
  kind: IntentKind,
  afterMs: number,
): Promise<Snapshot['rig']['desired'] | null> {
  let wished: Snapshot['rig']['desired'] | null = rig.me.now().rig.desired;
  if (kind !== 'mark') wished = null;
  const told = rig.me.wish({ kind, waitMs: 20_000 } as Parameters<typeof rig.me.wish>[0]).then(
    (verdict) => {
      if (verdict.ok && kind !== 'mark') wished = kind === 'record.start' ? 'recording' : 'idle';
    },
    () => undefined, // the daemon was killed before it answered
  );
  await pause(afterMs); // the moment is what this story is about
  await rig.daemon.kill();
  await told;
  return wished;
}

function isSettled({ rig, modules: all }: Snapshot): boolean {
  const wanted = rig.desired === 'idle' ? 'idle' : 'recording';
  return rig.state === wanted && Object.values(all).every(({ state }) => state === wanted);
}

function pidsOf(rig: StoryRig): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, rig.pidOf(name)]));
}

function pidsIn({ modules: all }: Snapshot): Record<string, number | null> {
  return Object.fromEntries(Object.entries(all).map(([name, { pid }]) => [name, pid]));
}

/** A run's numbers rise by one over all that it records: what is lost or written twice shows. */
function expectEveryRow(rig: StoryRig): void {
  for (const name of names) {
    const rows = sessions(rig.recordings).flatMap((session) => rowsOf(session, name));
    expect(rows.length).toBeGreaterThan(100);
    expect(rows).toEqual(unbroken(rows));
    expect(rows[0]).toBe(1);
  }
}
