import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { framesIn, type Row, rowsIn } from '../modules/video.ts';
import { until } from '../support/until.ts';
import { cutPower } from './support/other-boot.ts';
import { filesOf, manifestOf, theSession } from './support/recorded.ts';
import type { StoryRig } from './support/rig.ts';
import { story } from './support/story.ts';

const rate = 20;
const picture = { source: 'test', width: 160, height: 120, rate, gop: 0.5 };
const film = ['-re', '-f', 'lavfi', '-i', `testsrc2=size=160x120:rate=${rate}`, '-g', '5'];
const names = ['cam', 'film', 'host'];
const modules = {
  cam: { use: 'camera', options: picture },
  film: {
    use: 'command',
    options: {
      run: ['ffmpeg', '-hide_banner', '-nostdin', '-n', ...film, '{dir}/{prefix}.ts'],
      progress: 'frame=\\s*(\\d+)',
    },
  },
  host: { use: 'system', options: { rate: 10 } },
};

story(
  'a camera, a program and the figures of the machine record on through kill -9 of the daemon, without a frame missing',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    await rig.wish('record.start');
    const pids = names.map((name) => rig.pidOf(name));
    const encoders = rig.processes().filter(({ command }) => command.includes('testsrc2'));
    expect(encoders.length).toBe(2);
    await recordsOn(rig);

    await rig.daemon.kill();
    await recordsOn(rig); // nobody watches
    await rig.start();
    await rig.until('all are adopted', (now) =>
      names.every((name) => now.modules[name]?.state === 'recording'),
    );
    expect(names.map((name) => rig.pidOf(name))).toEqual(pids);
    await recordsOn(rig);
    await rig.wish('record.stop');

    const session = theSession(rig.recordings);
    const [rows = [], more] = videosOf(session);
    expect(more).toBeUndefined();
    expectUnbroken(rows);
    const [program = ''] = filesOf(session, 'film');
    expect(framesIn(program).length).toBeGreaterThan(rate);
    const [trial] = manifestOf(session).trials;
    expect(trial).toMatchObject({ outcome: 'complete', segments: [{ number: 1 }] });
    const cam = trial?.segments[0]?.modules['cam'];
    expect(BigInt(cam?.firstSampleMonoNs ?? 0)).toBe(rows[0]?.monoNs);
    expect(manifestOf(session).gaps).toEqual([]);
    expect((await rig.run('sessions', 'verify')).code).toBe(0);
    await until('encoders are gone', () =>
      rig.processes().every(({ pid }) => encoders.every((one) => one.pid !== pid)),
    );
  },
);

story(
  'a camera module that is killed records on in a new file, and the power cut after it costs no file that was written',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules: { cam: modules.cam } });
    await rig.startUp();
    await rig.wish('record.start');
    await recordsOn(rig);
    process.kill(rig.pidOf('cam'), 'SIGKILL');
    await rig.until(
      'it records again',
      ({ modules: { cam } }) => cam?.restarts === 1 && cam.state === 'recording',
    );
    const session = theSession(rig.recordings);
    await until('frames in the second file', () => {
      const second = filesOf(session, 'cam').find((file) => file.endsWith('s002.csv'));
      return second !== undefined && rowsIn(second).length > rate;
    });
    await cutPower(rig);
    for (const rows of videosOf(session)) expectUnbroken(rows);

    await rig.startUp();
    await rig.until(
      'it records after the power cut',
      ({ modules: { cam } }) => cam?.state === 'recording',
    );
    await rig.wish('record.stop');
    const reasons = manifestOf(session).trials[0]?.segments.map(({ reason }) => reason);
    expect(reasons).toEqual(['start', 'module-crash', 'power-loss']);
    expect(manifestOf(session).gaps.map(({ module }) => module)).toContain('cam');
    expect(videosOf(session).length).toBe(3);
  },
);

/** Waits until each module has a second more on the disk than now. */
async function recordsOn(rig: StoryRig): Promise<void> {
  const session = theSession(rig.recordings);
  const linesOf = (module: string) =>
    filesOf(session, module)
      .filter((file) => file.endsWith('.csv'))
      .map((file) => readFileSync(file, 'utf8').split('\n').length)
      .at(-1) ?? 0;
  const recorded = ['cam', 'host'].filter((name) => existsSync(`${session}/${name}`));
  const before = recorded.map(linesOf);
  await until('a second more of each', () =>
    recorded.every((name, index) => linesOf(name) > (before[index] ?? 0) + 10),
  );
}

/** The rows of each video of the camera, in order, checked against the frames of that video. */
function videosOf(session: string): Row[][] {
  const videos = filesOf(session, 'cam').filter((file) => file.endsWith('.ts'));
  return videos.map((video) => {
    const rows = rowsIn(video.replace('.ts', '.csv'));
    // What was killed may have written a frame whose row it did not come to.
    expect([rows.length, rows.length + 1]).toContain(framesIn(video).length);
    return rows;
  });
}

function expectUnbroken(rows: readonly Row[]): void {
  expect(rows.length).toBeGreaterThan(rate / 2);
  for (const [index, { frame, ptsS }] of rows.entries()) {
    const before = rows[index - 1];
    if (before === undefined) continue;
    expect(frame).toBe(before.frame + 1);
    expect(Math.abs(ptsS - before.ptsS - 1 / rate)).toBeLessThan(0.001);
  }
}
