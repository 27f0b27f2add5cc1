import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filesIn } from '../../../src/daemon/recordings/manifest-notes.ts';
import { sessionsPort } from '../../../src/daemon/recordings/sessions-port.ts';
import type { SessionDetail, SessionsPage, VerifyNews } from '../../../src/protocol/sessions.ts';
import type { RigRecord } from '../../../src/protocol/snapshot.ts';
import { snapshotWith } from '../../support/sample-rig.ts';
import { until } from '../../support/until.ts';
import { readManifestFile, Shelf, workspace } from '../recordings/shelf.ts';
import { type LineClient, lineClient } from './line-client.ts';
import { serveTinyRig } from './served-rig.ts';

/** A rig behind its sockets whose recordings are real. */
export async function servedShelf() {
  const shelf = new Shelf(await workspace());
  let records: Pick<RigRecord, 'session' | 'trial'> = { session: null, trial: null };
  const rig = () => ({ ...snapshotWith({}).rig, ...records });
  const sessions = sessionsPort(shelf.folder, shelf.recordings.checksums, rig);
  const { runDir } = await serveTinyRig({ sessions });
  const say = (now: typeof records) => {
    records = now;
  };
  return { shelf, runDir, view: await lineClient(`${runDir}/view.sock`), records: say };
}

/** A session of one trial, with its checksums. @returns its path */
export async function ended(
  shelf: Shelf,
  modules: Readonly<Record<string, string>>,
): Promise<string> {
  await shelf.record(modules);
  const path = (await shelf.recordings.session())?.path ?? '';
  await shelf.end();
  await until('all checksums', async () => {
    const { trials } = await readManifestFile(path);
    return filesIn(trials).every(({ bytes, sha256 }) => bytes === 0 || sha256 !== null);
  });
  return path;
}

/** A session whose only file takes minutes to read, and no disk. */
export async function endless(shelf: Shelf): Promise<void> {
  const path = await ended(shelf, { cam: 'x' });
  const manifest = await readManifestFile(path);
  const file = manifest.trials[0]?.segments[0]?.modules['cam']?.files[0];
  if (file === undefined) throw new Error('nothing was recorded');
  file.bytes = 400_000_000_000;
  await truncate(join(path, file.path), file.bytes);
  await writeFile(join(path, 'session.json'), JSON.stringify(manifest));
}

/** What a client is told of the sessions. */
export async function list(client: LineClient, query: object = {}): Promise<SessionsPage> {
  return (await client.ask('sessions.list', query)).result as SessionsPage;
}

/** What a client is told of one. */
export async function show(client: LineClient, session: string): Promise<SessionDetail> {
  return (await client.ask('sessions.show', { session })).result as SessionDetail;
}

/** The last that a client heard of verifying. */
export function lastNews(client: LineClient): VerifyNews | undefined {
  return client.notifications('sessions.verify').at(-1)?.params as VerifyNews | undefined;
}
