import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { judgeLastSession } from '../../../src/daemon/preflight/judge-last-session.ts';
import { recoverSession } from '../../../src/daemon/recordings/recover-session.ts';
import { remedyFor, verifySession } from '../../../src/daemon/recordings/verify-session.ts';
import { readManifestFile, Shelf, workspace } from './shelf.ts';

const heading = 'n,monoNs,what\n';
const main = 'cam/trial-001/cam_s001.raw';
const side = 'cam/trial-001/cam_s001_seen.csv';

/** A camera that recorded, and had nothing for its list of what it saw. */
async function recorded(how: 'finished' | 'crashed', text = heading) {
  const shelf = new Shelf(await workspace());
  const { session, trial } = await shelf.prepare();
  await shelf.begin(trial, {});
  const { dir, prefix } = await shelf.recordings.moduleFolder('cam', trial, 1);
  await writeFile(join(dir, `${prefix}.raw`), 'much');
  await writeFile(join(dir, `${prefix}_seen.csv`), text);
  const about = { trial, segment: 1, module: 'cam' };
  const files = [`${prefix}.raw`, `${prefix}_seen.csv`];
  const at = new Date().toISOString();
  const first = '5000000000';
  shelf.recordings.note({
    is: 'joined',
    ...about,
    files,
    firstSampleMonoNs: first,
    late: false,
    at,
  });
  shelf.recordings.note({ is: 'left', ...about, how, at });
  await shelf.close(trial);
  await shelf.end();
  await shelf.recordings.close();
  return session.path;
}

for (const how of ['finished', 'crashed'] as const) {
  test(`a file that holds nothing beside one that does, of a module that ${how}, is named until somebody takes it down as known`, async () => {
    const path = await recorded(how);
    const words = `${side} is empty: a heading and no row; cam recorded into ${main} beside it, and wrote no data into this one`;
    const before = await verifySession(path);
    expect(before).toMatchObject({ ok: false, empty: 0, unknown: 1 });
    expect(before.notes).toContain(words);
    expect(remedyFor(before, await readManifestFile(path), null)).toBe(
      'Look at it, and take down what is empty as known: rigdeck sessions recover 0001',
    );

    const did = expect.arrayContaining([expect.stringContaining('taken down as known')]);
    expect(await recoverSession(path, true)).toEqual({ did, left: [] });
    expect(await verifySession(path)).toMatchObject({ ok: false });
    expect(await recoverSession(path, false)).toEqual({ did, left: [] });
    expect(await readFile(join(path, side), 'utf8')).toBe(heading);
    const after = await verifySession(path);
    expect(after).toMatchObject({ ok: true, empty: 1, unknown: 0 });
    expect(after.notes.join()).toContain(`${words}; known since 20`);
    expect(judgeLastSession(await readManifestFile(path))).toMatchObject({ level: 'ok' });
    expect(await recoverSession(path, false)).toEqual({ did: [], left: [] });
  });
}

test('a file that is known to hold nothing, and is another by now or gone, is not in order', async () => {
  const path = await recorded('finished');
  await recoverSession(path, false);
  await writeFile(join(path, side), '');
  expect(await verifySession(path)).toMatchObject({ ok: false, empty: 0 });
});

test('where the files of a module hold nothing, none of them is beside another', async () => {
  const path = await recorded('finished');
  await writeFile(join(path, main), '');
  const manifest = await readManifestFile(path);
  for (const file of manifest.trials[0]?.segments[0]?.modules['cam']?.files ?? []) {
    if (file.path === main) Object.assign(file, { bytes: 0, verdict: 'empty', sha256: null });
  }
  await writeFile(join(path, 'session.json'), JSON.stringify(manifest));
  expect(await verifySession(path)).toMatchObject({ ok: false, unknown: 0 });
  const { left } = await recoverSession(path, false);
  expect(left).toHaveLength(2);
});
