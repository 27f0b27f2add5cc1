import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recoverSession } from '../../../src/daemon/recordings/recover-session.ts';
import { verifySession } from '../../../src/daemon/recordings/verify-session.ts';
import { until } from '../../support/until.ts';
import { readManifestFile, Shelf, workspace } from './shelf.ts';

/** A session whose rig lost its power: a table and a sound that were not finished, nothing was closed. */
async function darkened(): Promise<{ path: string; table: string; sound: string }> {
  const shelf = new Shelf(await workspace());
  const { trial, session } = await shelf.prepare();
  await shelf.begin(trial, {});
  const place = async (module: string, name: string) => {
    const { dir } = await shelf.recordings.moduleFolder(module, trial, 1);
    const joined = { trial, segment: 1, module, firstSampleMonoNs: null, late: false };
    const at = new Date().toISOString();
    shelf.recordings.note({ is: 'joined', ...joined, files: [join(dir, name)], at });
    return join(dir, name);
  };
  const table = await place('gps', 'gps_s001.csv');
  await writeFile(table, 'n,monoNs\n1,5000000000\n2,6000000000\n3,70');
  const sound = await place('mic', 'mic_s001.wav');
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'sine=d=2', '-y', sound]);
  await truncate(sound, 100_001);
  await shelf.recordings.flush();
  await shelf.recordings.close();
  return { path: session.path, table, sound };
}

test('recovering mends what a power cut left, closes the trial, sums the files, and says it line by line', async () => {
  const { path, table, sound } = await darkened();
  const { did, left } = await recoverSession(path, false);
  expect(left).toEqual([]);
  expect(did.join('\n')).toMatch(
    /gps_s001\.csv: its last row is torn .*kept as gps_s001\.csv\.torn/,
  );
  expect(did.join('\n')).toMatch(/mic_s001\.wav: its header says/);
  expect(did.join('\n')).toContain('trial 1 was open: closed as interrupted');
  expect(did.join('\n')).toContain('2 checksums made');
  expect(await readFile(table, 'utf8')).toBe('n,monoNs\n1,5000000000\n2,6000000000\n');
  expect(await readFile(`${table}.torn`, 'utf8')).toBe('3,70');
  const words = ['-v', 'error', '-i', sound, '-f', 'null', '-'];
  expect(execFileSync('ffmpeg', words, { encoding: 'utf8' })).toBe('');
  const { session, trials } = await readManifestFile(path);
  expect(session.endedAt).not.toBeNull();
  expect(trials).toMatchObject([{ outcome: 'interrupted' }]);
  const files = Object.values(trials[0]?.segments[0]?.modules ?? {}).flatMap((one) => one.files);
  for (const file of files) {
    expect(file).toMatchObject({ verdict: 'repaired', sha256: expect.any(String) });
  }
  expect(await readFile(join(path, 'README.txt'), 'utf8')).toContain('REPAIRED');
  expect(await verifySession(path)).toMatchObject({ ok: true, extra: [] });
  expect(await recoverSession(path, false)).toEqual({ did: [], left: [] });
});

test('a dry run says the same and changes nothing', async () => {
  const { path } = await darkened();
  await writeFile(join(path, 'session.json'), '{"version":1,');
  const before = await everything(path);
  const { did, left } = await recoverSession(path, true);
  expect(left).toEqual([]);
  expect(did.length).toBeGreaterThan(4);
  expect(await everything(path)).toEqual(before);
  const done = (await recoverSession(path, false)).did;
  expect(done.map((words) => words.split(', kept as')[0])).toEqual(did);
  expect(existsSync(join(path, 'session.json.damaged-1'))).toBe(true);
});

test('a session that was ended in order needs nothing, and of one that was changed since it is said that it cannot be mended', async () => {
  const shelf = new Shelf(await workspace());
  const { session } = await shelf.open('whole');
  await shelf.record({ mic: 'sound' });
  await shelf.end();
  await shelf.recordings.close();
  await recoverSession(session.path, false); // checksums that the daemon did not come to
  await appendFile(join(session.path, 'mic/trial-001/mic_s001.dat'), 'changed');
  const before = await everything(session.path);
  const left = ['mic/trial-001/mic_s001.dat has 12 bytes instead of 5'];
  expect(await recoverSession(session.path, false)).toEqual({ did: [], left });
  expect(await everything(session.path)).toEqual(before);
  expect((await verifySession(session.path)).ok).toBe(false);
});

test('what is gone, empty or short cannot be mended, and a trial run says so, too', async () => {
  const { path, table, sound } = await darkened();
  await rm(table);
  await writeFile(sound, '');
  for (const isDry of [true, false, false]) {
    const { left } = await recoverSession(path, isDry);
    expect(left).toEqual([
      'gps/trial-001/gps_s001.csv is missing',
      'mic/trial-001/mic_s001.wav is empty: nothing was recorded into it',
    ]);
  }
  const manifest = await readManifestFile(path);
  const file = manifest.trials[0]?.segments[0]?.modules['mic']?.files[0];
  Object.assign(file ?? {}, { verdict: 'short', note: 'it holds 2 s of the 60 s', bytes: 5 });
  await writeFile(sound, 'sound');
  await writeFile(join(path, 'session.json'), JSON.stringify(manifest));
  const { ok, notes } = await verifySession(path);
  expect({ ok, notes: notes.join('; ') }).toMatchObject({
    ok: false,
    notes: expect.stringContaining('mic_s001.wav is short'),
  });
});

test('a file that lost rows after it was finished is made whole and stays short of what it had', async () => {
  const { path, table } = await darkened();
  await recoverSession(path, false);
  const had = (await readFile(table)).length;
  await truncate(table, had - 5);
  const words = `gps/trial-001/gps_s001.csv is short: it had ${had} bytes when it was finished; its last row is torn`;
  for (const isDry of [true, false, false]) {
    const { left } = await recoverSession(path, isDry);
    expect(left).toEqual([expect.stringContaining(words)]);
  }
  expect(await readFile(table, 'utf8')).toBe('n,monoNs\n1,5000000000\n');
  expect((await verifySession(path)).ok).toBe(false);
});

test('an end of which only the events know is taken into the manifest, with verdicts and checksums', async () => {
  const shelf = new Shelf(await workspace());
  const { session } = await shelf.open('late');
  const { trial } = await shelf.prepare();
  await shelf.begin(trial, { mic: 'sound' });
  await shelf.recordings.flush();
  const before = await readFile(join(session.path, 'session.json'));
  await shelf.close(trial);
  await shelf.end();
  await shelf.recordings.close();
  await writeFile(join(session.path, 'session.json'), before);
  for (const isDry of [true, false]) {
    expect(await recoverSession(session.path, isDry)).toEqual({
      did: [
        'session.json did not know yet what events.jsonl tells',
        'trial 1: its files are looked at',
        '1 checksum made',
      ],
      left: [],
    });
  }
  const { trials, session: over } = await readManifestFile(session.path);
  expect(over.endedAt).not.toBeNull();
  expect(trials).toMatchObject([{ outcome: 'complete', stoppedAt: expect.any(String) }]);
  expect(await recoverSession(session.path, false)).toEqual({ did: [], left: [] });
  expect(await verifySession(session.path)).toMatchObject({ ok: true, notes: [] });
});

test('a file that can be read and not be mended keeps no other from being mended', async () => {
  const { path, table } = await darkened();
  for (let n = 1; n <= 100; n += 1) await writeFile(`${table}.torn${n === 1 ? '' : `-${n}`}`, '');
  const { did, left } = await recoverSession(path, false);
  expect(did.join()).toMatch(/mic_s001\.wav: its header says/);
  expect(left[0]).toMatch(/^gps\/trial-001\/gps_s001\.csv: it cannot be mended: EEXIST/);
  expect((await readManifestFile(path)).trials).toMatchObject([{ outcome: 'interrupted' }]);
});

test('the problem of a torn file goes when somebody has mended it, without another daemon', async () => {
  const shelf = new Shelf(await workspace());
  const { session } = await shelf.open('torn');
  const { trial } = await shelf.prepare();
  await shelf.begin(trial, {});
  const { dir } = await shelf.recordings.moduleFolder('gps', trial, 1);
  await writeFile(join(dir, 'gps_s001.csv'), 'n,monoNs\n1,5000000000\n2,60');
  await shelf.close(trial);
  expect(shelf.faults).toMatchObject([
    {
      code: 'verdict',
      remedy: expect.stringContaining('rigdeck session end && rigdeck sessions'),
    },
  ]);
  await shelf.end();
  shelf.recordings.stamp();
  await shelf.recordings.flush();
  expect(shelf.over).toEqual([]);
  expect((await recoverSession(session.path, false)).left).toEqual([]);
  await until('the problem is over', () => {
    shelf.recordings.stamp();
    return shelf.over.includes('verdict');
  });
});

async function everything(path: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of (await readdir(path, { recursive: true, withFileTypes: true })).filter((one) =>
    one.isFile(),
  )) {
    const file = join(name.parentPath, name.name);
    found[file] = await readFile(file, 'base64');
  }
  return found;
}
