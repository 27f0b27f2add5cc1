import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Intent } from '../../src/protocol/intent.ts';
import { until } from '../support/until.ts';
import { chance } from './support/chance.ts';
import { filesOf, manifestOf, rowsIn, sessions, unbroken } from './support/recorded.ts';
import type { StoryRig } from './support/rig.ts';
import { story } from './support/story.ts';
import { watchOver } from './support/watching.ts';

const names = ['cam', 'mic', 'gps'];
const modules = {
  cam: { use: 'demo-sensor', options: { rate: 50, armAfter: 40 } },
  mic: { use: 'demo-sensor', options: { rate: 50, slowFinalize: 300 }, after: ['cam'] },
  gps: { use: 'demo-sensor', options: { rate: 50, readyAfter: 200 }, required: false },
};
const seed = Number(process.env['RIGDECK_SEED'] ?? 7);
const hardMs = 15_000;

type Roll = () => number;

story(
  `people, crashes and kills in any order (RIGDECK_SEED=${seed}) leave one copy of each, whole files and the wish that was last`,
  { timeout: 120_000 },
  async ({ makeRig }) => {
    const rig = await makeRig({ modules, rig: { onMissingModule: 'start-without' } });
    await rig.startUp();
    const watching = watchOver(rig);
    const roll = chance(seed);
    const told: string[] = [];
    const endMs = performance.now() + hardMs;
    while (performance.now() < endMs) {
      told.push(await happen(rig, roll));
      await pause(roll() * 250);
    }
    try {
      await settle(rig);
      const { faults } = watching.end();
      expect(faults, faults.join()).toEqual([]);
      expectWholeFiles(rig);
      const verified = await rig.run('sessions', 'verify', '--json');
      expect(faultsIn(verified.stdout), verified.stdout).toEqual([]);
    } catch (error) {
      throw new Error(`after ${told.join(', ')}`, { cause: error });
    }
  },
);

/** One thing that can happen to a rig. */
async function happen(rig: StoryRig, roll: Roll): Promise<string> {
  const dice = roll();
  const module = names[Math.floor(roll() * names.length)] ?? 'cam';
  if (dice < 0.12) return `daemon ${await replaceDaemon(rig, roll)}`;
  if (dice < 0.3) return `${module} ${endModule(rig, module, roll)}`;
  const intent = anyIntent(roll, module);
  rig.me.wish(intent).catch(() => undefined); // the daemon may be killed before it answers
  return `${intent.kind} ${'module' in intent ? module : ''}`;
}

async function replaceDaemon(rig: StoryRig, roll: Roll): Promise<string> {
  const signal = roll() < 0.7 ? 'SIGKILL' : 'SIGTERM';
  rig.daemon.signal(signal);
  await rig.daemon.ended;
  await rig.start();
  return signal;
}

function endModule(rig: StoryRig, module: string, roll: Roll): string {
  const signal = roll() < 0.5 ? 'SIGKILL' : 'SIGTERM';
  for (const { pid } of rig.copies(module)) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended by itself in between.
    }
  }
  return signal;
}

function anyIntent(roll: Roll, module: string): Intent {
  const any: readonly Intent[] = [
    { kind: 'record.start' },
    { kind: 'record.start', label: 'again' },
    { kind: 'record.stop' },
    { kind: 'record.pause' },
    { kind: 'record.resume' },
    { kind: 'mark', text: 'now' },
    { kind: 'module.disable', module },
    { kind: 'module.enable', module },
    { kind: 'module.enable', module },
    { kind: 'module.restart', module },
    { kind: 'module.retry', module },
    { kind: 'session.start', name: 'hard' },
    { kind: 'session.end' },
  ];
  return any[Math.floor(roll() * any.length)] ?? { kind: 'mark' };
}

/** Whatever was, the rig does what is wished last. */
async function settle(rig: StoryRig): Promise<void> {
  await rig.me.insist({ kind: 'record.stop' });
  for (const module of names) await rig.me.insist({ kind: 'module.enable', module });
  for (const module of names) await rig.me.insist({ kind: 'module.retry', module });
  const idle = await rig.until(
    'everything is idle',
    ({ rig: it, modules: all }) =>
      it.state === 'idle' &&
      Object.values(all).every(({ state, phase }) => state === 'idle' && phase === null),
    90_000,
  );
  expect(idle.rig).toMatchObject({ desired: 'idle', trial: null });
  for (const name of names) expect(rig.pidOf(name)).toBe(idle.modules[name]?.pid);
  await rig.wish('record.start');
  await rig.until('all record', ({ modules: all }) =>
    Object.values(all).every(({ state, health }) => state === 'recording' && health === 'ok'),
  );
  await rig.wish('record.stop');
  await rig.wish('session.end');
  await until(
    'every file has its checksum',
    () => sessions(rig.recordings).every(isHashed),
    20_000,
  );
}

function isHashed(session: string): boolean {
  return manifestOf(session).trials.every(({ segments }) =>
    segments.every(({ modules: all }) =>
      Object.values(all).every(({ files }) => files.every(({ sha256 }) => sha256 !== null)),
    ),
  );
}

/** Every file of every module is in the manifest once, with unbroken rows, and the manifest names no others. */
function expectWholeFiles(rig: StoryRig): void {
  for (const session of sessions(rig.recordings)) {
    const manifest = manifestOf(session);
    const named = manifest.trials.flatMap(({ segments }) =>
      segments.flatMap(({ modules: all }) => Object.values(all).flatMap(({ files }) => files)),
    );
    const paths = named.map(({ path }) => `${session}/${path}`);
    expect(new Set(paths).size).toBe(paths.length);
    const onDisk = names.flatMap((name) => filesOf(session, name));
    // A start that died with its daemon before the go may leave files in which nothing was recorded.
    const unknown = onDisk.filter((path) => !paths.includes(path) && rowsIn(path).length > 0);
    expect(unknown, `not in the manifest: ${unknown.join()}`).toEqual([]);
    for (const path of onDisk) expect(rowsIn(path)).toEqual(unbroken(rowsIn(path)));
    for (const trial of manifest.trials)
      expect(trial.stoppedAt, JSON.stringify(trial)).not.toBeNull();
    for (const gap of manifest.gaps) expect(gap.to, JSON.stringify(gap)).not.toBeNull();
    expect(manifest.session.endedAt).not.toBeNull();
  }
}

type Verified = {
  files: { path: string; sha256: string; verdict: string }[];
  extra: string[];
};

/** What is not in order. A module that was killed before its first row leaves a file that is empty, and is said to be. */
function faultsIn(said: string): readonly string[] {
  const { files, extra }: Verified = JSON.parse(said);
  const wrong = files.filter(({ sha256, verdict }) => sha256 !== 'ok' || verdict === 'bad');
  return [...wrong.map(({ path }) => path), ...extra];
}
