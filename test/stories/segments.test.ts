import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExpectStatic } from 'vitest';
import type { Manifest } from '../../src/protocol/manifest.ts';
import { until } from '../support/until.ts';
import { filesOf, manifestOf, rowsIn, rowsOf, theSession, unbroken } from './support/recorded.ts';
import type { StoryRig } from './support/rig.ts';
import { story } from './support/story.ts';

const sdk = new URL('../../modules/sdk/python', import.meta.url).pathname;
const quick = { evidenceTimeout: '3s' };
const sensor = { use: 'demo-sensor', options: { rate: 50 }, ...quick };
const python = `
import rigdeck
count = 0
def record(take):
    global count
    rows = take.open("csv", "n,monoNs,value\\n")
    for now in take.samples(hz=50):
        count += 1
        rows.write(f"{count},{now},0.000000\\n")
rigdeck.run(record, version="1", can=["arm", "pause", "mark", "split"])
`;

/** Waits until so many segments have begun and everybody is in the newest. */
async function reaches(rig: StoryRig, segment: number): Promise<void> {
  await rig.until(
    `segment ${segment}`,
    ({ rig: { trial }, modules }) =>
      (trial?.segment ?? 0) >= segment &&
      Object.values(modules).every(({ phase }) => phase !== 'splitting'),
    30_000,
  );
}

story.concurrent(
  'recordings go on in a new file every six seconds, and kill -9 of the daemon and a pause between cost no row',
  { timeout: 120_000 },
  async ({ makeRig, expect }) => {
    const snake = { command: ['python3', './snake.py'], env: { PYTHONPATH: sdk }, ...quick };
    const rig = await makeRig({ modules: { cam: sensor, snake }, rig: { segment: '6s' } });
    writeFileSync(join(rig.folder, 'snake.py'), python);
    await rig.startUp();
    await rig.wish('record.start');
    await reaches(rig, 2);
    // In the midst of a split: modules are told half a second before it.
    await rig.until('a split', ({ modules: { cam } }) => cam?.phase === 'splitting', 20_000);
    await rig.daemon.kill();
    await rig.start();
    const adopted = rig.me.now().rig.trial?.segment ?? 0;
    await reaches(rig, adopted + 2);
    await rig.wish('record.pause');
    const paused = rig.me.now().rig.trial?.segment ?? 0;
    await rig.wish('record.resume');
    await reaches(rig, paused + 1);
    const session = theSession(rig.recordings);
    await until('checksums of past segments, while it records', () =>
      manifestOf(session)
        .trials[0]?.segments.slice(0, 2)
        .every((one) => filesIn(one).every(({ sha256 }) => sha256 !== null)),
    );
    expect(rig.me.now().rig).toMatchObject({ status: 'recording', problems: [] });
    await rig.wish('record.stop');
    for (const name of ['cam', 'snake']) {
      const rows = rowsOf(session, name);
      expect(rows.length).toBeGreaterThan(200);
      expect(rows).toEqual(unbroken(rows));
      expect(filesOf(session, name).every((file) => rowsIn(file).length > 0)).toBe(true);
    }
    expectSegments(manifestOf(session), expect);
    expect((await rig.run('sessions', 'verify')).code).toBe(0);
  },
);

function filesIn(segment: Manifest['trials'][number]['segments'][number]) {
  return Object.values(segment.modules).flatMap(({ files }) => files);
}

/** Numbers are the same for all and rise, every module has one file in each segment, and nothing is missing but the pause. */
function expectSegments({ trials, gaps }: Manifest, expect: ExpectStatic): void {
  const [trial] = trials;
  const segments = trial?.segments ?? [];
  const numbers = segments.map(({ number }) => number);
  expect(trial?.outcome).toBe('complete');
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  expect(segments.map(({ reason }) => reason)).toEqual([
    'start',
    ...segments.slice(1).map(() => 'length'),
  ]);
  // The daemon was killed in the midst of one: whoever had not been told goes on with the next.
  const whole = segments.filter(({ modules }) => Object.keys(modules).length === 2);
  expect(whole.length).toBeGreaterThanOrEqual(segments.length - 1);
  for (const segment of segments) {
    const files = filesIn(segment);
    expect(files.length).toBe(Object.keys(segment.modules).length);
    expect(files.every(({ verdict }) => verdict === 'ok')).toBe(true);
  }
  expect(gaps.filter(({ module }) => module !== null)).toEqual([]);
}

story.concurrent(
  'with segmentWithGap an ordinary program begins a new file, and the gap is written down',
  { timeout: 60_000 },
  async ({ makeRig, expect }) => {
    const ticks = 'while :; do echo row; sleep 0.1; done >"$0"';
    const plain = {
      protocol: 'none',
      record: { command: ['sh', '-c', ticks, '{dir}/{prefix}.txt'], stopSignal: 'SIGTERM' },
      ...quick,
    };
    const rig = await makeRig({
      modules: { cam: sensor, plain },
      rig: { segment: '6s', segmentWithGap: true },
    });
    await rig.startUp();
    await rig.wish('record.start');
    await reaches(rig, 2);
    await rig.until(
      'both record in it',
      ({ modules }) => Object.values(modules).every(({ health }) => health === 'ok'),
      20_000,
    );
    await rig.wish('record.stop');
    const { trials, gaps } = manifestOf(theSession(rig.recordings));
    const [, second] = trials[0]?.segments ?? [];
    expect(second).toMatchObject({ number: 2, reason: 'length' });
    expect(Object.keys(second?.modules ?? {}).sort()).toEqual(['cam', 'plain']);
    expect(gaps[0]).toMatchObject({ module: 'plain', cause: expect.stringContaining('new file') });
    expect(gaps.filter(({ module }) => module === 'cam')).toEqual([]);
    expect(trials[0]?.outcome).toBe('complete');
  },
);
