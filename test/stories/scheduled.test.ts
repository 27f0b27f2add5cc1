import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/until.ts';
import { cutPower } from './support/other-boot.ts';
import { manifestOf, theSession } from './support/recorded.ts';
import type { StoryRig } from './support/rig.ts';
import { story } from './support/story.ts';

const sensor = { use: 'demo-sensor', options: { rate: 50 } };
const modules = { cam: sensor, mic: sensor };

const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();

/** What the next daemon will find in the state dir, as soon as it is there. */
async function isSaved(rig: StoryRig, words: string): Promise<void> {
  const file = join(rig.stateDir, 'running_modules.json');
  await until(
    `${words} is saved`,
    () => existsSync(file) && readFileSync(file, 'utf8').includes(words),
  );
}

async function records(rig: StoryRig) {
  const now = await rig.until('it records', ({ rig: { state } }) => state === 'recording', 30_000);
  return now.rig.trial;
}

story.concurrent(
  'a start that is set for later outlives a hand-over and a kill',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules });
    const first = await rig.startUp();
    const at = inMs(3_600_000);
    await rig.me.insist({ kind: 'record.start', at, label: 'dawn' });
    first.signal('SIGTERM');
    await first.ended;
    const second = await rig.start();
    expect(rig.me.now().rig.scheduled).toEqual({ at, label: 'dawn' });
    await second.kill();
    await rig.start();
    expect(rig.me.now().rig).toMatchObject({ state: 'idle', scheduled: { at, label: 'dawn' } });
  },
);

story.concurrent(
  'a start that its daemon did not live to see goes at its time, and never before',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    const at = inMs(8_000);
    await rig.me.insist({ kind: 'record.start', at, label: 'dawn' });
    await rig.daemon.kill();
    await rig.start();
    const trial = await records(rig);
    expect(trial?.label).toBe('dawn');
    // Two clocks that are read one after the other differ by as long as a busy machine lets that take.
    const earlyMs = Date.parse(at) - Date.parse(trial?.startedAt ?? '');
    expect(earlyMs).toBeLessThan(200);
    expect(rig.me.now().rig.scheduled).toBeNull();
  },
);

story.concurrent(
  'a start whose time went by while no daemon lived goes at once',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    const at = inMs(4_000);
    await rig.me.insist({ kind: 'record.start', at, label: 'dawn' });
    await rig.daemon.kill();
    await until('its time went by', () => Date.now() > Date.parse(at));
    await rig.start();
    expect((await records(rig))?.label).toBe('dawn');
  },
);

story.concurrent(
  'a start that waits for the end of a trial outlives a killed daemon',
  async ({ makeRig, expect }) => {
    const slow = { use: 'demo-sensor', options: { rate: 50, slowFinalize: 2_000 } };
    const rig = await makeRig({ modules: { slow }, rig: { autostart: 'never' } });
    await rig.startUp();
    await rig.wish('record.start', { label: 'first' });
    await rig.me.insist({ kind: 'record.stop' });
    await rig.me.insist({ kind: 'record.start', label: 'second' });
    await rig.daemon.kill();
    await rig.start();
    const now = await rig.until('the second is recorded', ({ rig: { state, trial } }) => {
      return state === 'recording' && trial?.number === 2;
    });
    expect(now.rig.trial?.label).toBe('second');
    await rig.wish('record.stop');
    const { trials } = manifestOf(theSession(rig.recordings));
    expect(trials).toMatchObject([{ label: 'first', outcome: 'complete' }, { label: 'second' }]);
  },
);

story.concurrent(
  'a power cut takes no start that is set for later, unless autostart is never',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    const at = inMs(3_600_000);
    await rig.me.insist({ kind: 'record.start', at });
    await isSaved(rig, at);
    await cutPower(rig);
    await rig.startUp();
    expect(rig.me.now().rig).toMatchObject({ state: 'idle', scheduled: { at } });
    await cutPower(rig);

    rig.configure({ modules, rig: { autostart: 'never' } });
    await rig.startUp();
    expect(rig.me.now().rig).toMatchObject({ state: 'idle', scheduled: null });
    await rig.me.insist({ kind: 'record.start', inMs: 3_600_000 });
    const { scheduled } = rig.me.now().rig;
    await rig.daemon.kill();
    await rig.startUp();
    expect(rig.me.now().rig.scheduled).toEqual(scheduled);
  },
);
