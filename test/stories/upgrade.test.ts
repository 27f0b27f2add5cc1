import { cpSync, existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { until } from '../support/until.ts';
import { startDaemon } from './support/daemon-process.ts';
import { addUnknown, keptVersions, layOut, liveOn, raiseVersion } from './support/kept-rig.ts';
import { filesOf, manifestOf, rowsIn, sessions, unbroken } from './support/recorded.ts';
import type { StoryRig } from './support/rig.ts';
import { story } from './support/story.ts';
import { watchOver } from './support/watching.ts';

const newest = keptVersions.at(-1) ?? '';
const living = ['cam', 'mic', 'notes'];

for (const version of keptVersions) {
  story(
    `a rig whose daemon of version ${version} was killed while it recorded goes on as it was`,
    async ({ makeRig }) => {
      const rig = await makeRig({ modules: {} });
      layOut(rig, version);
      for (const module of living) await liveOn(rig, version, module, openFile(rig, module));
      const pids = living.map((module) => rig.pidOf(module));
      const bytes = () => living.map((module) => statSync(openFile(rig, module)).size);
      const before = bytes();
      const watching = watchOver(rig);
      onTestFinished(() => void watching.end());

      await rig.startUp();
      expect(living.map((module) => rig.pidOf(module))).toEqual(pids);
      const { rig: facts, modules } = rig.me.now();
      expect(facts).toMatchObject({ state: 'recording', desired: 'recording', problems: [] });
      expect(facts).toMatchObject({
        session: { id: '0002', name: 'during' },
        trial: { number: 2 },
      });
      for (const module of living) expect(modules[module]).toMatchObject({ state: 'recording' });
      // What people wished stands in no rig.yaml.
      expect(modules['mic']).toMatchObject({ desired: 'on' });
      expect(modules['gps']).toMatchObject({ desired: 'off', state: 'disabled' });
      expect(modules['cam']).toMatchObject({ run: 2, restarts: 1 });
      expect((await rig.run('history', '--lines', '500')).stdout).toContain(
        'marker in trial 2: still here',
      );

      await until('each goes on in its file', () =>
        bytes().every((size, index) => size > (before[index] ?? 0)),
      );
      await rig.wish('record.stop');
      await rig.wish('record.start', { label: 'after' });
      expect(rig.me.now().rig).toMatchObject({ session: { id: '0002' }, trial: { number: 3 } });
      await rig.wish('record.stop');
      await rig.wish('session.end');
      expect(watching.end().faults).toEqual([]);

      const [, session = ''] = sessions(rig.recordings);
      const { trials, gaps, markers } = manifestOf(session);
      expect(trials.map(({ outcome }) => outcome)).toEqual(['complete', 'complete', 'complete']);
      expect(trials.map(({ segments }) => segments.length)).toEqual([1, 1, 1]);
      expect(gaps).toEqual([]);
      expect(markers).toMatchObject([{ text: 'still here', trial: 2 }]);
      for (const module of ['cam', 'mic']) {
        const rows = rowsIn(filesOf(session, module)[1] ?? '');
        expect(rows.length).toBeGreaterThan(91);
        expect(rows).toEqual(unbroken(rows));
      }
    },
  );

  story(
    `what version ${version} recorded is listed, verified and recovered without a daemon`,
    async ({ makeRig }) => {
      const rig = await makeRig({ modules: {} });
      layOut(rig, version);
      const listed = await rig.run('sessions', 'list');
      expect(listed.stdout).toMatch(/^0001 .* before .* 1 trial, .* partial$/m);
      expect(listed.stdout).toMatch(/^0002 .* during .* 2 trials, .* open$/m);
      expect(await rig.run('sessions', 'verify', '1')).toMatchObject({ code: 0 });
      expect((await rig.run('sessions', 'recover', '2')).stdout).toContain('trial 2 was open');
      expect(await rig.run('sessions', 'verify', '2')).toMatchObject({ code: 0 });
    },
  );
}

story(
  'a rig that lost its power when another version ran records on with the wishes of then',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules: {} });
    layOut(rig, newest, 'c0ffee00-0000-4000-8000-000000000000');
    await rig.startUp();
    const { rig: facts, modules } = await rig.until('all of them record', (now) =>
      living.every((module) => now.modules[module]?.state === 'recording'),
    );
    expect(facts).toMatchObject({ session: { id: '0002' }, trial: { number: 2 } });
    expect(modules['gps']).toMatchObject({ desired: 'off', state: 'disabled' });
    expect(modules['cam']).toMatchObject({ run: 3 });
    await rig.wish('record.stop');
    const [, session = ''] = sessions(rig.recordings);
    expect(manifestOf(session).trials[1]?.segments[1]).toMatchObject({ reason: 'power-loss' });
  },
);

story('fields and lines that only a later Rigdeck knows are no harm', async ({ makeRig }) => {
  const rig = await makeRig({ modules: {} });
  layOut(rig, newest);
  addUnknown(rig);
  for (const module of living) await liveOn(rig, newest, module, openFile(rig, module));
  const pids = living.map((module) => rig.pidOf(module));
  expect((await rig.run('sessions', 'verify', '1')).code).toBe(0);
  expect((await rig.run('status', '--json')).stdout).toContain('"epoch"');
  await rig.startUp();
  expect(living.map((module) => rig.pidOf(module))).toEqual(pids);
  expect(rig.me.now().rig).toMatchObject({
    state: 'recording',
    trial: { number: 2 },
    problems: [],
  });
  expect(rig.me.module('mic')).toMatchObject({ desired: 'on', state: 'recording' });
  expect(rig.me.module('gps')).toMatchObject({ desired: 'off' });
  expect((await rig.run('history', '--lines', '500')).stdout).toContain('still here');
  await rig.wish('record.stop');
  await rig.wish('session.end');
  expect((await rig.run('sessions', 'verify', '2')).code).toBe(0);
});

story(
  'saved files of a later Rigdeck are told and kept aside, and no wish and no number is lost',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules: {} });
    layOut(rig, newest);
    const files = ['running_modules.json', 'runtime-state.json'].map((file) =>
      join(rig.stateDir, file),
    );
    for (const file of files) raiseVersion(`${file}.previous`);
    const texts = [join(rig.runDir, 'wishes.json'), ...files].map((file) => {
      return [file, raiseVersion(file)] as const;
    });
    for (const module of living) await liveOn(rig, newest, module, openFile(rig, module));

    await rig.startUp();
    const { rig: facts, modules } = rig.me.now();
    expect(facts).toMatchObject({
      state: 'recording',
      session: { id: '0002' },
      trial: { number: 2 },
    });
    expect(modules['mic']).toMatchObject({ desired: 'on', state: 'recording' });
    expect(modules['gps']).toMatchObject({ desired: 'off', state: 'disabled' });
    expect(modules['cam']).toMatchObject({ run: 2, restarts: 1 });
    const [problem] = facts.problems;
    expect(problem).toMatchObject({ code: 'damaged-file' });
    for (const [file, text] of texts) {
      expect(problem?.message).toContain(
        `${file}.damaged-1 (written by a later Rigdeck: format 2, this one knows 1)`,
      );
      expect(readFileSync(`${file}.damaged-1`, 'utf8')).toBe(text);
    }
    await rig.wish('record.stop');
    await rig.wish('record.start');
    expect(rig.me.now().rig).toMatchObject({ session: { id: '0002' }, trial: { number: 3 } });
  },
);

story(
  'a session of a later Rigdeck can be read, is gone on with on a copy, and is mended by nobody else',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules: {} });
    layOut(rig, newest);
    const [before = '', during = ''] = sessions(rig.recordings);
    const texts = [before, during].map((path) => raiseVersion(join(path, 'session.json')));
    const words = 'session.json was written by a later Rigdeck: format 2, this one knows 1';
    const listed = await rig.run('sessions', 'list');
    expect(listed.stdout).toMatch(
      new RegExp(`^0001 .* before .* 1 trial, .* partial · ${words}$`, 'm'),
    );
    expect((await rig.run('sessions', 'show', '1')).stdout).toContain(words);
    expect(await rig.run('sessions', 'verify', '1')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(words),
    });
    for (const id of ['1', '2']) {
      expect(await rig.run('sessions', 'recover', id)).toMatchObject({
        code: 5,
        stderr: expect.stringContaining('Recover it with the version that wrote it'),
      });
    }
    for (const module of living) await liveOn(rig, newest, module, openFile(rig, module));

    await rig.startUp();
    expect(rig.me.now().rig).toMatchObject({ state: 'recording', trial: { number: 2 } });
    expect(rig.me.now().rig.problems).toMatchObject([
      {
        code: 'damaged-file',
        message: expect.stringContaining('it was set aside as session.json.damaged-1'),
      },
    ]);
    await rig.wish('record.stop');
    await rig.wish('session.end');
    expect(manifestOf(during).trials.map(({ outcome }) => outcome)).toEqual([
      'complete',
      'complete',
    ]);
    expect(readFileSync(join(during, 'session.json.damaged-1'), 'utf8')).toBe(texts[1]);
    expect(readFileSync(join(before, 'session.json'), 'utf8')).toBe(texts[0]);
  },
);

story(
  'modules that a later Rigdeck left in a way that is not understood are named, ended in order and started anew, one at a time',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules: {} });
    layOut(rig, newest);
    for (const module of living) await liveOn(rig, newest, module, openFile(rig, module));
    const [cam, mic, notes] = living.map((module) => rig.pidOf(module));
    for (const module of ['cam', 'mic'])
      raiseVersion(join(rig.runDir, module, 'run.json'), 'layout');
    const watching = watchOver(rig);
    onTestFinished(() => void watching.end());

    await rig.start();
    await rig.until('all of them record', ({ modules }) =>
      living.every((module) => modules[module]?.state === 'recording'),
    );
    expect(rig.pidOf('notes')).toBe(notes);
    expect([cam, mic]).not.toContain(rig.pidOf('cam'));
    expect([cam, mic]).not.toContain(rig.pidOf('mic'));
    const problem = rig.me.now().rig.problems.find(({ code }) => code === 'run-folder');
    for (const module of ['cam', 'mic']) {
      expect(problem?.message).toContain(`${module} was left by another version of Rigdeck`);
      expect(problem?.message).toContain(`it was set aside as ${module}.damaged-1`);
    }
    await rig.wish('record.stop');
    expect(watching.end().faults).toEqual([]);
    const [, session = ''] = sessions(rig.recordings);
    const { trials, gaps } = manifestOf(session);
    expect(trials[1]).toMatchObject({ outcome: 'partial' });
    expect(new Set(gaps.map(({ module }) => module))).toEqual(new Set(['cam', 'mic']));
    for (const module of ['cam', 'mic']) {
      const [, before = '', after = ''] = filesOf(session, module);
      const rows = rowsIn(before);
      expect(rows).toEqual(unbroken(rows));
      expect(rows.length).toBeGreaterThan(90);
      expect(rowsIn(after).length).toBeGreaterThan(0);
    }
  },
);

story(
  'a module that speaks another version of the protocol is answered in words',
  async ({ makeRig }) => {
    const ready = `echo '{"v":2,"is":"ready","can":["arm"]}' >&3; exec sleep 1000`;
    const rig = await makeRig({ modules: { mic: { command: ['sh', '-c', ready] } } });
    await rig.startUp();
    expect(rig.me.module('mic')).toMatchObject({
      state: 'error',
      problem: {
        message: expect.stringContaining(
          'it speaks rigdeck/2, and this Rigdeck understands rigdeck/1',
        ),
        remedy: expect.stringContaining('Install a version of the module that speaks rigdeck/1'),
      },
    });
  },
);

story(
  'a daemon whose program is gone from the disk, as amid an update, goes on and runs its hooks',
  async ({ makeRig }) => {
    const modules = { cam: { use: 'demo-sensor', options: { rate: 20 } } };
    const hooks = [{ on: ['record.started'], run: ['touch', 'told'] }];
    const rig = await makeRig({ modules, hooks });
    const old = join(rig.where.program, '../..');
    const home = join(rig.folder, 'program');
    for (const part of ['dist', 'modules', 'package.json']) {
      cpSync(join(old, part), join(home, part), { recursive: true, dereference: true });
    }
    const daemon = startDaemon({ ...rig.where, program: join(home, 'dist/rigdeck.js') });
    await rig.attach();
    await rig.until('the camera is ready', ({ modules: { cam } }) => cam?.state === 'idle');
    // As npm does it: away with the old folder, then the new one comes into its place.
    renameSync(join(home, 'dist'), join(home, 'dist.old'));
    await rig.wish('record.start');
    await until('the hook was run', () => existsSync(join(dirname(rig.config), 'told')));
    expect(rig.me.now().rig.problems).toEqual([]);
    process.kill(rig.pidOf('cam'), 'SIGKILL');
    await rig.until('it cannot be started yet', ({ modules: { cam } }) =>
      cam?.problem?.message.includes('is not on the disk any more'),
    );
    renameSync(join(home, 'dist.old'), join(home, 'dist'));
    await rig.until('the camera records again', ({ modules: { cam } }) => {
      return cam?.state === 'recording';
    });
    const { run } = rig.me.module('cam');
    const pid = rig.pidOf('cam');

    daemon.signal('SIGTERM');
    expect(await daemon.ended).toMatchObject({ code: 0 });
    await rig.startUp();
    expect(rig.pidOf('cam')).toBe(pid);
    expect(rig.me.module('cam')).toMatchObject({ state: 'recording', run });
    await rig.wish('record.stop');
    expect((await rig.run('sessions', 'verify')).code).toBe(0);
  },
);

/** The file of the take that the kept rig was in. */
function openFile(rig: StoryRig, module: string): string {
  const [, session = ''] = sessions(rig.recordings);
  return filesOf(session, module).at(-1) ?? '';
}
