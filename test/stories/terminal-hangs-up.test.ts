import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import { expect } from 'vitest';
import { until } from '../support/until.ts';
import { storyEnvironment } from './support/daemon-process.ts';
import { rowsOf, theSession, unbroken } from './support/recorded.ts';
import { story } from './support/story.ts';

story(
  'the terminal that ran `rigdeck up` hangs up, and the recording goes on',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules: { cam: { use: 'demo-sensor', options: { rate: 50 } } } });
    const shell = spawn('sh', [], { cwd: rig.folder, env: storyEnvironment(rig.where) });
    const gone = new Promise((resolve) => shell.onExit(resolve));
    const node = `'${process.execPath}' '${rig.where.program}'`;
    shell.write(`${node} up && ${node} record start\n`);
    await rig.attach(30_000);
    await rig.until(
      'the rig records',
      ({ modules }) => modules['cam']?.health === 'ok' && modules['cam'].state === 'recording',
    );
    const cam = rig.pidOf('cam');
    const daemon = rig.processes().find(({ kind }) => kind === 'daemon');

    shell.kill('SIGHUP'); // and the kernel tells everybody of that session, as when sshd goes away
    await gone;
    const rows = rowsOf(theSession(rig.recordings), 'cam').length;
    await until(
      'cam records on',
      () => rowsOf(theSession(rig.recordings), 'cam').length > rows + 20,
    );
    expect(rig.pidOf('cam')).toBe(cam);
    expect(rig.processes().find(({ kind }) => kind === 'daemon')?.pid).toBe(daemon?.pid);
    expect(rig.me.now().rig).toMatchObject({ status: 'recording', state: 'recording' });
    await rig.wish('record.stop');
    const all = rowsOf(theSession(rig.recordings), 'cam');
    expect(all).toEqual(unbroken(all));
  },
);

story(
  'a daemon in the foreground of a terminal that hangs up serves on and stops in order',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules: { cam: { use: 'demo-sensor' } } });
    const shell = spawn('sh', [], { cwd: rig.folder, env: storyEnvironment(rig.where) });
    const gone = new Promise((resolve) => shell.onExit(resolve));
    shell.write(`'${process.execPath}' '${rig.where.program}' daemon\n`);
    await rig.attach(30_000);
    await rig.until('cam is ready', ({ modules }) => modules['cam']?.state === 'idle');

    shell.kill('SIGKILL'); // the kernel hangs up the terminal under the daemon, and whoever writes to it gets EIO
    await gone;
    await rig.wish('record.start');
    await rig.wish('record.stop');
    await rig.me.insist({ kind: 'daemon.stop' });
    await until('nothing runs any more', () => rig.processes().length === 0);
    const status = JSON.parse(readFileSync(join(rig.runDir, 'status.json'), 'utf8'));
    expect(status.stopped).toBe(true);
  },
);
