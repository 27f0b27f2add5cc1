import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Manifest } from '../../protocol/manifest.ts';
import { manifestSchema } from '../../protocol/manifest-schema.ts';
import { sanitize } from '../../protocol/sanitize.ts';
import { isErrno } from '../errno.ts';
import { setAside } from '../store/set-aside.ts';
import { readEvents } from './event-log.ts';
import { addProblem, blankManifest, takeEvent } from './manifest-notes.ts';
import { isFolder, parseFolderName, sessionFiles } from './session-folder.ts';

/** `session.json` as it was found. `damaged` says what is wrong with it; then the manifest was made from the events. */
export type ReadManifest = { readonly manifest: Manifest; readonly damaged: string | null };

/**
 * Reads the manifest of a session folder; made again from `events.jsonl` and the folder's name where it is damaged or
 * missing. Changes nothing on disk. Null for a folder that is no session.
 *
 * @throws what the disk says, when it cannot be read
 */
export async function readManifest(path: string): Promise<ReadManifest | null> {
  const name = parseFolderName(basename(path));
  if (name === null || !(await isFolder(path))) return null;
  const found = await parseManifest(join(path, 'session.json'));
  if (typeof found !== 'string') return { manifest: found, damaged: null };
  const events = await readEvents(join(path, 'events.jsonl'));
  const opened = events.find((event) => event.is === 'session-opened');
  const manifest = blankManifest(opened?.rig ?? 'unknown', {
    id: name.id,
    name: opened?.name ?? name.name,
    startedAt: opened?.at ?? name.startedAt ?? new Date(0).toISOString(),
  });
  for (const event of events) takeEvent(manifest, event, path);
  addProblem(manifest, {
    at: manifest.session.startedAt,
    module: null,
    code: 'damaged-file',
    message: `session.json was damaged (${found}); this is made from events.jsonl`,
  });
  return { manifest, damaged: found };
}

/** Whether `session.json` says all that is known of a session, so that nobody reads its events. @throws what the disk says */
export async function isWhole(path: string): Promise<boolean> {
  return typeof (await parseManifest(join(path, sessionFiles.manifest))) !== 'string';
}

/**
 * Reads back a session that is still open, as the daemon that goes on with it needs it: a damaged manifest is set aside, and
 * the events, which reach the disk a little earlier than the manifest, are taken in.
 */
export async function reopenManifest(
  path: string,
): Promise<(ReadManifest & { setAside: string | null }) | null> {
  const read = await readManifest(path);
  if (read === null) return null;
  if (read.damaged !== null) {
    // On a disk that refuses, the damaged file stays where it is until the new one can replace it.
    const name = await setAside(join(path, 'session.json')).catch(() => null);
    return { ...read, setAside: name };
  }
  for (const event of await readEvents(join(path, 'events.jsonl'))) {
    takeEvent(read.manifest, event, path);
  }
  return { ...read, setAside: null };
}

/** What is said of a damaged manifest holds no more of what is in it. */
const maxWords = 200;

/** The manifest, or what is wrong with it, fit to be shown. */
async function parseManifest(file: string): Promise<Manifest | string> {
  try {
    const parsed = manifestSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    const words = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'of a wrong shape'}`;
    return sanitize(words, maxWords);
  } catch (error) {
    if (error instanceof SyntaxError) return 'it is no JSON';
    if (isErrno(error, 'ENOENT')) return 'it is missing';
    throw error;
  }
}
