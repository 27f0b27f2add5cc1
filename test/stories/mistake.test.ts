import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { manifestOf, theSession } from './support/recorded.ts';
import { story } from './support/story.ts';

/** What a mistake in the daemon looks like from outside: nobody has caught it. */
const mistakeOnSignal = `data:text/javascript,${encodeURIComponent(
  "process.on('SIGUSR2', () => { throw new Error('planted'); });",
)}`;

story.concurrent(
  'a mistake inside the daemon ends it with a dump; the module records on, and the next daemon adopts it',
  async ({ makeRig, expect }) => {
    const modules = { sensor: { use: 'demo-sensor', options: { rate: 50 } } };
    const env = { NODE_OPTIONS: `--import=${mistakeOnSignal}` };
    const rig = await makeRig({ modules, env });
    const daemon = await rig.startUp();
    await rig.wish('record.start');
    const recorder = rig.pidOf('sensor');
    daemon.signal('SIGUSR2');
    expect(await daemon.ended).toEqual({ code: 1, signal: null });
    expect(daemon.said()).toContain('a mistake of ours, please report it: Error: planted');
    const folder = join(rig.stateDir, 'journal');
    const dump = readdirSync(folder).find((name) => name.startsWith('dump-')) ?? 'no dump';
    expect(JSON.parse(readFileSync(join(folder, dump), 'utf8'))).toMatchObject({
      why: expect.stringContaining('planted'),
    });
    await rig.startUp();
    expect(rig.pidOf('sensor')).toBe(recorder);
    await rig.wish('record.stop');
    expect(manifestOf(theSession(rig.recordings)).trials).toMatchObject([{ outcome: 'complete' }]);
  },
);
