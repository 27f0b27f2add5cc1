import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as z from 'zod';
import type { Manifest } from '../../protocol/manifest.ts';
import { manifestSchema } from '../../protocol/manifest-schema.ts';
import { sanitize } from '../../protocol/sanitize.ts';
import { isErrno } from '../errno.ts';
import { sayVersion } from '../store/saved-file.ts';
import { setAside } from '../store/set-aside.ts';
import { eventsIn } from './event-log.ts';
import { addProblem, blankManifest, takeEvent } from './manifest-notes.ts';
import { isFolder, parseFolderName, sessionFiles } from './session-folder.ts';

/**
 * `session.json` as it was found. `damaged` says what is wrong with it; then the manifest was made from the events. `later` says that
 * a later Rigdeck wrote it: it is read as far as it is understood, and nobody here may write to it.
 */
export type ReadManifest = {
  readonly manifest: Manifest;
  readonly damaged: string | null;
  readonly later?: string;
};

/** The version of `session.json` and `events.jsonl`. */
const manifestVersion = 1;

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
  if (found.manifest !== null) return { ...found, manifest: found.manifest, damaged: null };
  const { damaged, ...more } = found;
  const { id, name: title, startedAt } = name;
  const began = { id, name: title, startedAt: startedAt ?? new Date(0).toISOString() };
  const manifest = blankManifest('unknown', began);
  let isOpened = false;
  for await (const event of eventsIn(join(path, sessionFiles.events))) {
    if (event.is === 'session-opened' && !isOpened) {
      isOpened = true;
      manifest.rig = event.rig;
      Object.assign(manifest.session, { name: event.name, startedAt: event.at });
    }
    takeEvent(manifest, event, path);
  }
  addProblem(manifest, {
    at: manifest.session.startedAt,
    module: null,
    code: 'damaged-file',
    message: `session.json was damaged (${damaged}); this is made from events.jsonl`,
  });
  return { ...more, manifest, damaged };
}

/** Whether `session.json` says all that is known of a session, so that nobody reads its events. @throws what the disk says */
export async function isWhole(path: string): Promise<boolean> {
  return (await parseManifest(join(path, sessionFiles.manifest))).manifest !== null;
}

/**
 * Reads back a session that is still open, as the daemon that goes on with it needs it: a manifest that is damaged, or of a later
 * version, is set aside, and the events, which reach the disk a little earlier than the manifest, are taken in. `wasBehind`: they
 * told something that it did not know.
 */
export async function reopenManifest(
  path: string,
): Promise<(ReadManifest & { setAside: string | null; wasBehind: boolean }) | null> {
  const read = await readManifest(path);
  if (read === null) return null;
  const isOurs = read.damaged === null && read.later === undefined;
  // On a disk that refuses, the file stays where it is until the new one can replace it.
  const aside = isOurs ? null : await setAside(join(path, sessionFiles.manifest)).catch(() => null);
  // Where it was damaged, the events are all there is.
  const wasBehind = read.damaged === null && (await takeMissed(path, read.manifest));
  return { ...read, setAside: aside, wasBehind };
}

/** Takes what events tell into a manifest that may not have known it. @returns whether it did not @throws what the disk says */
export async function takeMissed(path: string, manifest: Manifest): Promise<boolean> {
  const before = stampOf(manifest);
  for await (const event of eventsIn(join(path, sessionFiles.events))) {
    // A manifest that is whole knows more of the machine's health than the last line that was written of it.
    if (event.is !== 'health') takeEvent(manifest, event, path);
  }
  return stampOf(manifest) !== before;
}

/** Of weeks the text itself is not held beside them. */
function stampOf(manifest: Manifest): string {
  return createHash('sha256').update(JSON.stringify(manifest)).digest('hex');
}

/** What is said of a damaged manifest holds no more of what is in it. */
const maxWords = 200;

type Parsed =
  | { readonly manifest: Manifest; readonly later?: string }
  | { readonly manifest: null; readonly damaged: string; readonly later?: string };

const versioned = z.looseObject({ version: z.int() });

/** The manifest, or what is wrong with it, fit to be shown. */
async function parseManifest(file: string): Promise<Parsed> {
  try {
    const read: unknown = JSON.parse(await readFile(file, 'utf8'));
    const said = versioned.safeParse(read);
    if (!said.success || said.data.version === manifestVersion) return parseOurs(read);
    const { reason, isLater } = sayVersion(said.data.version, manifestVersion);
    if (!isLater) return { manifest: null, damaged: reason };
    // Where what we know of it has not changed, it is as good as one of ours to whoever only reads.
    const { manifest } = parseOurs({ ...said.data, version: manifestVersion });
    return manifest === null
      ? { manifest, damaged: reason, later: reason }
      : { manifest, later: reason };
  } catch (error) {
    if (error instanceof SyntaxError) return { manifest: null, damaged: 'it is no JSON' };
    if (isErrno(error, 'ENOENT')) return { manifest: null, damaged: 'it is missing' };
    throw error;
  }
}

function parseOurs(read: unknown): Parsed {
  const parsed = manifestSchema.safeParse(read);
  if (parsed.success) return { manifest: parsed.data };
  const issue = parsed.error.issues[0];
  const words = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'of a wrong shape'}`;
  return { manifest: null, damaged: sanitize(words, maxWords) };
}
