import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { until } from '../support/until.ts';
import { FakeClock, noFakeClock } from './support/fake-clock.ts';
import { manifestOf, rowsOf, sessions, theSession, unbroken } from './support/recorded.ts';
import { story } from './support/story.ts';

/** Looks are five seconds apart, and a busy machine takes its time. */
const patienceMs = 180_000;
const sensor = { use: 'demo-sensor', options: { rate: 50 } };
const hourMs = 3_600_000;

function fakeClock(): FakeClock {
  const clock = new FakeClock();
  onTestFinished(() => clock.remove());
  return clock;
}

/** Everything in a folder, by its content. */
function contents(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => `${path} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`)
    .sort();
}

story(
  'a clock that steps while the rig records is in session.json and in the journal, and moves nothing',
  async ({ makeRig, skip, expect }) => {
    skip(noFakeClock !== null, noFakeClock ?? '');
    const clock = fakeClock();
    const rig = await makeRig({ modules: { cam: sensor }, env: clock.env });
    await rig.startUp();
    await rig.wish('record.start');
    const session = theSession(rig.recordings);
    const steps = () => manifestOf(session).clock.steps;
    clock.set('+3600s');
    await until('the step forward is written', () => steps().length === 1);
    clock.set('-3600s');
    await until('the step back is written', () => steps().length === 2);
    const isSet = ({ code }: { code: string }) => code === 'clock-stepped';
    const shown = await rig.until('both are shown', ({ rig: { problems } }) =>
      problems.some((problem) => isSet(problem) && problem.count === 2),
    );
    expect(shown.rig.problems.find(isSet)?.message).toMatch(/^The clock went back by .* trial 1/);
    await rig.wish('record.stop');

    const [forward, back] = steps();
    expect(Math.abs((forward?.byMs ?? 0) - hourMs)).toBeLessThan(30_000);
    expect(Math.abs((back?.byMs ?? 0) + 2 * hourMs)).toBeLessThan(30_000);
    expect(back?.monoMs).toBeGreaterThan(forward?.monoMs ?? Number.NaN);
    expect((await rig.run('history')).stdout).toMatch(/the clock went forward by (1 h|59 min)/);
    expect(theSession(rig.recordings)).toBe(session);
    expect(rowsOf(session, 'cam')).toEqual(unbroken(rowsOf(session, 'cam')));
    expect(manifestOf(session).trials).toMatchObject([{ number: 1, outcome: 'complete' }]);
  },
  patienceMs,
);

story(
  'a clock that is back in the seventies between two sessions overwrites nothing, and the session gets its true start when time arrives',
  async ({ makeRig, skip, expect }) => {
    skip(noFakeClock !== null, noFakeClock ?? '');
    const clock = fakeClock();
    const rig = await makeRig({ modules: { cam: sensor }, env: clock.env });
    await rig.startUp();
    await rig.wish('record.start');
    await rig.wish('record.stop');
    await rig.wish('session.end');
    await rig.run('down');
    const first = theSession(rig.recordings);
    const before = contents(first);

    clock.set('-20000d');
    await rig.startUp();
    await rig.wish('record.start');
    const [, second = ''] = sessions(rig.recordings);
    expect(basename(second)).toBe('0002_unsynced_rec');
    expect(manifestOf(second).session.startedAt).toMatch(/^197/);
    clock.set('+0');
    await until('time has arrived', () => manifestOf(second).clock.steps.length === 1);
    await rig.wish('record.stop');
    await rig.wish('session.end');

    const { session, trials } = manifestOf(second);
    const sinceMs = Date.now() - Date.parse(session.startedAt);
    expect(sinceMs).toBeGreaterThan(0);
    expect(sinceMs).toBeLessThan(120_000);
    expect(Date.parse(trials[0]?.startedAt ?? '')).toBeGreaterThanOrEqual(
      Date.parse(session.startedAt),
    );
    expect(Date.parse(trials[0]?.stoppedAt ?? '')).toBeGreaterThan(Date.parse(session.startedAt));
    expect(rowsOf(second, 'cam')).toEqual(unbroken(rowsOf(second, 'cam')));
    expect(contents(first)).toEqual(before);
    await rig.wish('record.start');
    expect(sessions(rig.recordings).map((path) => basename(path).slice(0, 4))).toEqual([
      '0001',
      '0002',
      '0003',
    ]);
    await rig.wish('record.stop');
  },
  patienceMs,
);

story(
  'a clock that becomes right while no daemon watches is seen by the next one, and the trial that goes on gets its true start',
  async ({ makeRig, skip, expect }) => {
    skip(noFakeClock !== null, noFakeClock ?? '');
    const clock = fakeClock();
    clock.set('-20000d');
    const rig = await makeRig({ modules: { cam: sensor }, env: clock.env });
    await rig.startUp();
    await rig.wish('record.start');
    const session = theSession(rig.recordings);
    await until('the manifest knows the machine', () => 'bootId' in manifestOf(session).host);
    await rig.daemon.kill();
    clock.set('+0');
    await rig.startUp();
    await until('the step is written', () => manifestOf(session).clock.steps.length === 1);
    await rig.wish('record.stop');
    const manifest = manifestOf(session);
    expect(Date.now() - Date.parse(manifest.session.startedAt)).toBeLessThan(120_000);
    expect(Date.now() - Date.parse(manifest.trials[0]?.startedAt ?? '')).toBeLessThan(120_000);
    expect(rowsOf(session, 'cam')).toEqual(unbroken(rowsOf(session, 'cam')));
  },
  patienceMs,
);
