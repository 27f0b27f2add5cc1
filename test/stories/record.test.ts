import { expect } from 'vitest';
import { filesOf, manifestOf, rowsOf, theSession, unbroken } from './support/recorded.ts';
import { story } from './support/story.ts';

story('somebody brings a rig up, records, and brings it down', async ({ makeRig }) => {
  const rig = await makeRig({
    modules: { cam: { use: 'demo-sensor' }, mic: { use: 'demo-sensor' } },
  });

  const up = await rig.run('up');
  expect(up, up.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('2 of 2') });
  const began = await rig.run('record', 'start', '--label', 'dawn');
  expect(began.stdout).toBe('recording: trial 1 "dawn" in session 0001\n');
  expect((await rig.run('mark', 'a bird')).code).toBe(0);
  expect((await rig.run('is', 'recording')).code).toBe(0);
  const during = await rig.run('sessions', 'verify');
  expect(during.stdout).toMatch(/trial 1 is open: it is being recorded$/m);
  expect((await rig.run('record', 'stop')).code).toBe(5); // nobody can be asked
  expect((await rig.run('record', 'stop', '--yes')).stdout).toContain('stopped: trial 1');
  expect((await rig.run('down')).stdout).toBe('story is down\n');

  expect(rig.processes()).toEqual([]);
  const session = theSession(rig.recordings);
  const manifest = manifestOf(session);
  expect(manifest.session.endedAt).not.toBeNull();
  expect(manifest.trials).toMatchObject([{ number: 1, label: 'dawn', outcome: 'complete' }]);
  expect(manifest.markers).toMatchObject([{ text: 'a bird', trial: 1 }]);
  for (const module of ['cam', 'mic']) {
    expect(filesOf(session, module)).toHaveLength(1);
    const rows = rowsOf(session, module);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows).toEqual(unbroken(rows));
  }
  const verified = await rig.run('sessions', 'verify');
  expect(verified, verified.stdout + verified.stderr).toMatchObject({ code: 0 });
});
