import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { until } from '../support/until.ts';
import { end } from './support/processes.ts';
import { filesOf, manifestOf, rowsOf, theSession, unbroken } from './support/recorded.ts';
import { story } from './support/story.ts';

const sensor = { use: 'demo-sensor', options: { rate: 50 } };

story.concurrent(
  'a module that dies while no daemon watches is known with signal and time, and records on with a gap',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules: { cam: sensor, mic: sensor } });
    await rig.startUp();
    await rig.wish('record.start');
    await rig.daemon.kill();

    const mic = rig.pidOf('mic');
    const diedAtMs = Date.now();
    process.kill(rig.pidOf('cam'), 'SIGSEGV');
    await until('cam has died', () => rig.copies('cam').length === 0);
    await rig.start();
    const back = await rig.until(
      'cam records again',
      ({ modules }) => modules['cam']?.state === 'recording' && modules['cam'].health === 'ok',
    );

    expect(back.modules['mic']).toMatchObject({ pid: mic, run: 1, state: 'recording' });
    const { run, lastProblem } = rig.me.module('cam');
    expect(run).toBe(2);
    expect(lastProblem).toMatchObject({ code: 'exited', exit: { code: null, signal: 'SIGSEGV' } });
    expect(Math.abs(Date.parse(lastProblem?.firstAt ?? '') - diedAtMs)).toBeLessThan(4_000);
    await rig.wish('record.stop');

    const manifest = manifestOf(theSession(rig.recordings));
    expect(manifest.trials).toHaveLength(1);
    expect(manifest.trials[0]?.segments).toMatchObject([
      { number: 1, reason: 'start' },
      { number: 2, reason: 'daemon-restart', modules: { cam: { files: [{ verdict: 'ok' }] } } },
    ]);
    expect(Object.keys(manifest.trials[0]?.segments[1]?.modules ?? {})).toEqual(['cam']);
    expect(manifest.gaps).toMatchObject([{ module: 'cam' }]);
    expect(Math.abs(Date.parse(manifest.gaps[0]?.from ?? '') - diedAtMs)).toBeLessThan(4_000);
    expect(filesOf(theSession(rig.recordings), 'mic')).toHaveLength(1);
    expect(rowsOf(theSession(rig.recordings), 'cam').length).toBeGreaterThan(0);
  },
);

story.concurrent(
  'a trial that was stopped is complete, though no daemon saw its modules finish',
  async ({ makeRig, expect }) => {
    const plain = {
      protocol: 'none',
      record: { command: ['sh', '-c', 'exec cat /dev/zero > {dir}/{prefix}.bin'] },
    };
    const slow = { use: 'demo-sensor', options: { rate: 50, slowFinalize: 500 } };
    const rig = await makeRig({ modules: { cam: slow, mic: sensor, plain } });
    await rig.startUp();
    await rig.wish('record.start');
    await rig.me.insist({ kind: 'record.stop' });
    await rig.daemon.kill();
    const status = join(rig.runDir, 'cam/status');
    await until('cam has finished', () => readFileSync(status, 'utf8').includes('"is":"idle"'));
    await until('plain has ended', () => rig.copies('plain').length === 0);
    await rig.start();
    await rig.until('the trial is over', ({ rig: { state, trial } }) => !trial && state === 'idle');

    const manifest = manifestOf(theSession(rig.recordings));
    expect(manifest.trials).toMatchObject([{ outcome: 'complete' }]);
    const files = manifest.trials[0]?.segments[0]?.modules ?? {};
    for (const name of ['cam', 'mic', 'plain']) {
      expect(files[name]?.files).toMatchObject([{ verdict: 'ok' }]);
    }
    expect(manifest.gaps).toEqual([]);
  },
);

story.concurrent(
  'a daemon that is killed just after a pause or a resume was wished leaves no pause untold, and none open',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules: { cam: sensor, mic: sensor } });
    await rig.startUp();
    await rig.wish('record.start');
    const session = theSession(rig.recordings);
    const wishes = join(rig.runDir, 'wishes.json');
    await rig.me.insist({ kind: 'record.pause' });
    await until('the wish is kept', () => readFileSync(wishes, 'utf8').includes('"paused"'));
    await rig.daemon.kill();
    await rig.start();
    await rig.until('both are paused', ({ rig: { status } }) => status === 'paused');
    const backAt = new Date().toISOString();
    await until('the pause is told', () => manifestOf(session).gaps.length > 0);
    expect(manifestOf(session).gaps).toMatchObject([{ module: null, cause: 'paused', to: null }]);
    expect((manifestOf(session).gaps[0]?.from ?? '') < backAt).toBe(true);

    const rows = rowsOf(session, 'cam').length;
    const mic = rig.pidOf('mic');
    process.kill(mic, 'SIGSTOP');
    await rig.me.insist({ kind: 'record.resume' });
    await until('cam records on', () => rowsOf(session, 'cam').length > rows + 5);
    await rig.daemon.kill();
    process.kill(mic, 'SIGCONT');
    await rig.start();
    await rig.until('both record on', ({ rig: { status } }) => status === 'recording');
    await until('the pause is over', () => manifestOf(session).gaps[0]?.to !== null);
    await rig.wish('record.pause');
    await rig.wish('record.resume');
    await rig.wish('record.stop');

    const { gaps, trials } = manifestOf(session);
    expect(trials).toMatchObject([{ outcome: 'complete' }]);
    expect(gaps).toMatchObject([{ cause: 'paused' }, { cause: 'paused' }]);
    expect((gaps[0]?.to ?? '') <= (gaps[1]?.from ?? '')).toBe(true);
    for (const name of ['cam', 'mic']) {
      expect(rowsOf(session, name)).toEqual(unbroken(rowsOf(session, name)));
    }
  },
);

story.concurrent(
  'a process that has the number of a module by chance is neither adopted nor signalled',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules: { cam: sensor } });
    await rig.startUp();
    await rig.wish('record.start');
    const cam = rig.pidOf('cam');
    await rig.daemon.kill();
    for (const one of rig.processes()) if (one.kind === 'keeper') end(one);
    process.kill(cam, 'SIGKILL');
    await until('the module is gone', () => rig.processes().length === 0);

    const stranger = spawn('sleep', ['1000'], { stdio: 'ignore', detached: true });
    const ended = new Promise((resolve) => stranger.once('exit', resolve));
    try {
      const pidFile = join(rig.runDir, 'cam/pid');
      writeFileSync(pidFile, readFileSync(pidFile, 'utf8').replace(/^\d+/, String(stranger.pid)));
      await rig.start();
      await rig.until('cam records', ({ modules }) => modules['cam']?.state === 'recording');

      expect(rig.me.module('cam')).toMatchObject({ run: 2, pid: rig.pidOf('cam') });
      expect(rig.pidOf('cam')).not.toBe(stranger.pid);
      await rig.me.insist({ kind: 'daemon.stop' });
      expect((await rig.daemon.ended).code).toBe(0);
      expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    } finally {
      stranger.kill('SIGKILL');
      await ended;
    }
  },
);

story('a run folder of another boot is no reason to touch anybody', async ({ makeRig }) => {
  const rig = await makeRig({ modules: { cam: sensor } });
  await rig.startUp();
  const cam = rig.pidOf('cam');
  await rig.daemon.kill();

  // The folder says that it was written before the machine was started again; the process itself lives.
  const record = join(rig.runDir, 'cam/run.json');
  const written = JSON.parse(readFileSync(record, 'utf8'));
  writeFileSync(record, JSON.stringify({ ...written, bootId: '0'.repeat(32) }));
  await rig.start();
  await rig.until('another cam is ready', ({ modules }) => modules['cam']?.state === 'idle');

  expect(rig.me.module('cam').run).toBe(2);
  expect(rig.copies('cam').map(({ pid }) => pid)).toContain(cam);
});

story.concurrent(
  'the first change of a daemon tells what it adopted, and is no transition of anybody',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules: { cam: sensor, mic: sensor } });
    await rig.startUp();
    await rig.wish('record.start');
    await rig.daemon.kill();
    process.kill(rig.pidOf('mic'), 'SIGKILL');
    await until('mic has died', () => rig.copies('mic').length === 0);
    await rig.start();
    const { epoch } = rig.me.now();
    const { stdout } = await rig.run('history', '--json', '-n', '10000');
    const entries = JSON.parse(stdout) as Record<string, unknown>[];
    const first = entries.find((entry) => entry['type'] === 'change' && entry['epoch'] === epoch);
    expect(first).toMatchObject({
      seq: 1,
      cause: 'adopted',
      actor: 'boot',
      modules: ['cam'],
      what: [expect.stringMatching(/^cam adopted: recording, run 1, PID \d+$/)],
    });
    const second = entries.find((entry) => entry['epoch'] === epoch && entry['seq'] === 2);
    expect(second).toMatchObject({ cause: 'boot' });
  },
);

story.concurrent(
  'a daemon that is killed before the disk has a word of the trial costs neither its label nor its evidence',
  async ({ makeRig, expect }) => {
    // The first writes at once, the second nothing for as long as this lasts: of it no file tells either.
    const late = {
      protocol: 'none',
      required: false,
      record: { command: ['sh', '-c', ': >"{dir}/{prefix}.bin"; exec sleep 600'] },
    };
    const rig = await makeRig({ modules: { cam: sensor, late } });
    await rig.startUp();
    await rig.wish('session.start', { name: 'field' });
    const session = theSession(rig.recordings);
    const [manifest, events] = [join(session, 'session.json'), join(session, 'events.jsonl')];
    await until('its first word', () => readFileSync(events, 'utf8').includes('session-opened'));
    const before = [readFileSync(manifest), readFileSync(events)] as const;
    await rig.me.insist({ kind: 'record.start', label: 'night' });
    const begun = await rig.until('cam records', ({ rig: { trial }, modules: { cam } }) => {
      return cam?.health === 'ok' && cam.state === 'recording' ? trial : null;
    });
    const pid = rig.pidOf('cam');
    await rig.daemon.kill();
    writeFileSync(manifest, before[0]);
    writeFileSync(events, before[1]);

    await rig.start();
    await rig.until('its data are seen', ({ modules: { cam } }) => cam?.health === 'ok');
    expect(rig.pidOf('cam')).toBe(pid);
    expect(manifestOf(session).trials).toMatchObject([{ label: 'night', stoppedAt: null }]);
    await rig.wish('record.stop');
    const [trial, none] = manifestOf(session).trials;
    expect(none).toBeUndefined();
    const { startedAt } = begun.rig.trial ?? {};
    expect(trial).toMatchObject({ label: 'night', startedAt });
    expect(rowsOf(session, 'cam')).toEqual(unbroken(rowsOf(session, 'cam')));
  },
);
