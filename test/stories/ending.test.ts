import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { StatusFile } from '../../src/protocol/snapshot.ts';
import { until } from '../support/until.ts';
import { manifestOf, rowsOf, theSession, unbroken } from './support/recorded.ts';
import type { StoryRig } from './support/rig.ts';
import { story } from './support/story.ts';

const modules = {
  cam: { use: 'demo-sensor', options: { rate: 50 } },
  mic: { use: 'demo-sensor', options: { rate: 50, slowFinalize: 600 } },
};

story.concurrent(
  'SIGTERM hands over: modules record on, and the next daemon goes on as if nothing had been',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    const first = await rig.startUp();
    await rig.wish('record.start');
    const [cam, mic] = [rig.pidOf('cam'), rig.pidOf('mic')];
    first.signal('SIGTERM');
    expect(await first.ended).toEqual({ code: 0, signal: null });

    expect([rig.pidOf('cam'), rig.pidOf('mic')]).toEqual([cam, mic]);
    expect(status(rig)).toMatchObject({ stopped: true });
    expect(status(rig)).not.toHaveProperty('stoppedBy');
    expect(existsSync(join(rig.stateDir, 'running_modules.json'))).toBe(true);
    const session = theSession(rig.recordings);
    const rows = rowsOf(session, 'cam').length;
    await until('cam records on', () => rowsOf(session, 'cam').length > rows + 10);

    await rig.start();
    expect(rig.me.now().rig).toMatchObject({
      state: 'recording',
      trial: { number: 1, segment: 1 },
    });
    expect(rig.me.module('cam')).toMatchObject({
      pid: cam,
      run: 1,
      restarts: 0,
      state: 'recording',
    });
    await rig.wish('record.stop');
    for (const module of ['cam', 'mic']) {
      const recorded = rowsOf(session, module);
      expect(recorded).toEqual(unbroken(recorded));
    }
    const manifest = manifestOf(session);
    expect(manifest.gaps).toEqual([]);
    expect(manifest.trials).toMatchObject([{ outcome: 'complete', segments: [{ number: 1 }] }]);
  },
);

story.concurrent(
  'SIGINT is the controlled stop: files are finished, nothing runs, nothing is to be recovered',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    const daemon = await rig.startUp();
    await rig.wish('record.start');
    process.kill(rig.pidOf('cam'), 'SIGKILL');
    await rig.until(
      'cam records again',
      ({ modules: { cam } }) => cam?.restarts === 1 && cam.state === 'recording',
    );
    daemon.signal('SIGINT');

    expect(await daemon.ended).toEqual({ code: 0, signal: null });
    await expectDown(rig);
    expect(manifestOf(theSession(rig.recordings)).trials).toMatchObject([{ outcome: 'partial' }]);

    await rig.start();
    await rig.until('cam is back', ({ modules: { cam } }) => cam?.state === 'idle');
    // What was counted before was of another day.
    expect(rig.me.module('cam')).toMatchObject({ run: 3, restarts: 0 });
  },
);

story.concurrent(
  'a second SIGINT hands over what the first one has not stopped yet',
  async ({ makeRig }) => {
    const stubborn = { use: 'demo-sensor', options: { rate: 50, slowFinalize: 60_000 } };
    const rig = await makeRig({ modules: { cam: stubborn } });
    const daemon = await rig.startUp();
    await rig.wish('record.start');
    const cam = rig.pidOf('cam');
    daemon.signal('SIGINT');
    await rig.until(
      'cam finishes its files',
      ({ modules: { cam: it } }) => it?.phase === 'finalizing',
    );
    daemon.signal('SIGINT');

    expect((await daemon.ended).code).toBe(0);
    expect(rig.pidOf('cam')).toBe(cam);
    await rig.start();
    expect(rig.me.module('cam')).toMatchObject({ pid: cam, phase: 'finalizing' });
  },
);

story.concurrent(
  'down asks before it stops a recording, says who is waited for, and leaves nothing behind',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    expect((await rig.run('up')).code).toBe(0);
    expect((await rig.run('record', 'start')).code).toBe(0);
    const refused = await rig.run('down');
    expect(refused.code).toBe(5);
    expect(refused.stderr).toContain('--yes');
    expect((await rig.run('is', 'recording')).code).toBe(0);

    const down = await rig.run('down', '--yes');
    expect(down, down.stderr).toMatchObject({ code: 0 });
    await expectDown(rig);
    expect((await rig.run('status')).code).toBe(3);
    expect((await rig.run('is', 'up')).code).toBe(8);
    const entries = journal(rig).filter(({ name }) => name === 'shutdown');
    expect(entries).toHaveLength(1);
  },
);

async function expectDown(rig: StoryRig) {
  await until('everything has ended', () => rig.processes().length === 0);
  expect(existsSync(join(rig.stateDir, 'running_modules.json'))).toBe(false);
  expect(existsSync(join(rig.stateDir, 'running_modules.json.previous'))).toBe(false);
  const { stopped, stoppedBy, modules: all } = status(rig);
  expect(stopped).toBe(true);
  expect(stoppedBy).not.toBeUndefined();
  for (const { pid, state } of Object.values(all)) expect([pid, state]).toEqual([null, 'disabled']);
  expect(manifestOf(theSession(rig.recordings)).session.endedAt).not.toBeNull();
}

function status(rig: StoryRig): StatusFile {
  return JSON.parse(readFileSync(join(rig.runDir, 'status.json'), 'utf8'));
}

function journal(rig: StoryRig): { readonly name?: string }[] {
  const text = readFileSync(join(rig.stateDir, 'journal/000001.ndjson'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
