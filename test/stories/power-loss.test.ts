import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/until.ts';
import { cutPower } from './support/other-boot.ts';
import { filesOf, manifestOf, rowsOf, theSession, unbroken } from './support/recorded.ts';
import type { StoryRig } from './support/rig.ts';
import { story } from './support/story.ts';

const modules = {
  cam: { use: 'demo-sensor', options: { rate: 50 } },
  mic: { use: 'demo-sensor', options: { rate: 50 } },
};

story.concurrent(
  'after a power cut the recording goes on in a new segment, and the gap is written down',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    await rig.wish('record.start', { label: 'night' });
    const before = rig.me.now().rig.trial;
    await cutPower(rig, 'kept');

    await rig.start();
    const now = await rig.until('both record again', recording);
    expect(now.rig.trial).toMatchObject({ number: before?.number, label: 'night', segment: 2 });
    await rig.wish('record.stop');

    const session = theSession(rig.recordings);
    const manifest = manifestOf(session);
    expect(manifest.trials).toMatchObject([
      {
        number: 1,
        segments: [
          { number: 1, reason: 'start' },
          { number: 2, reason: 'power-loss' },
        ],
      },
    ]);
    expect(Object.keys(manifest.trials[0]?.segments[1]?.modules ?? {}).sort()).toEqual([
      'cam',
      'mic',
    ]);
    expect(manifest.gaps.map(({ module }) => module).sort()).toEqual(['cam', 'mic']);
    for (const gap of manifest.gaps) expect(gap.to).not.toBeNull();
    for (const name of ['cam', 'mic']) {
      const rows = rowsOf(session, name);
      const again = rows.lastIndexOf(1);
      expect(rows.slice(0, again)).toEqual(unbroken(rows.slice(0, again)));
      expect(rows.slice(again)).toEqual(unbroken(rows.slice(again)));
      expect(again).toBeGreaterThan(0);
    }
    expect((await rig.run('sessions', 'verify')).code).toBe(0);
  },
);

story.concurrent(
  'a power cut before any word of a trial was on its disk costs neither its label nor its start, and its files are its own',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    await rig.wish('session.start', { name: 'field' });
    const session = theSession(rig.recordings);
    const [manifest, events] = ['session.json', 'events.jsonl'].map((name) => join(session, name));
    if (manifest === undefined || events === undefined) throw new Error('there is no session');
    await until('its first word', () => existsSync(events) && readFileSync(events).length > 0);
    const before = [manifest, events].map((path) => readFileSync(path));
    await rig.wish('record.start', { label: 'night' });
    const begun = rig.me.now().rig.trial;
    await rig.until('rows of both', (state) =>
      Object.values(state.modules).every(({ evidence }) => (evidence.bytes ?? 0) > 200),
    );
    await cutPower(rig);
    for (const [index, path] of [manifest, events].entries()) {
      writeFileSync(path, before[index] ?? '');
    }

    await rig.start();
    const now = await rig.until('both record again', recording);
    expect(now.rig.trial).toMatchObject({ number: 1, label: 'night', segment: 2 });
    await rig.wish('record.stop');
    await rig.wish('session.end');
    const [trial, none] = manifestOf(session).trials;
    expect(none).toBeUndefined();
    const { label, startedAt, recovered } = trial ?? {};
    expect({ label, startedAt, recovered }).toEqual({
      label: 'night',
      startedAt: begun?.startedAt,
      recovered: true,
    });
    expect(trial?.segments.map(({ reason }) => reason)).toEqual(['start', 'power-loss']);
    for (const { number, modules: those } of trial?.segments ?? []) {
      expect(Object.keys(those).sort()).toEqual(['cam', 'mic']);
      const paths = Object.values(those).flatMap(({ files }) => files.map(({ path }) => path));
      for (const path of paths) expect(path).toContain(`_s00${number}.csv`);
    }
    const shown = await rig.run('sessions', 'show');
    expect(shown.stdout).toContain('recovered from its files');
    expect((await rig.run('sessions', 'verify')).code).toBe(0);
  },
);

story.concurrent(
  'after kill -9 and a power cut a session is recovered without a daemon, and not while one has it open',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    await rig.wish('record.start');
    const session = theSession(rig.recordings);
    const refused = await rig.run('sessions', 'recover');
    expect(refused).toMatchObject({ code: 5 });
    expect(refused.stderr).toContain('has this session open');
    await cutPower(rig);
    const [file = ''] = filesOf(session, 'cam');
    const whole = readFileSync(file, 'utf8');
    appendFileSync(file, '99,12');
    const dry = await rig.run('sessions', 'recover', '--dry-run');
    expect(dry.stdout).toContain('nothing was changed');
    expect(readFileSync(file, 'utf8')).toBe(`${whole}99,12`);
    const done = await rig.run('sessions', 'recover');
    expect(done.code).toBe(0);
    expect(done.stdout).toContain('closed as interrupted');
    expect(readFileSync(file, 'utf8')).toBe(whole);
    expect(readFileSync(`${file}.torn`, 'utf8')).toBe('99,12');
    expect(manifestOf(session).trials).toMatchObject([{ outcome: 'interrupted' }]);
    expect((await rig.run('sessions', 'verify')).code).toBe(0);
    expect((await rig.run('sessions', 'recover')).stdout).toContain('nothing to do');
    const [other = ''] = filesOf(session, 'mic');
    rmSync(other);
    const left = await rig.run('sessions', 'recover');
    expect(left.code).toBe(1);
    expect(left.stdout).toMatch(
      /NOT in order, and this cannot be mended:\n.*mic_s001.csv is missing/,
    );
    appendFileSync(file, '99,12');
    expect((await rig.run('sessions', 'recover')).code).toBe(7);
  },
);

story.concurrent(
  'with autostart never, a power cut ends the recording: the trial is closed as interrupted',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules, rig: { autostart: 'never' } });
    await rig.startUp();
    await rig.wish('record.start');
    await cutPower(rig);

    await rig.startUp();
    const now = await rig.until(
      'it is idle',
      ({ rig: { state, trial } }) => state === 'idle' && !trial,
    );
    expect(now.rig.desired).toBe('idle');
    const [trial] = manifestOf(theSession(rig.recordings)).trials;
    expect(trial).toMatchObject({ outcome: 'interrupted' });
    expect(trial?.stoppedAt).not.toBeNull();
    await rig.wish('record.start');
    expect(rig.me.now().rig.trial?.number).toBe(2);
  },
);

story.concurrent(
  'with autostart always, a rig that was idle records after every start',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules, rig: { autostart: 'always' } });
    await rig.start();
    await rig.until('both record', recording);
    await rig.wish('record.stop');
    await cutPower(rig);

    await rig.start();
    const now = await rig.until('both record', recording);
    expect(now.rig.trial?.number).toBe(2);
  },
);

story.concurrent(
  'with autostart resume, a rig that was idle stays idle, and one that was paused stays paused',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    await cutPower(rig);
    await rig.startUp();
    expect(rig.me.now().rig).toMatchObject({ state: 'idle', desired: 'idle' });

    await rig.wish('record.start');
    await rig.wish('record.pause');
    const wishes = join(rig.stateDir, 'running_modules.json');
    await until('the wish is saved', () => readFileSync(wishes, 'utf8').includes('"paused"'));
    await cutPower(rig);
    await rig.start();
    const paused = await rig.until('start-up', ({ rig: { startup } }) => startup === 'complete');
    expect(paused.rig).toMatchObject({ state: 'paused', desired: 'paused' });
    await rig.wish('record.resume');
    const now = await rig.until('both record', recording);
    expect(now.rig.trial).toMatchObject({ number: 1, segment: 2 });
  },
);

function recording({ modules: all, rig }: ReturnType<StoryRig['me']['now']>): boolean {
  const each = Object.values(all).every(
    ({ state, health }) => state === 'recording' && health === 'ok',
  );
  return rig.state === 'recording' && each;
}
