import { execFileSync } from 'node:child_process';
import { readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ContainerLook } from '../../../src/daemon/recordings/containers/container.ts';
import { blankManifest } from '../../../src/daemon/recordings/manifest-notes.ts';
import { judgeFile } from '../../../src/daemon/recordings/verdicts.ts';
import type { Manifest, ManifestTrial, ModuleInSegment } from '../../../src/protocol/manifest.ts';
import { Shelf, workspace } from './shelf.ts';

const beganMs = Date.UTC(2026, 10, 22, 14);
const at = (seconds: number) => new Date(beganMs + seconds * 1_000).toISOString();
const seconds = (n: number): ContainerLook => ({
  state: 'whole',
  durationMs: n * 1_000,
  note: null,
});

/** A trial of 60 s in which `cam` recorded into one file. */
function recorded(entry: Partial<ModuleInSegment> = {}, path = 'cam.mkv') {
  const file = { path, bytes: 5_000, sha256: null, verdict: 'open' as const };
  const cam: ModuleInSegment = {
    firstSampleMonoNs: '100050000000',
    joinedAt: at(0.1),
    left: { at: at(60), how: 'finished' },
    files: [file],
    ...entry,
  };
  const trial: ManifestTrial = {
    number: 1,
    label: null,
    startedAt: at(0),
    stoppedAt: at(61),
    goMonoNs: '100000000000',
    startSkewMs: null,
    outcome: 'complete',
    segments: [{ number: 1, startedAt: at(0.1), reason: 'start', modules: { cam } }],
  };
  const session = { id: '0001', name: 'rec', startedAt: at(-5) };
  const manifest: Manifest = { ...blankManifest('rig', session), trials: [trial] };
  const judge = (look: ContainerLook | null, mtime = 60.5, born: number | null = null) => {
    const bornMs = born === null ? null : beganMs + born * 1_000;
    const facts = { bornMs, mtimeMs: beganMs + mtime * 1_000 };
    return judgeFile(manifest, { trial, segment: 1, module: 'cam' }, file, facts, look);
  };
  return { manifest, trial, cam, file, judge };
}

test('a file that holds clearly less than what was recorded is short, and says how much it holds', () => {
  const { judge } = recorded();
  expect(judge(seconds(60))).toEqual({ verdict: 'ok', note: null });
  expect(judge(seconds(56))).toEqual({ verdict: 'ok', note: null });
  const { verdict, note } = judge(seconds(20));
  expect(verdict).toBe('short');
  expect(note).toBe('it holds 20 s of the 59 s that were recorded');
  expect(judge(seconds(3_600))).toMatchObject({ verdict: 'ok' });
});

test('a camera that began late, by its first sample or because its file was there late, is not short', () => {
  const late = recorded({ firstSampleMonoNs: '120000000000' });
  expect(late.judge(seconds(39))).toMatchObject({ verdict: 'ok' });
  const plain = recorded({ firstSampleMonoNs: null });
  expect(plain.judge(seconds(40))).toMatchObject({ verdict: 'short' });
  expect(plain.judge(seconds(40), 60.5, 19)).toMatchObject({ verdict: 'ok' });
  const unknown = recorded({ firstSampleMonoNs: null, joinedAt: at(30) });
  expect(unknown.judge(seconds(29))).toMatchObject({ verdict: 'ok' });
});

test('a pause, a crash and a longer finish make no file short', () => {
  const paused = recorded();
  paused.manifest.gaps.push({ from: at(10), to: at(45), module: null, cause: 'paused' });
  expect(paused.judge(seconds(25))).toMatchObject({ verdict: 'ok' });
  const crashed = recorded({ left: { at: at(50), how: 'crashed' } });
  expect(crashed.judge(seconds(30), 30)).toMatchObject({ verdict: 'ok' });
  const cutOff = recorded();
  delete cutOff.cam.left;
  expect(cutOff.judge(seconds(30), 30)).toMatchObject({ verdict: 'ok' });
  expect(cutOff.judge(seconds(10), 30)).toMatchObject({ verdict: 'short' });
  expect(recorded().judge(seconds(59), 300)).toMatchObject({ verdict: 'ok' });
});

test('a segment reaches to the one after it', () => {
  const { trial, judge, cam } = recorded();
  delete cam.left;
  trial.segments.push({
    number: 2,
    startedAt: at(30),
    reason: 'length',
    modules: { cam: { firstSampleMonoNs: null, joinedAt: at(30), files: [] } },
  });
  expect(judge(seconds(30), 60)).toMatchObject({ verdict: 'ok' });
  expect(judge(seconds(20), 60)).toMatchObject({ verdict: 'short' });
});

test('nothing is called short by a clock that stepped, or that counts no further', () => {
  const stepped = recorded();
  stepped.manifest.clock.steps.push({ at: at(30), monoMs: 1, byMs: 40_000 });
  expect(stepped.judge(seconds(20))).toMatchObject({ verdict: 'ok' });
  expect(recorded().judge({ ...seconds(20), tellsUpToMs: 50_000 })).toMatchObject({
    verdict: 'ok',
  });
});

test('rows that come when they come make no table short; those of a module that writes nothing else do', () => {
  const { manifest, judge, cam } = recorded({}, 'cam.csv');
  expect(judge(seconds(20))).toMatchObject({ verdict: 'ok' });
  manifest.config = { modules: { cam: { evidence: 'files', evidenceTimeout: 5_000 } } };
  expect(judge(seconds(20))).toMatchObject({ verdict: 'short' });
  cam.files.push({ path: 'cam.mkv', bytes: 5, sha256: null, verdict: 'open' });
  expect(judge(seconds(20))).toMatchObject({ verdict: 'ok' });
});

test('one of several pictures or sounds of a segment need not reach over all of it', () => {
  const { judge, cam } = recorded();
  cam.files.push({ path: 'second.mkv', bytes: 5, sha256: null, verdict: 'open' });
  expect(judge(seconds(20))).toMatchObject({ verdict: 'ok' });
});

test('what a look shows is the verdict, with its words', () => {
  const { judge, file } = recorded();
  const look = { durationMs: null, note: 'words' } as const;
  expect(judge({ ...look, state: 'bad' })).toEqual({ verdict: 'bad', note: 'words' });
  expect(judge({ ...look, state: 'empty' })).toEqual({ verdict: 'empty', note: 'words' });
  expect(judge({ ...look, state: 'cut' })).toEqual({ verdict: 'ok', note: 'words' });
  expect(judge({ ...look, state: 'torn' }).note).toBe('words; it can be mended');
  expect(judge(null)).toEqual({ verdict: 'ok', note: null });
  file.bytes = 0;
  expect(judge(null)).toEqual({ verdict: 'empty', note: null });
});

test('a stop looks into the files: what cannot be played is bad, the trial is partial, and a problem says why', async () => {
  const shelf = new Shelf(await workspace());
  const { trial } = await shelf.prepare();
  await shelf.begin(trial, {});
  const make = async (module: string, name: string, bytes: string | Buffer) => {
    const { dir } = await shelf.recordings.moduleFolder(module, trial, 1);
    const joined = { trial, segment: 1, module, firstSampleMonoNs: null, late: false };
    await writeFile(join(dir, name), bytes);
    const now = new Date().toISOString();
    shelf.recordings.note({ is: 'joined', ...joined, files: [join(dir, name)], at: now });
    return join(dir, name);
  };
  await make('gps', 'gps.csv', 'n,monoNs\n1,5000000000\n2,6');
  await make('mic', 'mic.wav', Buffer.alloc(900, 7));
  const whole = await make('cam', 'cam.mkv', '');
  const words = ['-v', 'error', '-f', 'lavfi', '-i', 'sine=d=2', '-y', whole];
  execFileSync('ffmpeg', words);
  await utimes(whole, 1_000, 1_000); // so that the time this test takes is not held against it
  await shelf.close(trial);
  const { trials, problems } = await shelf.manifest();
  const modules = trials[0]?.segments[0]?.modules ?? {};
  expect(trials[0]?.outcome).toBe('partial');
  expect(modules['cam']?.files).toMatchObject([{ verdict: 'ok' }]);
  expect(modules['mic']?.files).toMatchObject([{ verdict: 'bad', note: 'it is no WAV file' }]);
  expect(modules['gps']?.files[0]?.note).toContain('its last row is torn');
  expect(problems.map(({ module }) => module)).toEqual(['gps', 'mic']);
  expect(shelf.faults.at(-1)?.message).toContain('mic/trial-001/mic.wav is bad: it is no WAV file');
  const { path } = (await shelf.recordings.session()) ?? { path: '' };
  await shelf.end();
  const readme = await readFile(join(path, 'README.txt'), 'utf8');
  expect(readme).toContain('mic/trial-001/mic.wav  900 B  BAD  (it is no WAV file)');
  expect(shelf.faults.at(-1)?.remedy).toContain('rigdeck sessions recover');
  expect(shelf.faults.at(-1)?.message).not.toContain('rigdeck');
});
