import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recoverSession } from '../../src/daemon/recordings/recover-session.ts';
import { Shelf, workspace } from '../daemon/recordings/shelf.ts';
import { runProgram } from '../support/program.ts';

/** A recordings folder with three sessions, and the command line beside it. */
async function threeSessions() {
  const folder = await workspace();
  const shelf = new Shelf(join(folder, 'recordings'));
  const paths: string[] = [];
  for (const name of ['one', 'two', 'three']) {
    const { session } = await shelf.open(name);
    await shelf.record({ mic: name });
    await shelf.end();
    paths.push(session.path);
  }
  await shelf.recordings.close();
  for (const path of paths) await recoverSession(path, false); // checksums that nobody waited for
  await writeFile(
    join(folder, 'rig.yaml'),
    'version: 1\nrig: { name: it, recordings: ./recordings }\nmodules: { mic: { use: demo-sensor } }\n',
  );
  const run = (...words: string[]) => runProgram(['sessions', ...words], { cwd: folder });
  return { paths, run };
}

test('every session is verified, the oldest first, and those that are not in order say what to do', async () => {
  const { paths, run } = await threeSessions();
  const good = await run('verify', '--all');
  expect(good).toMatchObject({ code: 0, stderr: '' });
  expect(good.stdout.trimEnd().split('\n')).toEqual([
    'session 0001 one is in order: 1 file, 3 B',
    'session 0002 two is in order: 1 file, 3 B',
    'session 0003 three is in order: 1 file, 5 B',
    '3 sessions, all in order',
  ]);
  await writeFile(join(paths[0] ?? '', 'session.json'), '');
  await rm(join(paths[1] ?? '', 'mic/trial-001/mic_s001.dat'));
  const { code, stdout, stderr } = await run('verify', '--all');
  expect(code).toBe(1);
  expect(stdout).toContain('  Mend it: rigdeck sessions recover 0001\n');
  expect(stdout).toContain('  mic/trial-001/mic_s001.dat is missing\n');
  expect(stdout).toContain('session 0003 three is in order');
  expect(stderr).toContain('2 of 3 sessions are not in order');
  const json = JSON.parse((await run('verify', '--all', '--json')).stdout) as { ok: boolean }[];
  expect(json.map(({ ok }) => ok)).toEqual([false, false, true]);
  expect(await run('verify', '1', '--all')).toMatchObject({ code: 2 });
});

test('where two sessions have one number, it is not for the program to choose', async () => {
  const { paths, run } = await threeSessions();
  const [first = ''] = paths;
  const copy = join(first, '../0001_2026-01-02_03-04-05_other-rig');
  await cp(first, copy, { recursive: true });
  const { code, stderr } = await run('verify', '1');
  expect(code).toBe(2);
  expect(stderr).toContain('"1" is 2 sessions: ');
  expect(await run('verify', '0001_2026-01-02_03-04-05_other-rig')).toMatchObject({ code: 0 });
});
