import { open } from 'node:fs/promises';
import { basename, relative, resolve } from 'node:path';
import type { FileVerdict, Manifest, ManifestFile } from '../../protocol/manifest.ts';
import type { FileWork } from '../../protocol/sessions.ts';
import type { RigRecord } from '../../protocol/snapshot.ts';
import { sayCount } from '../../protocol/units.ts';
import { wordsOf } from '../../protocol/words-of.ts';
import { isErrno } from '../errno.ts';
import { openTrials } from './close-trial.ts';
import { checkContainer } from './containers/check-container.ts';
import { sha256Of } from './file-sums.ts';
import { filesIn } from './manifest-notes.ts';
import { isTornRest } from './mend-file.ts';
import { readManifest } from './read-manifest.ts';
import { factsOf, filesBelow } from './recorded-files.ts';
import { sessionFiles, trialName } from './session-folder.ts';
import { type WhyEmpty, whyEmpty } from './side-files.ts';
import { isMendable, sayMendable } from './verdicts.ts';

/** Files that a note names; `extra` names all. */
const maxFilesNamed = 5;

/** What verifying found out about one file. `unknown`: it has no checksum yet; `unread`: it cannot be read. Sizes in bytes. */
type VerifiedFile = {
  readonly path: string;
  readonly bytes: number;
  readonly expectedBytes: number;
  readonly sha256: 'ok' | 'differs' | 'unknown' | 'missing' | 'unread';
  readonly verdict: FileVerdict;
  /** What is wrong inside it, or what the manifest says of it; null where nothing is to be said. */
  readonly note: string | null;
};

/**
 * What verifying found out about a session. `extra`: files that no trial lists, those of an open one excepted. `empty`: how many
 * hold nothing and are in order all the same, as a gap tells so or they are known. `unknown`: how many hold nothing beside others of their
 * module that do, and are not known yet. `damaged`: what is wrong with `session.json`.
 */
export type VerifiedSession = {
  readonly ok: boolean;
  readonly damaged: string | null;
  readonly empty: number;
  readonly unknown: number;
  readonly files: readonly VerifiedFile[];
  readonly extra: readonly string[];
  readonly notes: readonly string[];
};

/** How files are read to their ends, and who hears how far that is. */
export type VerifyHow = {
  /** Null for a file that cannot be read to its end: the disk says why only in its log. */
  readonly sumOf: (path: string) => Promise<string | null>;
  /** A file is looked at now. `work`: what is done before it. `path`: absolute. */
  readonly began?: (work: FileWork, path: string) => void;
  /** Aborted when nobody wants to know any more. */
  readonly unwanted?: AbortSignal;
  /** The trial of this session that a daemon records now; null where none does, or nobody knows. */
  readonly recording?: number | null;
};

const neitherKnown = 'it is being recorded, or the power went';

/** The trial of this session that this rig records now; null where it records none of it. */
export function trialNow(
  rig: Pick<RigRecord, 'session' | 'trial'>,
  of: Manifest['session'],
): number | null {
  return isOpenIn(rig, of) ? (rig.trial?.number ?? null) : null;
}

const plainly: VerifyHow = { sumOf: (path) => sha256Of(path).catch(() => null) };

/**
 * Checks the files of a session against its manifest: that they are there, sizes, checksums. Reads every file once; changes
 * nothing. Files of a trial that is not closed are only said to be open.
 *
 * @param path absolute path of the session folder
 * @returns `ok` when no file is missing, changed, empty without a gap that tells so, short, bad or unlisted, and the manifest itself is sound
 * @throws what the disk says when the session itself cannot be read, an Error when it is none, and the reason of `unwanted`
 */
export async function verifySession(
  path: string,
  how: VerifyHow = plainly,
): Promise<VerifiedSession> {
  const read = await readManifest(path);
  if (read === null) throw new Error(`${path} is no session`);
  const { manifest, damaged, later } = read;
  const { files, extra, faults, empty, unknown } = await verifyFiles(
    path,
    manifest,
    new Set(),
    how,
  );
  const notes = [...notesOn(manifest, files, how.recording ?? null), ...empty, ...faults];
  if (damaged !== null) notes.unshift(`session.json is damaged (${damaged})`);
  else if (later !== undefined) notes.unshift(`session.json was ${later}`);
  return {
    ok: faults.length === 0 && damaged === null,
    damaged,
    empty: empty.length,
    unknown,
    files,
    extra,
    notes,
  };
}

/**
 * What to do about a session that is not in order; null where it is.
 *
 * @param rig of the daemon that may have it open; null where none answers
 */
export function remedyFor(
  verified: VerifiedSession,
  { session }: Manifest,
  rig: Pick<RigRecord, 'session'> | null,
): string | null {
  if (verified.ok) return null;
  const end = rig !== null && isOpenIn(rig, session) ? 'rigdeck session end && ' : '';
  const recover = `${end}rigdeck sessions recover ${session.id}`;
  if (canBeMended(verified)) return `Mend it: ${recover}`;
  if (verified.unknown > 0) return `Look at it, and take down what is empty as known: ${recover}`;
  const isUnread = verified.files.some((file) => file.sha256 === 'unread');
  return isUnread
    ? 'Verify it as somebody who may read its files, such as root (sudo).'
    : `See \`rigdeck sessions show ${session.id}\`.`;
}

/** Whether `rigdeck sessions recover` would make a file, or the manifest, whole that is not in order. */
function canBeMended({ files, damaged }: Pick<VerifiedSession, 'files' | 'damaged'>): boolean {
  return damaged !== null || files.some((file) => !isGood(file) && isMendable(file));
}

function isOpenIn({ session }: Pick<RigRecord, 'session'>, of: Manifest['session']): boolean {
  return session?.id === of.id && session.startedAt === of.startedAt;
}

type Checked = {
  readonly files: VerifiedFile[];
  readonly extra: string[];
  readonly faults: string[];
  /** Those that hold nothing and are in order, as a gap tells so; a sentence each. */
  readonly empty: string[];
  readonly unknown: number;
};

/**
 * Checks files against a manifest.
 *
 * @param trusted paths that are not looked at
 * @returns `faults`: what is not in order, a sentence each
 * @throws what the disk says
 */
export async function verifyFiles(
  path: string,
  manifest: Manifest,
  trusted: ReadonlySet<string>,
  how: VerifyHow = plainly,
): Promise<Checked> {
  const files: VerifiedFile[] = [];
  const all = filesIn(manifest.trials).filter((file) => !trusted.has(file.path));
  const bytes = all.reduce((sum, file) => sum + bytesToRead(file), 0);
  let bytesDone = 0;
  for (const [filesDone, file] of all.entries()) {
    how.unwanted?.throwIfAborted();
    how.began?.({ files: all.length, filesDone, bytes, bytesDone }, resolve(path, file.path));
    files.push(await verifyFile(path, file, how));
    bytesDone += bytesToRead(file);
  }
  how.unwanted?.throwIfAborted();
  const extra = (await extraFiles(path, manifest)).filter((file) => !trusted.has(file));
  const { empty, faults, unknown } = sortBad(files, whyEmpty(manifest));
  if (extra.length > 0) faults.push(sayExtra(extra));
  return { files, extra, faults, empty, unknown };
}

/** A sentence for each file that is not good. */
function sortBad(
  files: readonly VerifiedFile[],
  told: ReadonlyMap<string, WhyEmpty>,
): Pick<Checked, 'empty' | 'faults' | 'unknown'> {
  const [empty, faults]: [string[], string[]] = [[], []];
  let unknown = 0;
  for (const file of files.filter((one) => !isGood(one))) {
    const why = isAsLeft(file) ? told.get(file.path) : undefined;
    if (why?.isUnknown === true) unknown += 1;
    const words = why === undefined ? sayBad(file) : `${sayBad(file)}; ${why.words}`;
    (why?.isInOrder === true ? empty : faults).push(words);
  }
  return { empty, faults, unknown };
}

// What has no checksum has nothing that reading it could be compared with.
function bytesToRead({ bytes, sha256 }: ManifestFile): number {
  return sha256 === null ? 0 : bytes;
}

async function verifyFile(
  sessionPath: string,
  file: ManifestFile,
  { sumOf }: VerifyHow,
): Promise<VerifiedFile> {
  const path = resolve(sessionPath, file.path);
  const facts = await factsOf(path);
  const { bytes: expectedBytes, verdict } = file;
  const inside = facts === null || verdict === 'open' ? null : await faultInside(path);
  const note = inside ?? file.note ?? null;
  const about = { path: file.path, bytes: facts?.bytes ?? 0, expectedBytes, note };
  // What cannot be used is bad, whatever was thought of it when it was recorded.
  const seen = {
    ...about,
    verdict: inside !== null && verdict === 'ok' ? ('bad' as const) : verdict,
  };
  if (facts === null) return { ...seen, sha256: 'missing' };
  if (file.sha256 === null) return { ...seen, sha256: 'unknown' };
  const sha256 = await sumOf(path);
  if (sha256 === null) return { ...seen, sha256: 'unread', note: await whyUnread(path) };
  return { ...seen, sha256: sha256 === file.sha256 ? 'ok' : 'differs' };
}

/** Of a disk that gives a part of a file its own log says more. */
async function whyUnread(path: string): Promise<string> {
  try {
    await (await open(path)).close();
    return 'the disk does not give it to its end (dmesg)';
  } catch (error) {
    return isErrno(error, 'EACCES', 'EPERM') ? 'no permission' : wordsOf(error);
  }
}

/** What makes a file unusable, as a look into it shows; null where nothing does. */
async function faultInside(path: string): Promise<string | null> {
  const look = await checkContainer(path, true).catch(() => null);
  if (look?.state === 'torn') return sayMendable(look.note);
  return look?.state === 'bad' ? look.note : null;
}

function isGood({ verdict, sha256, bytes, expectedBytes }: VerifiedFile): boolean {
  if (verdict === 'open') return sha256 !== 'missing';
  if (verdict === 'empty' || verdict === 'short' || verdict === 'bad') return false;
  return (sha256 === 'ok' || sha256 === 'unknown') && bytes === expectedBytes;
}

function isAsLeft({ verdict, sha256, bytes, expectedBytes }: VerifiedFile): boolean {
  const isSame = sha256 === 'ok' || sha256 === 'unknown';
  return verdict === 'empty' && isSame && bytes === expectedBytes;
}

function sayBad({ path, sha256, bytes, expectedBytes, verdict, note }: VerifiedFile): string {
  if (sha256 === 'missing') return `${path} is missing`;
  if (verdict === 'empty' && bytes === 0) return `${path} is empty: nothing was recorded into it`;
  if (bytes !== expectedBytes) return `${path} has ${bytes} bytes instead of ${expectedBytes}`;
  if (sha256 === 'unread') return `${path} cannot be read: ${note}`;
  if (sha256 === 'differs') return `${path} was changed: its checksum differs`;
  return `${path} is ${verdict}${note === null ? '' : `: ${note}`}`;
}

function notesOn(
  manifest: Manifest,
  files: readonly VerifiedFile[],
  recording: number | null,
): string[] {
  const notes = manifest.trials
    .filter((trial) => trial.stoppedAt === null)
    .map(({ number }) => {
      const why = number === recording ? 'it is being recorded' : neitherKnown;
      return `trial ${number} is open: ${why}`;
    });
  const unknown = files.filter((file) => file.sha256 === 'unknown' && file.verdict !== 'open');
  if (unknown.length > 0)
    notes.push(`${sayCount(unknown.length, 'file has', 'files have')} no checksum yet: sizes only`);
  return notes;
}

function sayExtra(extra: readonly string[]): string {
  const named = extra.slice(0, maxFilesNamed).join(', ');
  const more = extra.length > maxFilesNamed ? ', ...' : '';
  return `${sayCount(extra.length, 'file is', 'files are')} in no trial of the manifest: ${named}${more}`;
}

async function extraFiles(path: string, manifest: Manifest): Promise<string[]> {
  const known = new Set(filesIn(manifest.trials).map((file) => file.path));
  const own = Object.values(sessionFiles);
  const isOwn = (file: string) =>
    file === basename(file) && own.some((name) => file === name || file.startsWith(`${name}.`));
  // What a module writes into an open trial is listed when that is closed.
  const open = new Set(openTrials(manifest).map(trialName));
  const isOpen = (file: string) => open.has(file.split('/')[1] ?? '');
  return (await filesBelow(path))
    .map((file) => relative(path, file))
    .filter((file) => !known.has(file) && !isOwn(file) && !isOpen(file) && !isTornRest(file));
}
